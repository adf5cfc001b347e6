import type { BillingTime } from './billing-day.js';
import { withEvent, withNotice } from './billing-news.js';
import { billingOf, isInArrears, isUnderWay, withBilling } from './billing-states.js';
import { FAILURES, type FailureKind } from './failure-kinds.js';
import { withMoneyMoved } from './money-moved.js';
import type {
  Billing,
  BillingState,
  BlockedInstrument,
  Subscription,
  SubscriptionStatus,
} from './subscription.types.js';

/** Outcome of the payment of a billing (S9, F1). Each may be told again, late, or in another order. Pure. */
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

/** State of a billing whose payment was canceled under an attempt: it goes on, is held, or was given up (RC17). */
const AFTER_CANCEL: Readonly<
  Record<SubscriptionStatus, { readonly fresh: BillingState; readonly inArrears: BillingState }>
> = {
  active: { fresh: 'charging', inArrears: 'ended' },
  past_due: { fresh: 'waiting', inArrears: 'charging' },
  paused: { fresh: 'waiting', inArrears: 'failed' },
  cancelled: { fresh: 'ended', inArrears: 'ended' },
  completed: { fresh: 'ended', inArrears: 'ended' },
};

/** @param g generation of the payment that it was read from */
export function withOutcome(
  subscription: Subscription,
  n: number,
  g: number,
  outcome: BillingOutcome,
  time: BillingTime,
): Subscription {
  const billing = billingOf(subscription, n);
  if (outcome.kind === 'approved') return approved(subscription, billing, g, outcome, time);
  if (outcome.kind === 'canceled') return canceled(subscription, billing, g);
  if (billing.g !== g || billing.attempt?.k !== outcome.k) return subscription;
  return outcome.kind === 'failed'
    ? withFailure(subscription, n, outcome.failure, time)
    : withBilling(subscription, { ...billing, state: 'processing' });
}

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

/**
 * Returns the state after a failure. A billing that nobody will collect is ended, by fencing its payment first: a decline leaves
 * it payable.
 */
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
  const state = AFTER_CANCEL[subscription.status][isInArrears(billing) ? 'inArrears' : 'fresh'];
  const attempt = state === 'charging' ? billing.attempt : null;
  return withBilling(subscription, { ...billing, g: state === 'ended' ? g : g + 1, state, attempt });
}
