// What the vault is compared with: the key proved, and one store operation a request, behind fastify, and nothing else.
// It works on the product's own database, so that both ask the very same collections and indexes.
const { randomUUID } = require('node:crypto');
const fastify = require('fastify');
const { keyProof } = require('./key-proof.js');
const { connect, serve } = require('./stand.js');

const shown = ({ customerId, accountId, addresses, defaults, description, notes, flags, createdAt, updatedAt }) => ({
  status: 'success',
  msg: 'success',
  data: { id: customerId, owner_id: accountId, addresses, defaults, description, notes, flags, createdAt, updatedAt },
});

function vault(app, db) {
  const customers = db.collection('vault_customers');
  const route = { preHandler: keyProof(db) };

  app.post('/api/vault/customer', route, async ({ user, body }) => {
    const now = new Date();
    const address = { id: randomUUID(), hash: randomUUID(), line2: '', ...body.default_billing_address };
    const record = {
      _id: randomUUID(),
      accountId: user.accountId,
      customerId: randomUUID(),
      state: 'active',
      description: body.description,
      notes: '',
      flags: [],
      addresses: [address],
      methods: [],
      defaults: { billingAddressId: address.id, shippingAddressId: address.id, methodId: null, methodType: null },
      providerCustomerId: null,
      customerGeneration: 1,
      pending: [],
      nextCheckAt: null,
      createdAt: now,
      updatedAt: now,
    };
    await customers.insertOne(record);
    return shown(record);
  });

  app.get('/api/vault/:id', route, async ({ user, params }, reply) => {
    const found = await customers.findOne({ customerId: params.id, accountId: user.accountId });
    return found === null ? reply.code(404).send({ status: 'failed', msg: 'not found' }) : shown(found);
  });

  app.post('/api/vault/customer/search', route, async ({ user, body }) => {
    const { email, limit } = body;
    const filter = { 'addresses.email': email.value, accountId: user.accountId, state: 'active' };
    const found = await customers.find(filter).sort({ createdAt: -1, customerId: -1 }).limit(limit).toArray();
    return {
      status: 'success',
      msg: 'success',
      total_count: found.length,
      data: found.map((one) => shown(one).data),
    };
  });
}

async function main() {
  const client = await connect();
  const app = fastify();
  vault(app, client.db());
  await serve(app, client);
}

void main();
