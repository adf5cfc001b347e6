import { randomUUID } from 'node:crypto';
import { OrderNews } from '../../src/modules/order/order-news.service.js';
import { OrderResolver } from '../../src/modules/order/order-resolver.js';
import { EffectDrain } from '../../src/modules/payment/effects/effect-drain.js';
import { PaymentSweeper } from '../../src/modules/payment/upkeep/payment-sweeper.js';
import type { Failpoint } from '../../src/platform/common/failpoint-names.js';
import { armFailpoints } from '../../src/platform/common/failpoints.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type CensusCaller, censusCaller, ordersOf } from '../support/census.js';
import { CASES_SEED, drawnOf } from '../support/drawn-cases.js';
import { logs } from '../support/log-capture.js';
import { eventually, HOUR, MINUTE, payments, resolve } from '../support/payments.js';

/*
 * A request that stands still at a point is, for the records, one whose process was killed there; and when it wakes up after
 * others have gone on without it, it is the zombie that safety must not depend on. See transaction-stands.spec.ts.
 */

jest.setTimeout(180_000);
/** Longer than everything that is done while it stands, and than the deadline below: who wakes up starts nothing. */
const STANDS_MS = 15_000;
const IBAN = 'ES0700120345030000067890';

let app: TestApp;
let census: CensusCaller;
let card: number;
const standing: Promise<unknown>[] = [];
beforeAll(async () => {
  app = await startTestApp({
    webhooks: false,
    env: { RESOLVER_TICK: '1h', PAYMENT_REPEAT_WAIT: '0ms', CARD_MAX_DECLINES: '0', PAYMENT_REQUEST_DEADLINE: '10s' },
  });
  census = await censusCaller(app);
  card = await census.cardholder('42@census');
});
afterAll(async () => {
  armFailpoints(undefined);
  await app.stop();
});

const get = <T>(service: new (...args: never[]) => T) => app.app.get<T>(service, { strict: false });
const bodyOf = (campaign_code: string, over: object = {}) => ({
  ...{ person_id: '42@census', description: 'Fee', amount: 1000, campaign_code },
  ...{ payment_method_type: 'existing_payment_method', payment_method_id: card },
  ...over,
});
const order = (body: object, key?: string) =>
  census.call('POST', '/orders', body, key === undefined ? {} : { 'idempotency-key': key });

async function standAt(point: string, act: () => Promise<unknown>): Promise<void> {
  const reached = armFailpoints(`${point}=sleep:${STANDS_MS}`);
  standing.push(act().catch(() => undefined));
  await eventually(async () => expect(reached()).toBe(true), 5_000);
  armFailpoints(undefined);
}

/** Everything that is left behind is finished, however long it takes. */
async function settleAll(): Promise<void> {
  for (const ms of [3 * MINUTE, 11 * MINUTE, 25 * HOUR]) {
    await app.advance(ms);
    await resolve(app);
    await get(OrderResolver).pass();
    await get(EffectDrain).pass();
  }
}

/** Each order says what Stripe says, none has more than one charge, and the sum is that of the money. */
async function agree(campaign: string): Promise<void> {
  let sum = 0;
  for (const { paymentId, state, nextCheckAt } of await ordersOf(app, campaign)) {
    const { charges } = await app.simulator.ledger({ paymentId });
    expect([state, nextCheckAt, charges.length]).toEqual([
      charges.length === 1 ? 'processed' : 'error',
      null,
      charges.length,
    ]);
    sum += charges.reduce((all, { amount }) => all + amount, 0);
  }
  expect((await census.call('GET', `/orders/total?campaign_code=${campaign}`)).body).toEqual({ amount: sum });
}

const sides = (points: readonly Failpoint[]) =>
  drawnOf(
    points.flatMap((point) => [`${point}.before`, `${point}.after`]),
    0.5,
  );

const POINTS: readonly Failpoint[] = [
  'order_key.look',
  'order_key.claim',
  'order.insert',
  'charge.insert',
  'create.send',
  'create.store',
  'confirm.start',
  'confirm.send',
  'confirm.accepted',
  'order.book',
  'person_method.note',
];

describe(`an order that stands (VAULT_SEED=${CASES_SEED})`, () => {
  it.each(sides(POINTS))('at %s, and its client asks again: one order, charged once', async (point) => {
    const [key, campaign] = [randomUUID(), randomUUID()];
    await standAt(point, () => order(bodyOf(campaign), key));
    await app.advance(2 * MINUTE); // every lease is over
    await eventually(async () => expect((await order(bodyOf(campaign), key)).status).toBe(201), 8_000);
    await settleAll();
    await agree(campaign);
    expect(await ordersOf(app, campaign)).toMatchObject([{ state: 'processed' }]);
  });

  it.each(sides(POINTS.slice(2)))('at %s, and nobody comes back: nothing is left open', async (point) => {
    const campaign = randomUUID();
    await standAt(point, () => order(bodyOf(campaign)));
    await settleAll();
    await agree(campaign);
    expect((await ordersOf(app, campaign)).length).toBeLessThanOrEqual(1);
  });

  it.each(sides(['method.send_iban', 'method.set_up', 'method.finish', 'person_method.insert', 'confirm.send']))(
    'with a bank account at %s: the same request again is one account and one debit',
    async (point) => {
      const [key, campaign, id] = [randomUUID(), randomUUID(), `${randomUUID()}@census`];
      await census.call('POST', '/persons', { id });
      const body = bodyOf(campaign, { person_id: id, payment_method_type: 'direct_debit', iban: IBAN });
      await standAt(point, () => order(body, key));
      await app.advance(2 * MINUTE);
      await eventually(async () => expect((await order(body, key)).status).toBe(201), 8_000);
      await app.advance(8 * 24 * HOUR);
      await settleAll();
      await agree(campaign);
      expect((await census.call('GET', `/payment_methods?person_id=${id}`)).body).toHaveLength(1);
    },
  );

  it('an order that a restored backup has lost is written again by the news of its payment', async () => {
    const campaign = randomUUID();
    await order(bodyOf(campaign));
    const [{ _id: id, paymentId } = { _id: '', paymentId: '' }] = await ordersOf(app, campaign);
    await ordersOf(app, campaign, 'delete');
    const payment = await payments(app).findById(paymentId).lean().exec();
    await get(OrderNews).consume({ id: 'x', type: 'payment.succeeded', doneAt: null }, payment as never);
    expect(await ordersOf(app, campaign)).toMatchObject([{ _id: id, state: 'processed', methodNumber: card }]);
  });

  it('those that woke up have changed nothing, and the sweep raises no alarm', async () => {
    await Promise.all(standing);
    await settleAll();
    logs.clear();
    await get(PaymentSweeper).pass();
    expect(logs.lines.filter(({ level }) => Number(level) >= 50).map((line) => line['msg'])).toEqual([]);
  });
});
