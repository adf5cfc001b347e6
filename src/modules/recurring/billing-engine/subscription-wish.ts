import { type BillingSchedule, checkSchedule, type ScheduleCheck } from './billing-schedule.js';
import { type ItemWish, saysTheSame, type SourcedWish } from './item-wishes.js';
import type { ItemSnapshot, Subscription } from './subscription.types.js';

/** Merges what a request says of a subscription's billing with what it leaves to the plan or to the stored values. Pure. */

/** Fields that are absent or null were not sent. */
export interface SubscriptionWish {
  readonly amount?: number | null;
  readonly frequency?: string | null;
  readonly interval?: number | null;
  readonly days?: string | null;
  readonly chargeOnDay?: boolean | null;
  readonly duration?: number | null;
  readonly nextDay?: string | null;
  readonly addOns?: readonly SourcedWish[] | null;
  readonly discounts?: readonly SourcedWish[] | null;
}

/** A plan, as far as subscriptions take from it. */
export interface PlanTerms {
  readonly amount: number;
  readonly schedule: BillingSchedule;
  readonly chargeOnDay: boolean;
  readonly duration: number;
  readonly addOns: readonly ItemSnapshot[];
  readonly discounts: readonly ItemSnapshot[];
  /** Number of the plan's newest push (RC22). */
  readonly pushes: number;
}

/** Merges what a request says of the schedule with what it leaves out, and checks it as a whole (RC5). */
export function mergedSchedule(
  { frequency, interval, days }: SubscriptionWish,
  base: BillingSchedule | null,
  chargeOnDay: boolean,
): ScheduleCheck {
  return checkSchedule({
    frequency: frequency ?? base?.frequency ?? 'monthly',
    interval: interval ?? base?.interval ?? 0,
    days: days ?? base?.days ?? null,
    chargeOnDay,
  });
}

/** The request's flag beats its days, its days beat the plan's flag (RC8). */
export const isChargedOnDay = ({ chargeOnDay, days }: SubscriptionWish, plan: PlanTerms | null): boolean =>
  chargeOnDay ?? ((days === undefined || days === null) && plan?.chargeOnDay === true);

/** The items of a plan as wishes: each is copied as the plan has it. */
export const wishesOf = (items: readonly ItemSnapshot[]): readonly SourcedWish[] =>
  items.map((source) => ({ wish: { id: source.id }, source }));

/**
 * RC23: with another plan, what equals the stored value was not said, so that a client that posts the whole object with a new
 * plan does not keep the old price.
 */
export function withoutWhatIsStored(wish: SubscriptionWish, stored: Subscription): SubscriptionWish {
  const { schedule } = stored;
  const unlike = <T>(said: T, known: unknown): T | null => (said === known ? null : said);
  return {
    ...wish,
    amount: unlike(wish.amount, stored.amount),
    frequency: unlike(wish.frequency, schedule.frequency),
    interval: unlike(wish.interval, schedule.interval),
    days: unlike(wish.days, schedule.days),
    chargeOnDay: unlike(wish.chargeOnDay, stored.chargeOnDay),
    duration: unlike(wish.duration, stored.duration),
    addOns: unlikeItems(wish.addOns, stored.addOns),
    discounts: unlikeItems(wish.discounts, stored.discounts),
  };
}

function unlikeItems(said: SubscriptionWish['addOns'], stored: readonly ItemSnapshot[]): SubscriptionWish['addOns'] {
  const wishes: readonly ItemWish[] | undefined = said?.map(({ wish }) => wish);
  return wishes !== undefined && saysTheSame(wishes, stored) ? null : said;
}
