import type { ServerResponse } from 'node:http';
import { startTestApp, TEST_STRIPE_KEY, type TestApp } from '../support/app.js';
import { logs } from '../support/log-capture.js';
import { eventually, MINUTE, newCuid, payer, resolve } from '../support/payments.js';
import { Simulator } from '../support/simulator.js';
import { refuse, StripeFront } from '../support/stripe-front.js';

/** The API key stops working, or turns out to be of another account, while the product runs. */
let simulator: Simulator;
let other: Simulator;
let front: StripeFront;
let app: TestApp;
beforeAll(async () => {
  [simulator, other] = await Promise.all([Simulator.start(1), Simulator.start(2)]);
  front = await StripeFront.before(simulator.url);
  const env = { STRIPE_API_BASE: front.url, STRIPE_SECRET_KEY: TEST_STRIPE_KEY, STRIPE_CHECK_INTERVAL: '200ms' };
  app = await startTestApp({ simulator, env });
});
afterAll(async () => {
  await app.stop();
  front.close();
  await Promise.all([simulator.stop(), other.stop()]);
});

/** One more instance on the same database, behind the same front; looks once, at its start. */
const another = (env: Record<string, string> = {}): Promise<TestApp> =>
  startTestApp({
    simulator,
    mongoUri: app.config.mongo.uri,
    webhooks: false,
    env: { STRIPE_API_BASE: front.url, STRIPE_SECRET_KEY: TEST_STRIPE_KEY, STRIPE_CHECK_INTERVAL: '1h', ...env },
  });

const checks = async () => (await app.http.get('/health/ready')).body['checks'] as Record<string, object>;
const usable = async () => /^stripe_usable (\d)$/m.exec((await app.http.get('/metrics')).text)?.[1];
const ready = () => eventually(async () => expect((await app.http.get('/health/ready')).status).toBe(200), 15_000);

it('T-22 a revoked key: not ready without any traffic, named, and back by itself', async () => {
  await eventually(async () => expect(await usable()).toBe('1'));
  logs.clear();
  front.intercept = (_request, response) => {
    refuse(response, 401);
    return true;
  };
  await eventually(async () =>
    expect(await checks()).toMatchObject({ stripe: { ok: false, detail: expect.stringContaining('401') } }),
  );
  expect(await usable()).toBe('0');
  expect(logs.lines.filter(({ msg }) => msg === 'stripe_key_refused')).toHaveLength(1);
  expect((await app.http.get('/health/live')).status).toBe(200);
  const { token } = await app.register();
  expect((await app.http.post('/payment', { cuid: newCuid() }, { token })).status).toBe(503);
  front.intercept = () => false;
  await ready();
  expect(await usable()).toBe('1');
});

it('T-22 and every payment stays as it is, an unknown one too, until the key is good again', async () => {
  const [fresh, open, unknown, paid] = [await payer(app), await payer(app), await payer(app), await payer(app)];
  await paid.confirm('pm_card_visa');
  await open.confirm('pm_card_threeDSecure2Required');
  const confirms = { method: 'POST', path: '/v1/payment_intents/*/confirm', times: 2 };
  await simulator.fault(confirms, { type: 'reset_before' });
  expect((await unknown.confirm('pm_card_visa')).body['status']).toBe('processing');
  const buyers = [fresh, open, unknown, paid];
  const states = () => Promise.all(buyers.map(async (buyer) => (await buyer.record()).state));
  const before = await states();
  expect(before).toEqual(['PI_CREATED', 'REQUIRES_ACTION', 'CONFIRMING', 'SUCCEEDED']);

  front.intercept = (_request, response) => {
    refuse(response, 401);
    return true;
  };
  const refused = await fresh.confirm('pm_card_visa');
  expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true]);
  // The refusal itself takes it out of traffic.
  expect((await app.http.get('/health/ready')).status).toBe(503);
  expect((await unknown.confirm('pm_card_visa')).body['status']).toBe('processing');
  expect((await paid.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  await app.advance(5 * MINUTE);
  await resolve(app);
  expect(await states()).toEqual(before);

  front.intercept = () => false;
  await ready();
  expect((await fresh.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  expect((await unknown.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  expect((await open.confirm('pm_card_mastercard')).body['status']).toBe('succeeded');
  for (const buyer of buyers) expect(await buyer.charges()).toHaveLength(1);
});

it('T-22 and a payer who tries again and again meanwhile does not use up the payment', async () => {
  const patient = await another({ PAYMENT_MAX_ATTEMPTS: '3' });
  try {
    const buyer = await payer(patient);
    front.intercept = (_request, response) => {
      refuse(response, 401);
      return true;
    };
    for (let i = 0; i < 5; i++) expect((await buyer.confirm('pm_card_visa')).status).toBe(503);
    front.intercept = () => false;
    await eventually(async () => expect((await buyer.confirm('pm_card_visa')).status).toBe(201), 15_000);
    expect((await buyer.record()).settled.length).toBeLessThan(3);
  } finally {
    front.intercept = () => false;
    await patient.stop();
  }
});

it('the key of another account: not ready, nothing is sent there, and all goes on when it is ours again', async () => {
  const buyer = await payer(app);
  const open = await payer(app);
  // The proof is kept once a look has found a payment of ours.
  await eventually(async () => expect(await checks()).toMatchObject({ stripe_account: { ok: true } }));
  logs.clear();
  front.leadTo(other.url);
  await eventually(async () =>
    expect(await checks()).toMatchObject({
      stripe_account: { ok: false, detail: expect.stringContaining('another account') },
    }),
  );
  expect(await usable()).toBe('0');
  expect(logs.lines).toContainEqual(expect.objectContaining({ msg: 'stripe_account_changed' }));
  expect((await buyer.confirm('pm_card_visa')).status).toBe(503);
  expect((await app.http.post('/payment', { cuid: newCuid() }, { token: buyer.token })).status).toBe(503);
  const stranger = await app.register();
  expect((await app.http.post('/payment', { cuid: newCuid() }, { token: stranger.token })).status).toBe(503);
  const { requests } = await other.requests();
  expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);

  front.leadTo(simulator.url);
  await ready();
  expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  expect((await open.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  expect((await buyer.record()).settled.map(({ result }) => result)).toEqual(['succeeded']);
});

it('a start with the key of another account: not one request is served with it, however early it comes', async () => {
  const buyer = await payer(app);
  await eventually(async () => expect(await checks()).toMatchObject({ stripe_account: { ok: true } }));
  front.leadTo(other.url);
  const before = (await other.requests()).requests.length;
  const started = await another();
  try {
    expect((await started.http.post('/payment', { cuid: newCuid() }, { token: buyer.token })).status).toBe(503);
    expect((await started.http.get('/health/ready')).status).toBe(503);
    const { requests } = await other.requests();
    expect(requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
  } finally {
    await started.stop();
    front.leadTo(simulator.url);
  }
});

it('a start while Stripe is away waits a moment and no longer', async () => {
  const unanswered: ServerResponse[] = [];
  front.intercept = (_request, response) => unanswered.push(response) > 0;
  const started = await another({ STRIPE_TIMEOUT: '8s' });
  front.intercept = () => false;
  expect((await started.http.get('/health/live')).status).toBe(200);
  for (const response of unanswered) response.destroy();
  await started.stop();
});
