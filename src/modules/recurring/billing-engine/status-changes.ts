import { type BillingDay, type BillingTime, isBillingDay, monthOf } from './billing-day.js';
import { isInArrears, parkedWithoutMissed } from './billing-states.js';
import { withUnpaidGivenUp } from './giving-up.js';
import { resumed } from './money-moved.js';
import { changed, type Changed, refuse, type Subscription, type SubscriptionStatus } from './subscription.types.js';

/**
 * Changes of status by hand: contract gateway 8.5, rulings RC2 to RC4, RC17, RC30 and RC35. The caller has applied the plan's
 * pushes first (RC22). Pure.
 */
type Rule = 'same' | 'yes' | 'no' | 'if_billings_remain';

const ALLOWED: Readonly<Record<SubscriptionStatus, Readonly<Record<SubscriptionStatus, Rule>>>> = {
  active: { active: 'same', paused: 'yes', past_due: 'yes', cancelled: 'yes', completed: 'yes' },
  paused: { active: 'if_billings_remain', paused: 'same', past_due: 'yes', cancelled: 'yes', completed: 'yes' },
  past_due: { active: 'if_billings_remain', paused: 'yes', past_due: 'same', cancelled: 'yes', completed: 'yes' },
  cancelled: { active: 'if_billings_remain', paused: 'no', past_due: 'no', cancelled: 'same', completed: 'yes' },
  completed: { active: 'if_billings_remain', paused: 'no', past_due: 'no', cancelled: 'yes', completed: 'same' },
};

export interface StatusWish {
  readonly to: SubscriptionStatus;
  /** `next_bill_date` of an activation; null for none. */
  readonly nextDay: BillingDay | null;
}

/** @param underWay numbers of billings whose payment may be moving money; the others' are fenced before this is stored */
export function withStatus(
  subscription: Subscription,
  { to, nextDay }: StatusWish,
  underWay: readonly number[],
  time: BillingTime,
): Changed {
  const rule = ALLOWED[subscription.status][to];
  if (rule === 'no') return refuse(null, `a subscription that is ${subscription.status} cannot become ${to}`);
  if (rule === 'if_billings_remain' && !hasBillingsLeft(subscription)) return refuse(null, 'no billings are left');
  const date = to === 'active' ? nextDay : null;
  // A date is never ignored in silence (RC30).
  if (rule === 'same') return date === null ? changed(subscription) : withNextDay(subscription, date, time);
  return to === 'active' ? activated(subscription, date, underWay, time) : changed(stopped(subscription, to, underWay));
}

/** RC31: the record stays, for transactions, reversals and reconciliation; nothing is billed any more. */
export const withDeleted = (subscription: Subscription, underWay: readonly number[]): Subscription => ({
  ...stopped(subscription, 'cancelled', underWay),
  deleted: true,
});

const hasBillingsLeft = ({ duration, count }: Subscription): boolean => duration === 0 || count < duration;

/**
 * Activates. Unpaid billings are given up; a number that must never be tried stays blocked, the want of authentication does not
 * (RC17).
 */
function activated(
  subscription: Subscription,
  nextDay: BillingDay | null,
  underWay: readonly number[],
  time: BillingTime,
): Changed {
  const active: Subscription = {
    ...withUnpaidGivenUp(subscription, underWay),
    status: 'active',
    heldByHand: false,
    ranOut: false,
    parked: parkedWithoutMissed(subscription),
    blocked: subscription.blocked.filter(({ because }) => because !== 'authentication'),
  };
  return nextDay === null ? changed(resumed(active, time.today)) : withNextDay(active, nextDay, time);
}

function stopped(
  subscription: Subscription,
  to: Exclude<SubscriptionStatus, 'active'>,
  underWay: readonly number[],
): Subscription {
  if (to === 'paused') return { ...subscription, status: to, heldByHand: false };
  if (to === 'past_due') return { ...subscription, status: to, heldByHand: !subscription.open.some(isInArrears) };
  return { ...withUnpaidGivenUp(subscription, underWay), status: to, heldByHand: false };
}

/** Sets the next date by hand: its month becomes a billing month, the days of the schedule stay (RC1, RC3, RC4). */
export function withNextDay(subscription: Subscription, day: BillingDay, { today }: BillingTime): Changed {
  if (!isBillingDay(day) || day < today) return refuse('next_bill_date', 'must be a day, YYYY-MM-DD, today or later');
  if (day <= subscription.lastDay) return refuse('next_bill_date', 'names a date that has been billed');
  const parked = parkedWithoutMissed(subscription);
  return changed({ ...subscription, nextDay: day, billingMonth: monthOf(day), ranOut: false, parked });
}
