const { giveOneBack, takeOne } = require('./windows.js');
const {
  confirmed,
  confirming,
  newCheckout,
  newPayment,
  PAYER_ADDRESS,
  PRICE,
  RETURN_URL,
  stored,
  write,
} = require('./records.js');

const shown = ({ providerPaymentId, amountMinor, currency, providerStatus, paymentMethodId }) => ({
  id: providerPaymentId,
  amount: amountMinor,
  currency,
  status: providerStatus,
  paymentMethod: paymentMethodId,
});

const SHOWN = { providerPaymentId: 1, amountMinor: 1, currency: 1, providerStatus: 1, paymentMethodId: 1 };

const notFound = (reply) => reply.code(404).send({ statusCode: 404, message: 'Payment not found', error: 'Not Found' });

/** The four routes: the product's Stripe calls and writes, in its order. */
function payments(app, { db, stripe, authenticate, receipts }) {
  const collection = db.collection('payments');
  const windows = db.collection('rate_windows');
  const route = { preHandler: authenticate };

  app.post('/payment', route, async (request, reply) => {
    const { user, body } = request;
    const userId = user._id.toHexString();
    const { cuid } = body;
    const customerId = user.customerId ?? (await makeCustomer(user));
    const now = new Date();
    await takeOne(windows, `creates-at:${PAYER_ADDRESS}`, 3_600_000);
    await db.collection('checkouts').insertOne(newCheckout(cuid, now));
    const payment = newPayment({ _id: `p${cuid}`, userId, cuid, customerId, now });
    await collection.insertOne(payment);
    const intent = await stripe.paymentIntents.create(
      {
        amount: PRICE.amountMinor,
        currency: PRICE.currency,
        customer: customerId,
        automatic_payment_methods: { enabled: true },
        metadata: payment.metadata,
      },
      { idempotencyKey: `${payment._id}:create` },
    );
    const made = await write(collection, payment, stored(intent, new Date()));
    reply.code(201);
    return { ...shown(made), clientSecret: intent.client_secret };
  });

  app.post('/payment/confirm', route, async (request, reply) => {
    const { paymentId, paymentMethodId } = request.body;
    const payment = await find(request, paymentId);
    if (payment === null) return notFound(reply);
    const rooms = [
      await takeOne(windows, `decline-rooms:${payment.userId}`, 600_000),
      await takeOne(windows, `decline-rooms-at:${PAYER_ADDRESS}`, 3_600_000),
    ];
    const started = await write(collection, payment, confirming(paymentMethodId, new Date()));
    const intent = await stripe.paymentIntents.confirm(
      paymentId,
      { payment_method: paymentMethodId, return_url: RETURN_URL },
      { idempotencyKey: `${payment._id}:confirm` },
    );
    const settled = await write(collection, started, confirmed(started, intent, paymentMethodId, new Date()));
    if (settled.state === 'SUCCEEDED') receipts.add(settled);
    for (const room of rooms) void giveOneBack(windows, room);
    reply.code(201);
    return shown(settled);
  });

  app.get('/payment/:id', route, async (request, reply) => {
    const payment = await find(request, request.params.id);
    return payment === null ? notFound(reply) : shown(payment);
  });

  app.get('/payment', route, async (request) => {
    const filter = { userId: request.user._id.toHexString(), providerPaymentId: { $exists: true } };
    const found = collection.find(filter, { projection: SHOWN }).sort({ createdAt: -1 }).limit(1000);
    return (await found.toArray()).map(shown);
  });

  async function find({ user }, providerPaymentId) {
    const found = await collection.findOne({ providerPaymentId: { $eq: providerPaymentId, $gt: '' } });
    return found?.userId === user._id.toHexString() ? found : null;
  }

  async function makeCustomer({ _id }) {
    const metadata = { userId: _id.toHexString() };
    const { id } = await stripe.customers.create({ metadata }, { idempotencyKey: `user:${metadata.userId}:customer` });
    await db.collection('users').updateOne({ _id }, { $set: { customerId: id } });
    return id;
  }
}

module.exports = { payments };
