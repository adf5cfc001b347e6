import { firstBillingDay } from './billing-calendar.js';
import { type BillingDay, type BillingTime, dayOfMonth, monthOf } from './billing-day.js';
import type { BillingSchedule } from './billing-schedule.js';
import { withItems } from './item-wishes.js';
import { withNextDay } from './status-changes.js';
import {
  isChargedOnDay,
  mergedSchedule,
  type PlanTerms,
  type SubscriptionWish,
  wishesOf,
} from './subscription-wish.js';
import { type Changed, refuse, type Subscription } from './subscription.types.js';

/** Makes a subscription of what was asked for, and of the plan for what was not (RC1, RC8, RC9). Pure. */
export function newSubscription(wish: SubscriptionWish, plan: PlanTerms | null, time: BillingTime): Changed {
  const amount = wish.amount ?? plan?.amount;
  if (amount === undefined) return refuse('amount', 'is required');
  const chargeOnDay = isChargedOnDay(wish, plan);
  const days = chargeOnDay ? String(dayOfMonth(time.today)) : wish.days;
  const check = mergedSchedule({ ...wish, days }, plan?.schedule ?? null, chargeOnDay);
  if (!check.ok) return check;
  const begun: Subscription = {
    ...NOTHING_YET,
    ...firstDay(check.schedule, chargeOnDay, time.today),
    amount,
    chargeOnDay,
    duration: wish.duration ?? plan?.duration ?? 0,
    pushesSeen: plan?.pushes ?? 0,
    schedule: check.schedule,
  };
  const items = {
    addOns: wish.addOns ?? wishesOf(plan?.addOns ?? []),
    discounts: wish.discounts ?? wishesOf(plan?.discounts ?? []),
  };
  const made = withItems(begun, items);
  const sent = wish.nextDay ?? null;
  return made.ok && sent !== null ? withNextDay(made.subscription, sent, time) : made;
}

function firstDay(
  schedule: BillingSchedule,
  chargeOnDay: boolean,
  today: BillingDay,
): Pick<Subscription, 'nextDay' | 'billingMonth'> {
  const nextDay = chargeOnDay ? today : firstBillingDay(schedule, today);
  return { nextDay, billingMonth: monthOf(nextDay) };
}

const NOTHING_YET = {
  status: 'active',
  deleted: false,
  heldByHand: false,
  ranOut: false,
  addOns: [],
  discounts: [],
  nextItemKey: 1,
  lastDay: '',
  lastNumber: 0,
  count: 0,
  hasCharged: false,
  open: [],
  blocked: [],
  events: [],
  notices: [],
  parked: null,
  billEachUpTo: '',
} as const;
