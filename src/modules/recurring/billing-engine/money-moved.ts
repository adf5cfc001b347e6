import { timesIn } from './billing-amounts.js';
import { withEvent, withNotice } from './billing-news.js';
import { type BillingTime, daysAfter, laterOf } from './billing-day.js';
import { billingDayFrom } from './billing-calendar.js';
import { billingOf, isInArrears, parkedWithoutMissed, withBilling } from './billing-states.js';
import { underWayIn, withUnpaidGivenUp } from './giving-up.js';
import type { Billing, BillingLine, Subscription, SubscriptionItem } from './subscription.types.js';

/**
 * A billing is paid while the money of one of its payments is with us: succeeded, and not taken back. Everything that follows
 * from money is done here, by what was with us before and is now, so that the same news twice is once. Pure.
 */

/** Returns the generations whose money is with us. */
export const keptUnder = ({ paidUnder, takenBack }: Billing): readonly number[] =>
  paidUnder.filter((g) => !takenBack.some((one) => one.g === g && one.standing !== 'won'));

/** @param billing the open billing with what is new of its payments */
export function withMoneyMoved(subscription: Subscription, billing: Billing, time: BillingTime): Subscription {
  const before = keptUnder(billingOf(subscription, billing.n));
  const [paying, second] = keptUnder(billing);
  const known = withBilling(subscription, { ...billing, state: billingOf(subscription, billing.n).state });
  if (before.length === 0 && paying !== undefined) return paid(known, billing, paying, time);
  if (before.length > 0 && paying === undefined) return reversed(known, billing, time);
  return second !== undefined && before.length < 2 ? withNotice(known, 'double_charge', billing.n, second) : known;
}

/** @param paying generation of the payment; its own fence is needed by no one, any other's is */
function paid(subscription: Subscription, billing: Billing, paying: number, time: BillingTime): Subscription {
  const done = {
    ...billing,
    state: 'paid' as const,
    attempt: null,
    dueNow: false,
    fence: billing.g === paying ? null : billing.g,
  };
  const counted = counting(withBilling({ ...subscription, hasCharged: true }, done), done, 1);
  return afterPaid(withNotice(counted, 'paid', billing.n, paying), done, time);
}

/** Books a charge of 0: it makes no transaction and counts as a billing (contract gateway 8.4 B4). */
export function withFreeBooked(subscription: Subscription, n: number, time: BillingTime): Subscription {
  const done = { ...billingOf(subscription, n), state: 'paid' as const };
  const event = { status: 'success', transactionId: '', amount: 0, at: time.now } as const;
  return afterPaid(withEvent(counting(withBilling(subscription, done), done, 1), event), done, time);
}

/** RC18: unpaid again, and never collected by itself; where nothing is collected any more, it just ends. */
function reversed(subscription: Subscription, billing: Billing, time: BillingTime): Subscription {
  const isOver = subscription.status === 'cancelled' || subscription.status === 'completed';
  const unpaid: Billing = {
    ...billing,
    state: isOver ? 'ended' : 'failed',
    failure: 'reversed',
    failedOn: billing.failedOn ?? time.today,
  };
  const counted = counting(withBilling(subscription, unpaid), unpaid, -1);
  const status = subscription.status === 'active' ? 'past_due' : subscription.status;
  const { transactionId, total: amount } = billing;
  const told = withEvent({ ...counted, status }, { status: 'declined', transactionId, amount, at: time.now });
  return withNotice(told, 'reversed', billing.n, billing.takenBack.length);
}

/** Counts a billing in every duration it was in, or no more. */
function counting(subscription: Subscription, { lines, periods }: Billing, sign: 1 | -1): Subscription {
  const { addOns, discounts, count } = subscription;
  return {
    ...subscription,
    count: count + sign * periods,
    addOns: addOns.map((item) => usedIn(item, lines, sign)),
    discounts: discounts.map((item) => usedIn(item, lines, sign)),
  };
}

const usedIn = (item: SubscriptionItem, lines: readonly BillingLine[], sign: 1 | -1): SubscriptionItem => ({
  ...item,
  used: item.used + sign * timesIn(item, lines),
});

function afterPaid(subscription: Subscription, billing: Billing, time: BillingTime): Subscription {
  if (isFull(subscription)) return withCompleted(subscription);
  return billing.failedOn === null ? subscription : recovered(subscription, time);
}

/** Cancelled stays cancelled, whatever was under way. */
const isFull = ({ status, duration, count }: Subscription): boolean =>
  duration > 0 && count >= duration && status !== 'cancelled' && status !== 'completed';

/** Completed by its count. What is under way is left alone, as far as the caller knows of it. */
export function withCompleted(subscription: Subscription, underWay = underWayIn(subscription)): Subscription {
  const completed = { ...subscription, status: 'completed', ranOut: true, heldByHand: false } as const;
  return withNotice(withUnpaidGivenUp(completed, underWay), 'completed', null, subscription.count);
}

/** RC16: a billing that had failed is paid, and no other is failed. Past due by hand is ended by hand. */
function recovered(subscription: Subscription, { today }: BillingTime): Subscription {
  const { status, heldByHand, open } = subscription;
  if (status !== 'past_due' || heldByHand || open.some(isInArrears)) return subscription;
  return { ...resumed(subscription, today), status: 'active' };
}

/** RC2: the stored date if it is today or later, else the next billing day; the days between are not made up. */
export function resumed(subscription: Subscription, today: string): Subscription {
  const { nextDay, lastDay } = subscription;
  if (nextDay >= today) return subscription;
  const from = lastDay === '' ? today : laterOf(today, daysAfter(lastDay, 1));
  return {
    ...subscription,
    nextDay: billingDayFrom(subscription, from),
    parked: parkedWithoutMissed(subscription),
  };
}
