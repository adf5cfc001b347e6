const PRICE = { amount: 2000, currency: 'usd' };

const shown = ({ providerPaymentId, amount, currency, status, paymentMethod }) => ({
  id: providerPaymentId,
  amount,
  currency,
  status,
  paymentMethod,
});

/** The four routes: the product's Stripe calls and writes, in its order. */
function payments(app, { db, stripe, authenticate, receipts }) {
  const collection = db.collection('payments');
  const windows = db.collection('rate_windows');
  const route = { preHandler: authenticate };

  app.post('/payment', route, async (request, reply) => {
    const { user, body } = request;
    const userId = user._id.toHexString();
    const _id = `${userId}:${body.cuid}`;
    const customer = user.customerId ?? (await makeCustomer(user));
    await db.collection('checkouts').insertOne({ _id: body.cuid, ...PRICE, claimedBy: null });
    const now = new Date();
    const payment = { _id, scope: userId, userId, cuid: body.cuid, customer, ...PRICE, state: 'NEW', createdAt: now };
    await collection.insertOne({ ...payment, nextCheckAt: now });
    const intent = await stripe.paymentIntents.create(
      {
        ...PRICE,
        customer,
        automatic_payment_methods: { enabled: true },
        metadata: { payment_id: _id, userId, cuid: body.cuid },
      },
      { idempotencyKey: `${_id}:create` },
    );
    const status = intent.status;
    const made = { state: 'PI_CREATED', providerPaymentId: intent.id, status, paymentMethod: null };
    await collection.updateOne({ _id }, { $set: made });
    reply.code(201);
    return { ...shown({ ...payment, ...made }), clientSecret: intent.client_secret };
  });

  app.post('/payment/confirm', route, async (request, reply) => {
    const { user, body } = request;
    const filter = { providerPaymentId: { $eq: body.paymentId, $gt: '' }, userId: user._id.toHexString() };
    const payment = await collection.findOne(filter);
    if (payment === null)
      return reply.code(404).send({ statusCode: 404, message: 'Payment not found', error: 'Not Found' });
    const { _id } = payment;
    const room = { _id: `decline-rooms:${payment.userId}|${Math.floor(Date.now() / 600_000)}` };
    const expireAt = new Date(Date.now() + 1_200_000);
    await windows.updateOne(room, { $inc: { count: 1 }, $setOnInsert: { expireAt } }, { upsert: true });
    await collection.updateOne({ _id }, { $set: { state: 'CONFIRMING', attempt: body.paymentMethodId } });
    const intent = await stripe.paymentIntents.confirm(
      body.paymentId,
      { payment_method: body.paymentMethodId, return_url: 'http://127.0.0.1/checkout/return' },
      { idempotencyKey: `${_id}:confirm` },
    );
    const paid = intent.status === 'succeeded';
    const settled = { status: intent.status, paymentMethod: intent.payment_method, state: paid ? 'SUCCEEDED' : 'OPEN' };
    const effects = paid ? { effectsDueAt: new Date(), nextCheckAt: null } : {};
    await collection.updateOne({ _id }, { $set: { ...settled, ...effects } });
    if (paid) receipts.add({ ...payment, ...settled });
    void windows.updateOne(room, { $inc: { count: -1 } });
    reply.code(201);
    return shown({ ...payment, ...settled });
  });

  app.get('/payment/:id', route, async (request, reply) => {
    const filter = {
      providerPaymentId: { $eq: request.params.id, $gt: '' },
      userId: request.user._id.toHexString(),
    };
    const payment = await collection.findOne(filter);
    if (payment === null)
      return reply.code(404).send({ statusCode: 404, message: 'Payment not found', error: 'Not Found' });
    return shown(payment);
  });

  app.get('/payment', route, async (request) => {
    const filter = { userId: request.user._id.toHexString(), providerPaymentId: { $exists: true } };
    return (await collection.find(filter).sort({ createdAt: -1 }).limit(1000).toArray()).map(shown);
  });

  async function makeCustomer({ _id }) {
    const metadata = { userId: _id.toHexString() };
    const { id } = await stripe.customers.create({ metadata }, { idempotencyKey: `user:${metadata.userId}:customer` });
    await db.collection('users').updateOne({ _id }, { $set: { customerId: id } });
    return id;
  }
}

module.exports = { payments };
