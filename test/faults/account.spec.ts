import { startTestApp, TEST_STRIPE_KEY, type TestApp } from '../support/app.js';
import { logs } from '../support/log-capture.js';
import { eventually, newCuid, payer } from '../support/payments.js';
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

const checks = async () => (await app.http.get('/health/ready')).body['checks'] as Record<string, object>;
const usable = async () => /^stripe_usable (\d)$/m.exec((await app.http.get('/metrics')).text)?.[1];
const ready = () => eventually(async () => expect((await app.http.get('/health/ready')).status).toBe(200), 15_000);

it('a revoked key: not ready without any traffic, named, and back by itself', async () => {
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
  expect((await buyer.record()).settled.map(({ result }) => result)).toEqual(['not_sent', 'succeeded']);
});
