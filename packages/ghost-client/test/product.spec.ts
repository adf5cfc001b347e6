import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { ghostCaller } from '../../../test/support/ghost.js';
import ghost = require('../index.js');

/** Against the running product. */
let app: TestApp;
let client: ghost.Client;
let keys: { publicKey: string; secretKey: string; number: number };
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  keys = await ghostCaller(app);
  client = ghost({ ...keys, baseUrl: `${app.url}/ghost/` });
});
afterAll(() => app.stop());

const CARD = { number: 4242424242424242, expMonth: '02', expYear: '2038', cvc: 7 };

it('reads its account', async () => {
  const { doc } = await client.account.get({ accountId: keys.number });
  expect(doc).toMatchObject({ id: keys.number, publicKey: keys.publicKey });
});

it('creates, reads, changes and deletes a customer', async () => {
  const { doc: made } = await client.customer.create({ email: 'buyer@example.com', description: 'Wholesale buyer' });
  const customerId = made.id;
  expect(await client.customer.get({ customerId })).toEqual({ doc: made });
  const { doc: changed } = await client.customer.update({ customerId, description: 'VIP buyer' });
  expect(changed).toMatchObject({ id: customerId, email: 'buyer@example.com', description: 'VIP buyer' });
  expect(await client.customer.delete({ customerId })).toEqual({ success: true });
  expect((await client.customer.create()).doc.email).toBeNull();
});

it('stores, reads and deletes cards', async () => {
  const { doc: customer } = await client.customer.create({});
  const customerId = customer.id;
  const { doc: card } = await client.customerCard.create({ customerId, ...CARD });
  expect(card).toMatchObject({ customerId, brand: 'visa', last4: '4242', expMonth: '02', expYear: '2038' });
  const { doc: second } = await client.customerCard.create({ customerId, token: 'pm_card_mastercard' });
  expect(await client.customerCard.get({ customerId, cardId: card.id })).toEqual({ doc: card });
  expect(await client.customerCard.delete({ customerId, cardId: card.id })).toEqual({ success: true });
  expect((await client.customer.get({ customerId })).doc.defaultCardId).toBe(second.id);
});

it('charges a card, and another call is another charge', async () => {
  const { doc: customer } = await client.customer.create({});
  await client.customerCard.create({ customerId: customer.id, ...CARD });
  const input = { customerId: customer.id, amount: 1000, description: 'Order 1001' };
  const { doc: first } = await client.charge.create(input);
  expect(first).toMatchObject({ ...input, currency: 'usd', status: 'succeeded' });
  expect((await client.charge.create(input)).doc.id).not.toBe(first.id);
});

it('charges once, whatever of its answers is lost, and the key tells what became of it', async () => {
  const { doc: customer } = await client.customer.create({});
  await client.customerCard.create({ customerId: customer.id, ...CARD });
  const input = { customerId: customer.id, amount: 1100 };
  await app.simulator.fault({ method: 'POST', path: '/v1/payment_intents', times: 2 }, { type: 'drop_before' });
  const { doc } = await client.charge.create(input, { idempotencyKey: 'order-1' });
  expect(doc.status).toBe('succeeded'); // after a 502 that the client tried again
  expect((await client.charge.create(input, { idempotencyKey: 'order-1' })).doc).toEqual(doc);
  const { charges } = await app.simulator.ledger();
  expect(charges.filter(({ amount }) => amount === 1100)).toHaveLength(1);
});

it('rejects with what the API answers', async () => {
  const { doc: customer } = await client.customer.create({});
  const customerId = customer.id;
  const refused = async (call: Promise<unknown>, status: number, error: string, message: string) => {
    const thrown: unknown = await call.catch((problem: unknown) => problem);
    expect(thrown).toBeInstanceOf(ghost.GhostError);
    expect(thrown).toMatchObject({ name: 'GhostError', status, error, message });
  };
  await refused(client.customer.get({ customerId: 'nonsense' }), 400, 'Bad Request', 'Invalid id');
  await refused(client.account.get({ accountId: 99 }), 404, 'Not Found', 'Not found');
  const declined = { customerId, token: 'pm_card_chargeDeclined' };
  await refused(client.customerCard.create(declined), 402, 'Payment Required', 'Your card was declined.');
  const stranger = ghost({ publicKey: keys.publicKey, secretKey: 'gsk_wrong', baseUrl: `${app.url}/ghost` });
  await refused(stranger.customer.create({}), 401, 'Unauthorized', 'Unauthorized');
  const lost = ghost({ ...keys, baseUrl: `${app.url}/elsewhere` });
  await refused(lost.customer.create({}), 404, 'Not Found', 'There is nothing at this address');
});
