import type { Charged, ChargeOutcome } from '../../src/modules/payment/charge/charge.types.js';
import type { Payment } from '../../src/modules/payment/record/payment.types.js';
import type { TestApp } from '../support/app.js';
import { type Cardholder, cardholder } from '../support/charges.js';
import { HOUR, MINUTE, resolve } from '../support/payments.js';
import { appPool } from '../support/pool.js';
import { seeded } from '../support/seeded.js';
import type { FaultAction } from '../support/simulator.js';

/**
 * The one-call form against a Stripe that loses, delays and breaks answers, with callers who repeat, give up, capture,
 * release and refund as they like, and a clock that jumps over everything that expires. More: CHARGE_RUNS=50 CHARGE_SEED=100.
 */
const RUNS = Number(process.env['CHARGE_RUNS'] ?? 2);
const FIRST = Number(process.env['CHARGE_SEED'] ?? 1 + (Date.now() % 1_000_000));
const PAYMENTS = 12;

const FAULTS: readonly FaultAction[] = [
  { type: 'drop_before' },
  { type: 'drop_after_effect' },
  { type: 'reset_after' },
  { type: 'truncate_body' },
  { type: 'status', status: 500, when: 'before', cached: true },
  { type: 'status', status: 500, when: 'after', cached: true },
  { type: 'status', status: 429, when: 'before' },
];
const METHODS = ['pm_card_visa', 'pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_authenticationRequired'];
const PATHS = ['/v1/payment_intents', '/v1/payment_intents/*/*', '/v1/refunds'];
const JUMPS = [0, 0, 30_000, 3 * MINUTE, 11 * MINUTE, 2 * HOUR, 25 * HOUR];

const it = globalThis.it.concurrent;
const apps = appPool(2, {
  webhooks: false,
  env: { STRIPE_TIMEOUT: '300ms', PAYMENT_REPEAT_WAIT: '0ms', RESOLVER_TICK: '1h', USER_MAX_DECLINES: '1000' },
});
afterAll(() => apps.stop());

/** What was told for sure of a payment: it may not become untrue. */
interface Story {
  readonly holder: Cardholder;
  id: string | null;
  readonly outcomes: ChargeOutcome[];
  readonly refunds: Map<string, number>;
}

it.each(Array.from({ length: RUNS }, (_, n) => FIRST + n))(
  'seed %i: what was told is true, each key is charged at most once, and nothing stays open',
  async (seed) => {
    await using lent = await apps.lend();
    const { app } = lent;
    const { random } = seeded(seed);
    const stories: Story[] = [];
    for (let n = 0; n < PAYMENTS; n++) stories.push(await live(app, random, n));
    await app.simulator.clearFaults();
    for (let round = 0; round < 8; round++) {
      await app.advance(13 * HOUR);
      await resolve(app);
    }
    const broken = (await Promise.all(stories.map((story) => broke(story)))).flat();
    expect(broken).toEqual([]);
    // The draw did what it is for.
    expect(stories.filter(({ outcomes }) => outcomes.length > 0).length).toBeGreaterThan(0);
  },
  300_000,
);

async function live(app: TestApp, random: () => number, n: number): Promise<Story> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const holder = await cardholder(app, pick(METHODS));
  const manual = random() < 0.4;
  const order = holder.order({ isRepeatable: random() < 0.8 }, { capture: manual ? 'manual' : 'automatic' });
  const story: Story = { holder, id: null, outcomes: [], refunds: new Map() };
  for (let step = 0; step < 5; step++) {
    await app.simulator.clearFaults();
    if (random() < 0.6) {
      const match = { method: 'POST', path: pick(PATHS), times: 1 + Math.floor(random() * 3) };
      await app.simulator.fault(match, pick(FAULTS));
    }
    const deed = step === 0 || story.id === null ? 0 : random();
    if (deed < 0.4) await told(story, holder.charge(order));
    else if (deed < 0.55) await told(story, holder.capture(story.id ?? '', 500 + n));
    else if (deed < 0.65) await told(story, holder.release(story.id ?? ''));
    else await refund(story, `r${Math.floor(random() * 3)}`, 100 + Math.floor(random() * 3) * 450);
    await app.advance(pick(JUMPS));
    if (random() < 0.5) await resolve(app);
  }
  return story;
}

/** Refusals (an AppError) are answers too; anything else is a fault of ours. */
async function told(story: Story, doing: Promise<Charged>): Promise<void> {
  try {
    const { payment, outcome } = await doing;
    story.id = payment._id;
    story.outcomes.push(outcome);
  } catch (error) {
    if ((error as Error).name !== 'AppError') throw error;
  }
}

async function refund(story: Story, rid: string, amountMinor: number): Promise<void> {
  try {
    await story.holder.refund(story.id ?? '', rid, amountMinor);
    story.refunds.set(rid, amountMinor);
  } catch (error) {
    if ((error as Error).name !== 'AppError') throw error;
  }
}

const NOT_CHARGED: readonly ChargeOutcome[] = ['declined', 'failed', 'rejected', 'canceled'];
const sum = (list: readonly { amount: number }[]) => list.reduce((total, { amount }) => total + amount, 0);

/** Returns every promise that was broken. */
async function broke({ holder, id, outcomes, refunds }: Story): Promise<string[]> {
  const broken: string[] = [];
  const demand = (kept: boolean, promise: string) => void (kept ? undefined : broken.push(`${id}: ${promise}`));
  const intents = await holder.intents();
  const paid = intents.filter(({ status }) => status === 'succeeded');
  demand(paid.length <= 1, `${paid.length} PaymentIntents were paid`);
  const open = intents.filter(({ status }) => !['succeeded', 'canceled', 'requires_payment_method'].includes(status));
  if (id === null) {
    demand(paid.length === 0, 'paid, and nobody was told of a payment');
    return broken;
  }
  const record: Payment = await holder.record(id);
  const ledger = await holder.ledger(record);
  demand(ledger.charges.length <= 1, `${ledger.charges.length} charges`);
  const taken = record.state === 'SUCCEEDED' ? (record.capturedMinor ?? record.amountMinor) : 0;
  demand(taken === sum(ledger.charges), `the record says ${taken}, Stripe ${sum(ledger.charges)}`);
  if (outcomes.includes('succeeded')) demand(record.state === 'SUCCEEDED', `told succeeded, is ${record.state}`);
  for (const lie of outcomes.filter((outcome) => NOT_CHARGED.includes(outcome)))
    demand(record.state !== 'SUCCEEDED', `told ${lie}, and is paid`);
  // A held amount waits for its owner, who may have gone; everything else has ended.
  const held = record.state === 'REQUIRES_CAPTURE' && record.capture?.state !== 'asked' && !record.cancelRequested;
  demand(held || ['SUCCEEDED', 'CANCELED', 'REJECTED'].includes(record.state), `still ${record.state}`);
  demand(held || open.length === 0, `${open.map(({ status }) => status).join()} at Stripe`);
  const named = ledger.refunds.map(({ metadata }) => metadata['refund_id'] ?? '');
  demand(new Set(named).size === named.length, `a refund was made twice: ${named.join()}`);
  demand(sum(ledger.refunds) <= taken, `${sum(ledger.refunds)} of ${taken} were refunded`);
  for (const { rid, state } of record.refundRequests ?? []) {
    demand(state !== 'asked' && state !== 'pending', `refund ${rid} is still ${state}`);
    demand((state === 'succeeded') === named.includes(rid), `refund ${rid} is ${state}`);
  }
  for (const [rid, amount] of refunds)
    demand(
      record.refundRequests?.some((one) => one.rid === rid && one.amountMinor === amount) === true,
      `${rid} is lost`,
    );
  return broken;
}
