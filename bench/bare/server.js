// What the product is compared with: the same Stripe calls with the `stripe` package and the same writes with the driver,
// behind fastify, and nothing else. docs/bench.md lists what it leaves out.
const { createSecretKey } = require('node:crypto');
const fastify = require('fastify');
const { payments } = require('./payments.js');
const { Receipts } = require('./receipts.js');
const { connect, copyIndexes, serve, stripeClient } = require('./stand.js');
const { tokens } = require('./tokens.js');

async function main() {
  const client = await connect();
  await copyIndexes(client, ['users', 'payments', 'rate_windows']);
  const db = client.db();
  const receipts = new Receipts(db, 'outbox');
  await receipts.start();
  const app = fastify();
  const authenticate = tokens(app, db, createSecretKey(Buffer.from(process.env['JWT_SECRET'])));
  payments(app, { db, stripe: stripeClient(), authenticate, receipts });
  await serve(app, client, () => receipts.stop());
}

void main();
