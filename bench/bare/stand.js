// What every bare program stands on: the store with the product's settings, Stripe's client, a port of its own, and an end.
const mongoose = require('mongoose');
const Stripe = require('stripe');

const env = process.env;

/** Write concern, journal and retries as the product's connection has them (src/platform/database/database.module.ts). */
async function connect() {
  const client = new mongoose.mongo.MongoClient(env['MONGODB_URI'], {
    writeConcern: { w: 'majority', journal: true },
    retryWrites: false,
    readPreference: 'primary',
  });
  await client.connect();
  return client;
}

/** The store's work at each write is the same only with the same indexes. @param {string[]} names of collections */
async function copyIndexes(client, names) {
  const from = client.db(env['INDEXES_OF']);
  const present = (await from.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  for (const name of names.filter((one) => present.includes(one))) {
    const indexes = await from.collection(name).listIndexes().toArray();
    for (const { v: _version, ns: _namespace, ...index } of indexes) {
      if (index.name !== '_id_') await client.db().command({ createIndexes: name, indexes: [index] });
    }
  }
}

function stripeClient() {
  const { hostname, port } = new URL(env['STRIPE_API_BASE']);
  return new Stripe(env['STRIPE_SECRET_KEY'], {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 1,
    timeout: 8_000,
    telemetry: false,
  });
}

/** Listens, tells the bench where, and ends with SIGTERM. @param stop what else has to end */
async function serve(app, client, stop = () => undefined) {
  await app.listen({ host: '127.0.0.1', port: 0 });
  process.send({ url: `http://127.0.0.1:${app.server.address().port}` });
  process.once('SIGTERM', async () => {
    stop();
    app.server.closeAllConnections();
    await app.close();
    await client.close();
    process.exit(0);
  });
}

module.exports = { connect, copyIndexes, stripeClient, serve };
