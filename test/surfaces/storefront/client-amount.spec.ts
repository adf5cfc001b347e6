import { createDocument } from '../../../src/app.openapi.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { newCuid, payments, secret } from '../../support/payments.js';

/** STOREFRONT_CLIENT_AMOUNT: the payer says what a donation is, within bounds. */
let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startTestApp({
    env: {
      STOREFRONT_CLIENT_AMOUNT: 'true',
      STOREFRONT_CLIENT_AMOUNT_BOUNDS: 'usd:100-100000,eur:500-90000,kwd:10-1000',
      ADMIN_EMAIL: 'boss@example.com',
      ADMIN_PASSWORD: 'the first password',
    },
  });
  ({ token } = await app.register());
});
afterAll(() => app.stop());

const create = (body: object, as = token) => app.http.post('/payment', body, { token: as });

it('costs what the payer names, here and at Stripe, and is paid like any other', async () => {
  const cuid = newCuid();
  const made = await create({ cuid, amount: 1234, currency: 'eur' });
  expect([made.status, made.body]).toEqual([201, expect.objectContaining({ amount: 1234, currency: 'eur' })]);
  const id = String(made.body['id']);
  expect(await secret(app).paymentIntents.retrieve(id)).toMatchObject({ amount: 1234, currency: 'eur' });
  const confirm = { cuid, paymentId: id, paymentMethodId: 'pm_card_visa' };
  expect((await app.http.post('/payment/confirm', confirm, { token })).body).toMatchObject({
    status: 'succeeded',
    amount: 1234,
  });
});

it.each([
  ['the least', { amount: 100, currency: 'usd' }, 201],
  ['the greatest', { amount: 100_000, currency: 'usd' }, 201],
  ['one less', { amount: 99, currency: 'usd' }, 400],
  ['one more', { amount: 100_001, currency: 'usd' }, 400],
  ['bounds of another currency', { amount: 499, currency: 'eur' }, 400],
  ['a currency that is not listed', { amount: 1000, currency: 'gbp' }, 400],
  ['three decimals that Stripe does not take', { amount: 105, currency: 'kwd' }, 400],
  ['no currency', { amount: 1000 }, 400],
  ['no amount', { currency: 'usd' }, 400],
  ['a fraction', { amount: 100.5, currency: 'usd' }, 400],
  ['a text', { amount: '1000', currency: 'usd' }, 400],
  ['a negative amount', { amount: -1000, currency: 'usd' }, 400],
  ['null', { amount: null, currency: null }, 400],
  ['an operator', { amount: { $gt: 0 }, currency: 'usd' }, 400],
  ['capitals', { amount: 1000, currency: 'USD' }, 400],
  ['more than a number holds', { amount: 2 ** 53, currency: 'usd' }, 400],
])('%s: %j is %i', async (_name, price, status) => {
  const cuid = newCuid();
  expect((await create({ cuid, ...price })).status).toBe(status);
  expect(await payments(app).countDocuments({ cuid })).toBe(status === 201 ? 1 : 0);
});

it('nothing named costs the default price', async () => {
  expect((await create({ cuid: newCuid() })).body).toMatchObject({ amount: 2000, currency: 'usd' });
});

describe('T-32 the same cuid again (ruling 7)', () => {
  it('with the same body is the same payment, in whatever order and form the numbers come', async () => {
    const cuid = newCuid();
    const made = await create({ cuid, amount: 1000, currency: 'usd' });
    for (const body of [
      `{"currency":"usd", "amount":1000.0, "cuid":"${cuid}"}`,
      `\n\t{ "amount" : 1e3,\r\n"cuid":"${cuid}" , "currency":"\\u0075sd"}  `,
    ]) {
      const again = await create(body as unknown as object);
      expect([again.status, again.text]).toEqual([201, made.text]);
    }
  });

  it.each([
    ['another amount', { amount: 1001, currency: 'usd' }],
    ['another currency', { amount: 1000, currency: 'eur' }],
    ['an amount out of bounds', { amount: 1, currency: 'usd' }],
    ['no amount', {}],
  ])('with %s is 409, and tells nothing of the first', async (_name, other) => {
    const cuid = newCuid();
    const made = await create({ cuid, amount: 1000, currency: 'usd' });
    const refused = await create({ cuid, ...other });
    expect(refused.status).toBe(409);
    expect(refused.text).not.toContain(String(made.body['id']));
    expect(refused.text).not.toContain('1000');
    expect((await create({ cuid, amount: 1000, currency: 'usd' })).text).toBe(made.text);
    const confirm = { cuid, paymentId: made.body['id'], paymentMethodId: 'pm_card_visa' };
    expect((await app.http.post('/payment/confirm', confirm, { token })).body).toMatchObject({ amount: 1000 });
    expect((await create({ cuid, ...other })).status).toBe(409);
    expect(await app.simulator.ledger({ paymentIntent: String(made.body['id']) })).toMatchObject({
      count: 1,
      charged: 1000,
    });
  });

  it('and an amount where there was none is 409', async () => {
    const cuid = newCuid();
    expect((await create({ cuid })).status).toBe(201);
    expect((await create({ cuid, amount: 2000, currency: 'usd' })).status).toBe(409);
  });

  it('twenty at once with two amounts: one of them wins, the other is 409', async () => {
    const cuid = newCuid();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => create({ cuid, amount: 1000 + (i % 2), currency: 'usd' })),
    );
    const paid = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body['amount']));
    expect(paid.size).toBe(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(10);
    expect(await payments(app).countDocuments({ cuid })).toBe(1);
  });

  it('of another user is another payment, with their own amount or the default price', async () => {
    const cuid = newCuid();
    const [other, third] = [await app.register(), await app.register()];
    expect((await create({ cuid, amount: 1000, currency: 'usd' })).body['amount']).toBe(1000);
    expect((await create({ cuid, amount: 700, currency: 'eur' }, other.token)).body).toMatchObject({
      amount: 700,
      currency: 'eur',
    });
    expect((await create({ cuid }, third.token)).body['amount']).toBe(2000);
  });
});

it('a registered checkout beats it, and none can be registered afterwards (ruling 12)', async () => {
  const boss = { email: 'boss@example.com', password: 'the first password' };
  const admin = String((await app.http.post('/user/login', boss)).body['access_token']);
  const register = (cuid: string) =>
    app.http.put(`/checkout/${cuid}`, { amount: 4900, currency: 'gbp' }, { token: admin });
  const [before, after] = [newCuid(), newCuid()];
  expect((await register(before)).status).toBe(200);
  expect((await create({ cuid: before, amount: 100, currency: 'usd' })).body).toMatchObject({
    amount: 4900,
    currency: 'gbp',
  });
  await create({ cuid: after, amount: 100, currency: 'usd' });
  expect((await register(after)).status).toBe(409);
});

it('the document has the fields here, and only here', async () => {
  const fieldsOf = async (of: TestApp) => {
    const { components } = await createDocument(of.app);
    const schema = components?.schemas?.['CreatePayment'];
    return new Set(schema !== undefined && 'properties' in schema ? Object.keys(schema.properties ?? {}) : []);
  };
  expect(await fieldsOf(app)).toEqual(new Set(['cuid', 'amount', 'currency']));
  const off = await startTestApp({ simulator: app.simulator, webhooks: false });
  const stranger = await off.register();
  const refused = await off.http.post(
    '/payment',
    { cuid: newCuid(), amount: 1000, currency: 'usd' },
    { token: stranger.token },
  );
  expect([refused.status, refused.body['message']]).toEqual([
    400,
    ['property amount should not exist', 'property currency should not exist'],
  ]);
  expect(await fieldsOf(off)).toEqual(new Set(['cuid']));
  await off.stop();
});

it('works where there is no default price', async () => {
  const only = await startTestApp({
    simulator: app.simulator,
    webhooks: false,
    env: {
      STOREFRONT_DEFAULT_PRICE: 'false',
      STOREFRONT_CLIENT_AMOUNT: 'true',
      STOREFRONT_CLIENT_AMOUNT_BOUNDS: 'usd:100-1000',
    },
  });
  const { token: theirs } = await only.register();
  const cuid = newCuid();
  const post = (body: object) => only.http.post('/payment', body, { token: theirs });
  expect((await post({ cuid })).status).toBe(409);
  expect((await post({ cuid, amount: 500, currency: 'usd' })).body['amount']).toBe(500);
  await only.stop();
});
