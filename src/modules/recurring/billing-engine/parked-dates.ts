import { billingDayAfter } from './billing-calendar.js';
import type { BillingDay, BillingTime } from './billing-day.js';
import { CATCH_UP } from './numbering.js';
import { changed, type Changed, type CatchUp, refuse, type Subscription } from './subscription.types.js';

/** Carries out what an operator says of a subscription whose missed dates were too many to be billed by themselves (RC21). Pure. */

/**
 * Bills each of the missed dates, twelve at a time; bills them as one; or lets them pass.
 * Merging takes every missed date, so it is refused where their sum would be too great.
 */
export function withMissedDecided(subscription: Subscription, way: CatchUp, time: BillingTime): Changed {
  if (subscription.parked !== 'too_many_missed') return refuse(null, 'no dates were missed');
  const free: Subscription = { ...subscription, parked: null };
  if (way === 'bill_each') return changed({ ...free, billEachUpTo: time.dueDay });
  const decided = CATCH_UP[way](free, missedDays(free, time.dueDay), time.dueDay);
  return decided.parked === null ? changed(decided) : refuse(null, 'their sum is too great');
}

function missedDays(subscription: Subscription, dueDay: BillingDay): readonly BillingDay[] {
  const days: BillingDay[] = [];
  for (let day = subscription.nextDay; day <= dueDay; day = billingDayAfter(subscription, day)) days.push(day);
  return days;
}
