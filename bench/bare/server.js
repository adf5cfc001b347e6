// What the product is compared with: the same Stripe calls with the `stripe` package and the same writes with the driver,
// behind fastify, and nothing else. docs/bench.md lists what it leaves out.
const { createSecretKey } = require('node:crypto');
const fastify = require('fastify');
const mongoose = require('mongoose');
const Stripe = require('stripe');
const { payments } = require('./payments.js');
const { Receipts } = require('./receipts.js');
const { tokens } = require('./tokens.js');

const env = process.env;

/** Write concern, journal and retries as the product's connection has them (src/platform/database/database.module.ts). */
async function connect() {
  const client = new mongoose.mongo.MongoClient(env['MONGODB_URI'], {
    writeConcern: { w: 'majority', journal: true },
    retryWrites: false,
    readPreference: 'primary',
  });
  await client.connect();
  await copyIndexes(client.db(env['INDEXES_OF']), client.db());
  return client;
}

/** The store's work at each write is the same only with the same indexes. */
async function copyIndexes(from, to) {
  const present = (await from.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  for (const name of ['users', 'payments', 'rate_windows'].filter((one) => present.includes(one))) {
    const indexes = await from.collection(name).listIndexes().toArray();
    for (const { v: _version, ns: _namespace, ...index } of indexes) {
      if (index.name !== '_id_') await to.command({ createIndexes: name, indexes: [index] });
    }
  }
}

async function main() {
  const client = await connect();
  const db = client.db();
  const { hostname, port } = new URL(env['STRIPE_API_BASE']);
  const stripe = new Stripe(env['STRIPE_SECRET_KEY'], {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 1,
    timeout: 8_000,
    telemetry: false,
  });
  const receipts = new Receipts(db, 'outbox');
  await receipts.start();
  const app = fastify();
  const authenticate = tokens(app, db, createSecretKey(Buffer.from(env['JWT_SECRET'])));
  payments(app, { db, stripe, authenticate, receipts });
  await app.listen({ host: '127.0.0.1', port: 0 });
  process.send({ url: `http://127.0.0.1:${app.server.address().port}` });
  process.once('SIGTERM', async () => {
    receipts.stop();
    app.server.closeAllConnections();
    await app.close();
    await client.close();
    process.exit(0);
  });
}

void main();
