// What a sale of the gateway is compared with: the key proved, the product's four Stripe calls and its writes in its order,
// behind fastify, and nothing else. docs/bench.md lists what it leaves out.
const fastify = require('fastify');
const { keyProof } = require('./key-proof.js');
const { stored: storedIntent, write } = require('./records.js');
const { approved, confirming, newPayment, newRow, paid } = require('./sale-records.js');
const { connect, copyIndexes, serve, stripeClient } = require('./stand.js');
const { ToldLater } = require('./told-later.js');
const { giveOneBack, takeOne } = require('./windows.js');

/** The account's own, which the product looks for and does not store. */
const PROCESSOR = 'p'.repeat(20);
const CARD_WINDOW_MS = 30 * 86_400_000;

/** The product tells a transaction's news after its answer: claims it, reads the rows of the payment, notes that it is done. */
class News extends ToldLater {
  constructor(payments, rows) {
    super();
    this.payments = payments;
    this.rows = rows;
  }

  async tell(payment) {
    const claimed = await write(this.payments, payment, { effectsDueAt: new Date(Date.now() + 60_000) });
    await this.rows.find({ paymentId: { $eq: payment._id, $gt: '' } }).toArray();
    const effects = payment.effects.map((effect) => ({ ...effect, doneAt: new Date() }));
    await write(this.payments, claimed, { effects, effectsDueAt: null });
  }
}

const toBilling = ({ first_name, last_name, address_line_1, city, state, postal_code, country, email }) => ({
  name: `${first_name} ${last_name}`,
  email,
  address: { line1: address_line_1, city, state, postal_code, country },
});

function makeMethod(stripe, row, { payment_method: { card }, billing_address }) {
  const [month, year] = card.expiration_date.split('/');
  return stripe.paymentMethods.create(
    {
      type: 'card',
      card: { number: card.number, exp_month: Number(month), exp_year: 2000 + Number(year), cvc: card.cvc },
      billing_details: toBilling(billing_address),
      metadata: { transaction_id: row._id, deployment_id: '0'.repeat(24) },
    },
    { idempotencyKey: `transaction:${row._id}:method:0` },
  );
}

function sales(app, { db, stripe, news }) {
  const rows = db.collection('transactions');
  const payments = db.collection('payments');
  const windows = db.collection('rate_windows');

  app.post('/api/transaction', { preHandler: keyProof(db) }, async ({ user, body }) => {
    await db.collection('processors').findOne({ _id: PROCESSOR });
    const row = newRow(body, user, PROCESSOR, new Date());
    await rows.insertOne(row);
    const method = await makeMethod(stripe, row, body);
    const begun = newPayment(row, method, new Date());
    await payments.insertOne(begun);
    const { amountMinor: amount, currency, metadata } = begun;
    const unconfirmed = await stripe.paymentIntents.create(
      { amount, currency, allowed_payment_method_types: ['card'], metadata },
      { idempotencyKey: `${begun._id}:create:0` },
    );
    const stored = await write(payments, begun, storedIntent(unconfirmed, new Date()));
    const room = await takeOne(
      windows,
      `decline-rooms-of:${user.accountId}:${method.card.fingerprint}`,
      CARD_WINDOW_MS,
    );
    const started = await write(payments, stored, confirming(row, method.id, new Date()));
    const intent = await stripe.paymentIntents.confirm(
      unconfirmed.id,
      { payment_method: method.id },
      { idempotencyKey: `${begun._id}:confirm:1:0` },
    );
    const done = await write(payments, started, paid(row, intent, new Date()));
    news.add(done);
    void giveOneBack(windows, room);
    const charge = await stripe.charges.retrieve(intent.latest_charge);
    const { _id: id, status, ...rest } = await write(rows, row, approved(row, charge, new Date()));
    return { status: 'success', msg: 'success', data: { id, status, ...rest } };
  });
}

async function main() {
  const client = await connect();
  await copyIndexes(client, ['transactions', 'payments', 'rate_windows']);
  const db = client.db();
  const news = new News(db.collection('payments'), db.collection('transactions'));
  news.start();
  const app = fastify();
  sales(app, { db, stripe: stripeClient(), news });
  await serve(app, client, () => news.stop());
}

void main();
