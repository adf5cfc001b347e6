import { startTestApp, TEST_STRIPE_KEY, type TestApp } from '../support/app.js';
import { logs } from '../support/log-capture.js';
import { eventually, MINUTE, newCuid, payer, type Payer, payments, resolve } from '../support/payments.js';
import { clearSky, Pool } from '../support/pool.js';
import { Simulator } from '../support/simulator.js';
import { StripeFront } from '../support/stripe-front.js';

const LEFT_OPEN = 16;

// Most of the time they wait, so they run at once, each with an app and a Stripe to itself.
const it = globalThis.it.concurrent;

interface Scene {
  readonly app: TestApp;
  /** Between the app and Stripe. */
  readonly front: StripeFront;
  /** When each request came to Stripe's door, by `performance.now()`. */
  readonly knocks: number[];
}

/** T-23: nobody is there for ten minutes, of the moved clock; Stripe has executed some of what it did not answer. */
const scenes = new Pool<Scene>(2, {
  async start() {
    const simulator = await Simulator.start(1);
    const front = await StripeFront.before(simulator.url);
    const knocks: number[] = [];
    front.intercept = () => {
      knocks.push(performance.now());
      return false;
    };
    const env = { STRIPE_API_BASE: front.url, STRIPE_SECRET_KEY: TEST_STRIPE_KEY, STRIPE_DOWN_AFTER: '5' };
    const app = await startTestApp({
      simulator,
      webhooks: false,
      env: { ...env, RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d' },
    });
    return { app, front, knocks };
  },
  tidy: ({ app }) => clearSky(app),
  async stop({ app, front }) {
    await app.stop();
    front.close();
    await app.simulator.stop();
  },
});
afterAll(() => scenes.stop());

/** Every request is reset; `executed` is the share of the confirms that take effect all the same. */
async function goesDown({ app: { simulator }, knocks }: Scene, executed: number): Promise<void> {
  knocks.length = 0;
  const confirms = { method: 'POST', path: '/v1/payment_intents/*/confirm' };
  await simulator.fault({ ...confirms, times: 0, probability: executed, seed: 1 }, { type: 'reset_after' });
  await simulator.fault({ path: '/v1/*', times: 0 }, { type: 'reset_before' });
}

async function isBack({ app }: Scene): Promise<void> {
  await app.simulator.clearFaults();
  await eventually(async () => expect(await reachable(app)).toBe('1'));
}

const reachable = async ({ http }: TestApp) => /^stripe_reachable (\d)$/m.exec((await http.get('/metrics')).text)?.[1];
const states = async (app: TestApp, buyers: readonly Payer[]) =>
  (
    await payments(app)
      .find({ providerPaymentId: { $in: buyers.map(({ id }) => id) } })
      .lean()
      .exec()
  ).map(({ state }) => state);
/** The most that came within any second. */
const mostASecond = (times: readonly number[]) =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));

describe('T-23 Stripe is down', () => {
  it('after ten requests without an answer nothing waits for it any more, but a probe every five seconds', async () => {
    await using scene = await scenes.lend();
    const { app, knocks } = scene;
    const buyers: Payer[] = [];
    for (let i = 0; i < 8; i++) buyers.push(await payer(app));
    const [open] = buyers as [Payer];
    await goesDown(scene, 0);
    const told: string[] = [];
    for (const buyer of buyers) {
      const { status, body, headers } = await buyer.confirm('pm_card_visa');
      told.push(`${status} ${String(body['status'])}`);
      if (status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(told).toEqual([...Array<string>(5).fill('201 processing'), ...Array<string>(3).fill('503 undefined')]);
    expect(knocks.length).toBeLessThanOrEqual(10);
    // Nothing was begun for those who were sent away, and all the rest of the API is there.
    expect(await states(app, buyers.slice(5))).toEqual(['PI_CREATED', 'PI_CREATED', 'PI_CREATED']);
    knocks.length = 0;
    const since = performance.now();
    for (let i = 0; i < 5; i++) {
      expect((await app.http.post('/payment', { cuid: newCuid() }, { token: open.token })).status).toBe(502);
      expect((await open.confirm('pm_card_visa')).body['status']).toBe('processing');
      expect((await open.read()).body['status']).toBe('processing');
      expect((await open.list()).status).toBe(200);
      expect((await app.http.get('/health/ready')).status).toBe(200);
    }
    await eventually(async () => expect(knocks.length).toBeGreaterThan(0));
    // A probe is two requests, the SDK's own retry being one of them.
    const probes = 1 + Math.floor((performance.now() - since) / 5_000);
    expect(knocks.length).toBeLessThanOrEqual(2 * probes);
    await isBack(scene);
    for (const buyer of buyers) expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
    for (const buyer of buyers) expect(await buyer.charges()).toHaveLength(1);
  });

  it('for ten minutes: nothing is given up or lost, and the backlog is worked off without a rush', async () => {
    await using scene = await scenes.lend();
    const { app, knocks } = scene;
    const buyers: Payer[] = [];
    for (let i = 0; i < LEFT_OPEN; i++) buyers.push(await payer(app));
    await goesDown(scene, 0.4);
    const told = await Promise.all(buyers.map((buyer) => buyer.confirm('pm_card_visa')));
    expect(new Set(told.map(({ status, body }) => `${status} ${String(body['status'])}`))).toEqual(
      new Set(['201 processing']),
    );
    for (let minute = 0; minute < 10; minute++) {
      await app.advance(MINUTE);
      await resolve(app);
    }
    expect(new Set(await states(app, buyers))).toEqual(new Set(['CONFIRMING']));

    await isBack(scene);
    knocks.length = 0;
    for (let minute = 0; minute < 5; minute++) {
      await app.advance(MINUTE);
      await resolve(app);
    }
    // What had run is found; what had not is fenced, its payer being gone for more than ten minutes.
    expect(new Set(await states(app, buyers))).toEqual(new Set(['SUCCEEDED', 'CANCELED']));
    expect(mostASecond(knocks)).toBeLessThanOrEqual(20);
    for (const buyer of buyers) {
      const { state } = await buyer.record();
      expect([state, (await buyer.charges()).length]).toEqual([state, state === 'SUCCEEDED' ? 1 : 0]);
    }
  });

  // When both are over: the log is one for all apps of this process.
  test('each of the two outages was told once', () => {
    expect(logs.lines.filter(({ msg }) => msg === 'stripe_down')).toHaveLength(2);
  });
});
