import { setTimeout as sleep } from 'node:timers/promises';
import type { Charged, ChargeOrder } from '../../src/modules/payment/charge/charge.types.js';
import type { Failpoint } from '../../src/platform/common/failpoint-names.js';
import { armFailpoints } from '../../src/platform/common/failpoints.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Cardholder, cardholder } from '../support/charges.js';
import { DisputeSweeper } from '../../src/modules/payment/upkeep/dispute-sweeper.js';
import { CASES_SEED, drawnOf } from '../support/drawn-cases.js';
import { eventually, HOUR, MINUTE, resolve } from '../support/payments.js';
import type { FaultAction } from '../support/simulator.js';

const CAPTURE = { method: 'POST', path: '/v1/payment_intents/*/capture' };
const REFUND = { method: 'POST', path: '/v1/refunds' };

/*
 * A request that stands still for good at a point is, for the records, one whose process was killed there; and when it wakes
 * up after others have gone on without it, it is the zombie that safety must not depend on. Each point of the one-call form
 * is stood at once before and once after, with a caller who comes back and with none.
 */

jest.setTimeout(180_000);
/** Longer than everything that is done while it stands. */
const STANDS_MS = 20_000;

let app: TestApp;
let holder: Cardholder;
/** Requests that stand, to wake up at the end. */
const standing: Promise<unknown>[] = [];
/** What each case left, looked at again once the zombies have woken up. */
const truths: (() => Promise<void>)[] = [];

beforeAll(async () => {
  app = await startTestApp({ webhooks: false, env: { RESOLVER_TICK: '1h', PAYMENT_REPEAT_WAIT: '0ms' } });
  holder = await cardholder(app);
});
afterAll(async () => {
  armFailpoints(undefined);
  await app.stop();
});

/** Does it, until it stands at the point; everything after that goes by the point. */
async function standAt(point: string, act: () => Promise<unknown>): Promise<void> {
  const reached = armFailpoints(`${point}=sleep:${STANDS_MS}`);
  standing.push(act().catch(() => undefined));
  await eventually(async () => expect(reached()).toBe(true), 5_000);
  armFailpoints(undefined);
}

/** Our record says what Stripe says, and at most one charge was made. */
async function agree(id: string): Promise<void> {
  const record = await holder.record(id);
  const { charges, refunds } = await holder.ledger(record);
  const taken = charges.reduce((sum, { amount }) => sum + amount, 0);
  expect(charges.length).toBeLessThanOrEqual(1);
  expect(record.state === 'SUCCEEDED' ? (record.capturedMinor ?? record.amountMinor) : 0).toBe(taken);
  const back = (list: readonly { amount?: number; amountMinor?: number }[]) =>
    list.reduce((sum, one) => sum + (one.amount ?? one.amountMinor ?? 0), 0);
  expect(back(record.refunds ?? [])).toBe(back(refunds));
  expect(['SUCCEEDED', 'CANCELED']).toContain(record.state);
}

const CHARGING: readonly Failpoint[] = [
  'charge.insert',
  'create.send',
  'create.store',
  'confirm.take_room',
  'confirm.start',
  'confirm.send',
  'confirm.accepted',
];
/** Half of the points in each run, drawn anew (VAULT_SEED); all with VAULT_CASES=all. */
const sides = (points: readonly Failpoint[]) =>
  drawnOf(
    points.flatMap((point) => [`${point}.before`, `${point}.after`]),
    0.5,
  );

async function chargeStandingAt(point: string): Promise<ChargeOrder> {
  const order = holder.order();
  await standAt(point, () => holder.charge(order));
  return order;
}

describe(`a charge that stands (VAULT_SEED=${CASES_SEED})`, () => {
  it.each(sides(CHARGING))('at %s, and its caller comes back: charged once', async (point) => {
    const order = await chargeStandingAt(point);
    await app.advance(3 * MINUTE); // every lease is over
    const told = await holder.charge(order);
    expect(told.outcome).toBe('succeeded');
    await agree(told.payment._id);
    truths.push(() => agree(told.payment._id));
  });

  it.each(sides(CHARGING))('at %s, and nobody comes back: nothing is left open', async (point) => {
    const order = await chargeStandingAt(point);
    await app.advance(11 * MINUTE);
    await resolve(app);
    await app.advance(25 * HOUR);
    await resolve(app);
    await resolve(app);
    // Whoever asks much later is told what is true, and charges nothing anew unless nothing was ever begun.
    const told: Charged = await holder.charge(order);
    expect(['succeeded', 'canceled']).toContain(told.outcome);
    await agree(told.payment._id);
    truths.push(() => agree(told.payment._id));
  });
});

describe('a decline that stands', () => {
  it.each(sides(['confirm.declined']))('at %s is told as a decline to who comes back', async (point) => {
    const declining = await cardholder(app, 'pm_card_chargeCustomerFail');
    const order = declining.order();
    await standAt(point, () => declining.charge(order));
    await app.advance(3 * MINUTE);
    expect((await declining.charge(order)).outcome).toBe('declined');
    await resolve(app);
    const [intent] = await declining.intents();
    expect(intent?.status).toBe('canceled');
  });
});

describe('a capture that stands', () => {
  it.each(sides(['capture.ask', 'capture.send', 'capture.done']))('at %s is finished, once', async (point) => {
    const { payment } = await holder.authorize();
    await standAt(point, () => holder.capture(payment._id, 1500));
    await app.advance(3 * MINUTE);
    await resolve(app);
    const told = await holder.capture(payment._id, 1500);
    expect([told.outcome, told.payment.capturedMinor]).toEqual(['succeeded', 1500]);
    await agree(payment._id);
    truths.push(() => agree(payment._id));
  });
});

describe('a capture in trouble that stands', () => {
  it.each<[string, FaultAction]>([
    ['capture.next_key.before', { type: 'status', status: 500, when: 'before', cached: true }],
    ['capture.next_key.after', { type: 'status', status: 500, when: 'before', cached: true }],
    ['capture.refused.before', { type: 'status', status: 400, when: 'before' }],
    ['capture.refused.after', { type: 'status', status: 400, when: 'before' }],
  ])('at %s can be captured, once', async (point, action) => {
    const { payment } = await holder.authorize();
    await app.simulator.fault({ ...CAPTURE, times: 1 }, action);
    await standAt(point, () => holder.capture(payment._id, 1500));
    await app.advance(3 * MINUTE);
    await resolve(app);
    expect((await holder.capture(payment._id, 1500)).outcome).toBe('succeeded');
    truths.push(() => agree(payment._id));
  });
});

describe('a dispute that stands', () => {
  it.each(sides(['dispute.find', 'dispute.record', 'dispute.page']))('at %s is recorded, once', async (point) => {
    const disputing = await cardholder(app, 'pm_card_createDispute');
    const { payment } = await disputing.charge(disputing.order());
    await app.advance(HOUR);
    const sweep = () => app.app.get(DisputeSweeper, { strict: false }).pass();
    await standAt(point, sweep);
    await app.advance(6 * MINUTE); // the sweep's lease is over
    await sweep();
    expect((await disputing.record(payment._id)).disputes).toHaveLength(1);
    truths.push(async () => expect((await disputing.record(payment._id)).disputes).toHaveLength(1));
  });
});

describe('a release that stands', () => {
  it.each(sides(['capture.release', 'fence.send', 'fence.canceled']))('at %s is finished', async (point) => {
    const { payment } = await holder.authorize();
    await standAt(point, () => holder.release(payment._id));
    await app.advance(3 * MINUTE);
    await resolve(app);
    expect((await holder.release(payment._id)).outcome).toBe('canceled');
    await agree(payment._id);
    truths.push(() => agree(payment._id));
  });
});

describe('a refund that stands', () => {
  it.each(sides(['refund.reserve', 'refund.send', 'refund.done']))('at %s is made once', async (point) => {
    const { payment } = await holder.charge(holder.order());
    await standAt(point, () => holder.refund(payment._id, 'a', 600));
    await app.advance(3 * MINUTE);
    await resolve(app);
    expect((await holder.refund(payment._id, 'a', 600)).refund.state).toBe('succeeded');
    expect((await holder.ledger(payment)).refunds).toHaveLength(1);
    await agree(payment._id);
    truths.push(() => agree(payment._id));
  });

  it.each(sides(['refund.list', 'refund.listed', 'refund.sending']))(
    'at %s, where the resolver looks a day later, is made once',
    async (point) => {
      const { payment } = await holder.charge(holder.order());
      await app.simulator.fault({ ...REFUND, times: 2 }, { type: 'drop_before' });
      await holder.refund(payment._id, 'a', 600);
      await app.advance(25 * HOUR);
      await standAt(point, () => resolve(app));
      await app.advance(2 * HOUR);
      await resolve(app);
      expect((await holder.refund(payment._id, 'a', 600)).refund.state).toBe('succeeded');
      truths.push(() => agree(payment._id));
      truths.push(async () => expect((await holder.ledger(payment)).refunds).toHaveLength(1));
    },
  );

  it.each(sides(['refund.not_run']))('at %s, refused by Stripe, is made once or not at all', async (point) => {
    const { payment } = await holder.charge(holder.order());
    await app.simulator.fault({ ...REFUND, times: 1 }, { type: 'status', status: 400, when: 'before' });
    await standAt(point, () => holder.refund(payment._id, 'a', 600));
    await app.advance(HOUR);
    await resolve(app);
    expect(['succeeded', 'refused']).toContain((await holder.refund(payment._id, 'a', 600)).refund.state);
    truths.push(() => agree(payment._id));
  });

  it('for a day before it is sent, and wakes up after the resolver has made it under the next key: made once', async () => {
    const { payment } = await holder.charge(holder.order());
    await standAt('refund.send.before', () => holder.refund(payment._id, 'a', 600));
    await app.advance(25 * HOUR);
    await resolve(app);
    expect((await holder.record(payment._id)).refundRequests).toMatchObject([{ state: 'succeeded', generation: 1 }]);
    truths.push(async () => expect((await holder.ledger(payment)).refunds).toHaveLength(1));
  });
});

it('when those that stood wake up, everything is as it was', async () => {
  await Promise.race([Promise.all(standing), sleep(STANDS_MS + 30_000, undefined, { ref: false })]);
  for (const truth of truths) await truth();
  expect(truths.length).toBeGreaterThan(25);
});
