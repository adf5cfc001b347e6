import { type BillingTime, dayOfMonth, monthOf } from './billing-day.js';
import type { BillingSchedule } from './billing-schedule.js';
import { withItems } from './item-wishes.js';
import { withCompleted } from './money-moved.js';
import { withNextDay } from './status-changes.js';
import { shownDay } from './subscription-view.js';
import {
  isChargedOnDay,
  mergedSchedule,
  type PlanTerms,
  type SubscriptionWish,
  wishesOf,
  withoutWhatIsStored,
} from './subscription-wish.js';
import { changed, type Changed, type Subscription } from './subscription.types.js';

/**
 * Changes a subscription as a request says (RC1 to RC8, RC11, RC19, RC23). What is numbered keeps what it was numbered with.
 * The caller has applied the plan's pushes first (RC22). Pure.
 * @param newPlan the plan, when the request names another one than the stored
 * @param underWay numbers of billings whose payment may be moving money, for a duration that is used up
 */
export function updatedSubscription(
  stored: Subscription,
  wish: SubscriptionWish,
  newPlan: PlanTerms | null,
  underWay: readonly number[],
  time: BillingTime,
): Changed {
  const said = newPlan === null ? wish : completedBy(withoutWhatIsStored(wish, stored), newPlan);
  const turnsOn = said.chargeOnDay === true && !stored.chargeOnDay;
  const chargeOnDay = said.chargeOnDay ?? stored.chargeOnDay;
  const days = turnsOn ? String(dayOfMonth(time.today)) : said.days;
  const check = mergedSchedule({ ...said, days }, stored.schedule, chargeOnDay);
  if (!check.ok) return check;
  const updated: Subscription = {
    ...withSchedule(stored, check.schedule),
    chargeOnDay,
    amount: said.amount ?? stored.amount,
    duration: said.duration ?? stored.duration,
    pushesSeen: newPlan?.pushes ?? stored.pushesSeen,
    parked: stored.parked === 'amount_too_great' ? null : stored.parked,
  };
  const dated = withSentDay(updated, said.nextDay ?? null, time);
  const itemized = dated.ok ? withItems(dated.subscription, { addOns: said.addOns, discounts: said.discounts }) : dated;
  return itemized.ok ? changed(completedIfUsedUp(itemized.subscription, stored.duration, underWay)) : itemized;
}

/** With another plan, what the request does not say is taken from it (RC23). */
function completedBy(wish: SubscriptionWish, plan: PlanTerms): SubscriptionWish {
  const { frequency, interval, days } = plan.schedule;
  return {
    ...wish,
    amount: wish.amount ?? plan.amount,
    frequency: wish.frequency ?? frequency,
    interval: wish.interval ?? interval,
    days: wish.days ?? days,
    chargeOnDay: isChargedOnDay(wish, plan),
    duration: wish.duration ?? plan.duration,
    addOns: wish.addOns ?? wishesOf(plan.addOns),
    discounts: wish.discounts ?? wishesOf(plan.discounts),
  };
}

/** The stored date stays, and the new schedule's months are counted from it (RC7). */
function withSchedule(subscription: Subscription, schedule: BillingSchedule): Subscription {
  const { frequency, interval, days } = subscription.schedule;
  const isSame = schedule.frequency === frequency && schedule.interval === interval && schedule.days === days;
  return isSame ? subscription : { ...subscription, schedule, billingMonth: monthOf(subscription.nextDay) };
}

/** A date that repeats the one which is shown is none, also when it is past (RC1). */
const withSentDay = (subscription: Subscription, day: string | null, time: BillingTime): Changed =>
  day === null || day === shownDay(subscription) ? changed(subscription) : withNextDay(subscription, day, time);

/** RC11: a duration that is set to what was billed already completes the subscription; a larger one changes no status. */
function completedIfUsedUp(subscription: Subscription, before: number, underWay: readonly number[]): Subscription {
  const { status, duration, count } = subscription;
  const isUsedUp = duration > 0 && duration !== before && count >= duration;
  return isUsedUp && status !== 'cancelled' && status !== 'completed'
    ? withCompleted(subscription, underWay)
    : subscription;
}
