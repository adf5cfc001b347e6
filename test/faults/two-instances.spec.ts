import { StripeCalls } from '../../src/platform/stripe/stripe-calls.js';
import { startTestApp, TEST_STRIPE_KEY, type TestApp } from '../support/app.js';
import { eventually, MINUTE, payer, resolve } from '../support/payments.js';
import { clearSky, Pool } from '../support/pool.js';
import { refuse, StripeFront } from '../support/stripe-front.js';

const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm', keyIncludes: ':confirm:' };
const ENV = { STRIPE_TIMEOUT: '1s', PAYMENT_REPEAT_WAIT: '100ms', RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d' };

// Most of the time they wait, so they run at once, each with two instances to itself.
const it = globalThis.it.concurrent;

interface Pair {
  readonly one: TestApp;
  readonly other: TestApp;
  /** Between the first of them and Stripe. */
  readonly front: StripeFront;
}

async function startPair(): Promise<Pair> {
  const other = await startTestApp({ env: ENV, webhooks: false });
  const front = await StripeFront.before(other.simulator.url);
  const one = await startTestApp({
    env: { ...ENV, STRIPE_TIMEOUT: '8s', STRIPE_API_BASE: front.url, STRIPE_SECRET_KEY: TEST_STRIPE_KEY },
    simulator: other.simulator,
    mongoUri: other.config.mongo.uri,
    webhooks: false,
  });
  return { one, other, front };
}

async function tidyPair({ one, other, front }: Pair): Promise<void> {
  front.intercept = () => false;
  await clearSky(other);
  // Both see the time that the test has moved, and a 401 is over without waiting for the next probe.
  await one.clock.refresh();
  await one.app.get(StripeCalls, { strict: false }).tryKey();
}

async function stopPair({ one, other, front }: Pair): Promise<void> {
  await one.stop();
  front.close();
  await other.stop();
}

/** What one instance must not conclude because another one is at work on the same attempt. */
describe('two instances on one payment', () => {
  const pairs = new Pool(3, { start: startPair, tidy: tidyPair, stop: stopPair });
  afterAll(() => pairs.stop());

  const confirmOn = (app: TestApp, buyer: Awaited<ReturnType<typeof payer>>, paymentMethodId: string) =>
    app.http.post(
      '/payment/confirm',
      { cuid: buyer.cuid, paymentId: buyer.id, paymentMethodId },
      { token: buyer.token },
    );

  /** The first instance's confirm waits at the front until it is refused there, or passed on to Stripe. */
  function holdTheFirst(front: StripeFront) {
    let held: { refuse(status: number): void; passOn(): void } | undefined;
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((done) => {
      arrive = done;
    });
    front.intercept = ({ url }, response, passOn) => {
      if (url?.endsWith('/confirm') !== true || held !== undefined) return false;
      held = { refuse: (status) => refuse(response, status), passOn };
      arrive();
      return true;
    };
    return { arrived, refuseIt: (status: number) => held?.refuse(status), passItOn: () => held?.passOn() };
  }

  it.each([429, 401, 400])(
    'a %i does not settle an attempt that another instance has sent again meanwhile',
    async (status) => {
      await using lent = await pairs.lend();
      const { one, other, front } = lent;
      const buyer = await payer(other);
      const held = holdTheFirst(front);
      const first = confirmOn(one, buyer, 'pm_card_visa');
      await held.arrived;
      // The other instance sends the same attempt; it takes effect and the answer is lost.
      await other.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_after_effect' });
      const second = await confirmOn(other, buyer, 'pm_card_visa');
      expect([second.status, second.body['status']]).toEqual([201, 'processing']);
      held.refuseIt(status);
      const told = await first;
      expect([told.status, told.body['status']]).toEqual([201, 'processing']);
      expect((await buyer.record()).state).toBe('CONFIRMING');
      await other.advance(3 * MINUTE);
      await resolve(other);
      expect((await buyer.record()).state).toBe('SUCCEEDED');
      expect(await buyer.charges()).toHaveLength(1);
    },
  );

  it('nor one that another instance is sending right now', async () => {
    await using lent = await pairs.lend();
    const { one, other, front } = lent;
    const buyer = await payer(other);
    const held = holdTheFirst(front);
    const first = confirmOn(one, buyer, 'pm_card_visa');
    await held.arrived;
    const fault = await other.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_before' });
    const second = confirmOn(other, buyer, 'pm_card_visa');
    await eventually(async () => {
      const { faults } = (await other.simulator.faults()) as { faults: { id: string; hits: number }[] };
      expect(faults.find(({ id }) => id === fault)?.hits).toBeGreaterThan(0);
    });
    held.refuseIt(429);
    const told = await first;
    expect([told.status, told.body['status']]).toEqual([201, 'processing']);
    expect((await second).body['status']).toBe('processing');
    expect((await buyer.record()).state).toBe('CONFIRMING');
  });

  it('a card of another request is not tried when this request’s own attempt was settled by somebody else', async () => {
    await using lent = await pairs.lend();
    const { one, other, front } = lent;
    const buyer = await payer(other);
    const held = holdTheFirst(front);
    const first = confirmOn(one, buyer, 'pm_card_visa_chargeDeclined');
    await held.arrived;
    // The other instance settles attempt 1 (declined) and pays with attempt 2.
    const second = await confirmOn(other, buyer, 'pm_card_visa');
    expect([second.status, second.body['status']]).toEqual([201, 'succeeded']);
    held.refuseIt(429);
    const told = await first;
    expect(told.status).toBe(201);
    expect(['processing', 'succeeded']).toContain(told.body['status']);
    expect((await buyer.record()).attempt?.n).toBe(2);
    expect(await buyer.charges()).toHaveLength(1);
  });

  it('one request starts one attempt: when its own was settled elsewhere it answers the status, and tries nothing more', async () => {
    await using lent = await pairs.lend();
    const { one, other, front } = lent;
    const buyer = await payer(other);
    const held = holdTheFirst(front);
    const first = confirmOn(one, buyer, 'pm_card_threeDSecure2Required');
    await held.arrived;
    // Another tab settles attempt 1 (3-D Secure opens) and is declined with a card of its own as attempt 2.
    expect((await confirmOn(other, buyer, 'pm_card_visa_chargeDeclined')).status).toBe(402);
    held.passItOn(); // attempt 1 is answered by what is kept under its key
    const told = await first;
    expect([told.status, told.body['status']]).toEqual([201, 'requires_payment_method']);
    expect((await buyer.record()).attempt?.n).toBe(2);
  });

  it('unexpected_state after an unanswered try settles nothing while the PaymentIntent is open', async () => {
    await using lent = await pairs.lend();
    const { one, other, front } = lent;
    const buyer = await payer(other);
    let tries = 0;
    front.intercept = ({ url }, response) => {
      if (url?.endsWith('/confirm') !== true) return false;
      tries += 1;
      if (tries === 1) response.destroy();
      else refuse(response, 400, 'payment_intent_unexpected_state');
      return true;
    };
    const told = await confirmOn(one, buyer, 'pm_card_visa');
    expect([tries, told.status, told.body['status']]).toEqual([2, 201, 'processing']);
    expect((await buyer.record()).state).toBe('CONFIRMING');
  });

  it('and as the answer to the only try it says that the attempt did not run', async () => {
    await using lent = await pairs.lend();
    const { one, other, front } = lent;
    const buyer = await payer(other);
    front.intercept = ({ url }, response) => {
      if (url?.endsWith('/confirm') !== true) return false;
      refuse(response, 400, 'payment_intent_unexpected_state');
      return true;
    };
    const told = await confirmOn(one, buyer, 'pm_card_visa');
    expect([told.status, told.body['status']]).toEqual([201, 'requires_payment_method']);
    expect((await buyer.record()).settled).toMatchObject([{ n: 1, result: 'refused' }]);
  });

  it('a request that is older than the deadline starts nothing', async () => {
    await using lent = await pairs.lend();
    const { other, front } = lent;
    const late = await startTestApp({
      env: {
        ...ENV,
        PAYMENT_REQUEST_DEADLINE: '300ms',
        STRIPE_API_BASE: front.url,
        STRIPE_SECRET_KEY: TEST_STRIPE_KEY,
      },
      simulator: other.simulator,
      mongoUri: other.config.mongo.uri,
      webhooks: false,
    });
    try {
      const buyer = await payer(other);
      expect((await confirmOn(other, buyer, 'pm_card_threeDSecure2Required')).body['status']).toBe('requires_action');
      await other.simulator.finish3ds(buyer.id, 'fail');
      // The GET before the second attempt takes longer than the request may.
      await other.simulator.fault(
        { method: 'GET', path: `/v1/payment_intents/${buyer.id}`, times: 1 },
        { type: 'latency', ms: 500 },
      );
      const told = await confirmOn(late, buyer, 'pm_card_threeDSecure2Required');
      expect(told.status).toBe(503);
      expect((await buyer.record()).attempt?.n).toBe(1);
    } finally {
      await late.stop();
    }
  });
});
