import type { BillingTime } from './billing-day.js';
import { withEvent, withNotice } from './billing-news.js';
import { billingOf, isInArrears, isUnderWay, withBilling } from './billing-states.js';
import { FAILURES, type FailureKind } from './failure-kinds.js';
import { withMoneyMoved } from './money-moved.js';
import type { Billing, BlockedInstrument, Subscription } from './subscription.types.js';

/** What the payment of a billing has come to (S9, F1). Each may be told again, late, or in another order. Pure. */
export type BillingOutcome =
  /** The payment succeeded, by an attempt of ours or by the payer on the page. */
  | { readonly kind: 'approved'; readonly transactionId: string; readonly instrument: string }
  /** Attempt k failed, at once or after days. */
  | { readonly kind: 'failed'; readonly k: number; readonly failure: FailureKind }
  /** Attempt k was taken up, and its money is under way for days. */
  | { readonly kind: 'processing'; readonly k: number }
  /** The payment is final without success. */
  | { readonly kind: 'canceled' };

const BLOCKS_KEPT = 20;

/** @param g generation of the payment that it was read from */
export function withOutcome(
  subscription: Subscription,
  n: number,
  g: number,
  outcome: BillingOutcome,
  time: BillingTime,
): Subscription {
  const billing = billingOf(subscription, n);
  switch (outcome.kind) {
    case 'approved':
      return approved(subscription, billing, g, outcome, time);
    case 'canceled':
      return canceled(subscription, billing, g);
    case 'failed':
      if (!isAwaited(billing, g, outcome.k)) return subscription;
      return withFailure(subscription, n, outcome.failure, time);
    case 'processing':
      if (!isAwaited(billing, g, outcome.k)) return subscription;
      return withBilling(subscription, { ...billing, state: 'processing' });
  }
}

const isAwaited = ({ g, attempt }: Billing, ofG: number, k: number): boolean => g === ofG && attempt?.k === k;

function approved(
  subscription: Subscription,
  billing: Billing,
  g: number,
  { transactionId, instrument }: Extract<BillingOutcome, { kind: 'approved' }>,
  time: BillingTime,
): Subscription {
  if (billing.paidUnder.includes(g)) return subscription;
  const isLate = billing.state === 'ending' || billing.state === 'ended';
  const paid = { ...billing, transactionId, paidUnder: [...billing.paidUnder, g] };
  const moved = withMoneyMoved(withLifted(subscription, instrument), paid, time);
  const event = { status: 'success', transactionId, amount: billing.total, at: time.now } as const;
  const told = withEvent(moved, event);
  return isLate ? withNotice(told, 'late_success', billing.n, g) : told;
}

/** Whom the payer has authenticated needs no more of it. */
const withLifted = (subscription: Subscription, instrument: string): Subscription => ({
  ...subscription,
  blocked: subscription.blocked.filter((one) => one.instrument !== instrument || one.because !== 'authentication'),
});

/** Books the failure of the attempt that is under way. */
export function withFailure(
  subscription: Subscription,
  n: number,
  failure: FailureKind,
  time: BillingTime,
): Subscription {
  const billing = billingOf(subscription, n);
  const { transactionId, total: amount } = billing;
  const { event, tells } = FAILURES[failure];
  const state = stateAfterFailure(subscription, billing);
  const failed: Billing = { ...billing, state, attempt: null, failure, failedOn: billing.failedOn ?? time.today };
  const status = state === 'failed' && subscription.status === 'active' ? 'past_due' : subscription.status;
  const booked = withBlock(
    withBilling({ ...subscription, status }, failed),
    billing.attempt?.instrument ?? '',
    failure,
  );
  const told = withEvent(booked, { status: event, transactionId, amount, at: time.now });
  return withNotice(told, tells, n, billing.k);
}

/** What nobody will collect is ended, by fencing its payment first: a decline leaves it payable. */
function stateAfterFailure({ status }: Subscription, billing: Billing): 'failed' | 'ending' {
  // Active, and it had failed before: the merchant activated by hand and gave up what was unpaid (RC17).
  const isGivenUp = billing.state === 'ending' || (status === 'active' && billing.failedOn !== null);
  return isGivenUp || status === 'cancelled' || status === 'completed' ? 'ending' : 'failed';
}

/** A hard decline also stops what was to be tried at once with that card (RC15). */
function withBlock(subscription: Subscription, instrument: string, failure: FailureKind): Subscription {
  const because = FAILURES[failure].blocks;
  if (because === null) return subscription;
  const others = subscription.blocked.filter((one) => one.instrument !== instrument);
  const before = subscription.blocked.find((one) => one.instrument === instrument)?.because;
  const block: BlockedInstrument = { instrument, because: before === 'hard' ? 'hard' : because };
  return {
    ...subscription,
    blocked: [...others, block].slice(-BLOCKS_KEPT),
    open: subscription.open.map((billing) => ({ ...billing, dueNow: false })),
  };
}

/** F1: it did not happen. The attempt goes on under the next generation, if it still may. */
function canceled(subscription: Subscription, billing: Billing, g: number): Subscription {
  if (billing.fence === g) return withBilling(subscription, { ...billing, fence: null });
  if (g !== billing.g || billing.paidUnder.includes(g)) return subscription;
  if (billing.state === 'ending') return withBilling(subscription, { ...billing, state: 'ended', attempt: null });
  if (billing.state === 'failed') return withBilling(subscription, { ...billing, g: g + 1 });
  if (!isUnderWay(billing)) return subscription;
  const state = stateAfterCancel(subscription, billing);
  const attempt = state === 'charging' ? billing.attempt : null;
  return withBilling(subscription, { ...billing, g: state === 'ended' ? g : g + 1, state, attempt });
}

function stateAfterCancel({ status }: Subscription, billing: Billing): 'charging' | 'waiting' | 'failed' | 'ended' {
  const inArrears = isInArrears(billing);
  switch (status) {
    case 'active':
      return inArrears ? 'ended' : 'charging';
    case 'past_due':
      return inArrears ? 'charging' : 'waiting';
    case 'paused':
      return inArrears ? 'failed' : 'waiting';
    case 'cancelled':
    case 'completed':
      return 'ended';
  }
}
