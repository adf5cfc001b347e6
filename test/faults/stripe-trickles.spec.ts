import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, TEST_STRIPE_KEY, type TestApp } from '../support/app.js';
import { payer, resolve } from '../support/payments.js';
import { Simulator } from '../support/simulator.js';
import { StripeFront } from '../support/stripe-front.js';

const TIMEOUT_MS = 1_000;
/** Two tries and the pause between them, on a machine that is busy; an answer that never ends is far beyond it. */
const WAITED_FOR_MS = 20_000;

/** A piece every 100 ms, for ever: the connection is never silent, which is all that the SDK's own time-out looks at. */
const FOREVER: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  [
    'body',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(timer));
    },
  ],
  [
    'head',
    ({ socket }) => {
      socket?.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket?.write('x-more: 1\r\n'), 100);
      socket?.on('close', () => clearInterval(timer));
    },
  ],
];

/** Found in review: each held its payer, and the resolver for good. */
describe.each(FOREVER)('the %s of an answer of Stripe trickles in without end', (_, trickle) => {
  let simulator: Simulator;
  let front: StripeFront;
  let app: TestApp;

  beforeAll(async () => {
    simulator = await Simulator.start();
    front = await StripeFront.before(simulator.url);
    const env = {
      STRIPE_API_BASE: front.url,
      STRIPE_SECRET_KEY: TEST_STRIPE_KEY,
      STRIPE_TIMEOUT: `${TIMEOUT_MS}ms`,
      RESOLVER_TICK: '1h',
    };
    app = await startTestApp({ simulator, webhooks: false, env });
  });
  afterEach(() => {
    front.intercept = () => false;
  });
  afterAll(async () => {
    front.close(); // first: what trickles still would be waited for
    await app.stop();
    await simulator.stop();
  });

  /** For every request whose path has `part`. */
  function tricklesAt(part: string): void {
    front.intercept = (request, response) => {
      if (request.url?.includes(part) !== true) return false;
      trickle(response);
      return true;
    };
  }

  const inTime = <T>(work: Promise<T>): Promise<T | string> =>
    Promise.race([work, sleep(WAITED_FOR_MS, 'still waiting', { ref: false })]);

  it('a confirm is unknown at its time-out, and settled once Stripe answers', async () => {
    const buyer = await payer(app);
    tricklesAt('/confirm');
    expect(await inTime(buyer.confirm('pm_card_visa'))).toMatchObject({ status: 201, body: { status: 'processing' } });
    front.intercept = () => false;
    expect(await buyer.confirm('pm_card_visa')).toMatchObject({ status: 201, body: { status: 'succeeded' } });
    expect(await buyer.charges()).toHaveLength(1);
  }, 60_000);

  it('the resolver comes to the end of its pass, and to the payment once Stripe answers', async () => {
    const buyer = await payer(app);
    await buyer.browserConfirm('pm_card_visa');
    tricklesAt('/v1/payment_intents/');
    await app.advance(2 * 60_000);
    expect(await inTime(resolve(app).then(() => 'ended'))).toBe('ended');
    front.intercept = () => false;
    await app.advance(10 * 60_000);
    await resolve(app);
    expect(await buyer.record()).toMatchObject({ state: 'SUCCEEDED' });
  }, 60_000);
});
