import {
  type BillingDay,
  type BillingMonth,
  dayIn,
  dayOfMonth,
  daysAfter,
  daysIn,
  LAST_BILLING_DAY,
  monthIndex,
  monthOf,
} from './billing-day.js';
import { anchorsOf, type BillingSchedule } from './billing-schedule.js';

/**
 * The days on which a schedule bills: contract gateway 8.4 B1 and B2. A day that a month does not have becomes its last one;
 * the anchor stays, because each date is counted from the schedule and never from the date before it. Pure.
 */
export interface BillingCalendar {
  readonly schedule: BillingSchedule;
  /** One of the billing months; the others are whole intervals away from it (RC4). */
  readonly billingMonth: BillingMonth;
}

/** Returns the first billing day that is not before a day. */
export function billingDayFrom(calendar: BillingCalendar, day: BillingDay): BillingDay {
  return billingDayAfter(calendar, daysAfter(day, -1));
}

/** Returns the billing day after a day; with `ahead`, the second, third and so on after it. */
export function billingDayAfter(calendar: BillingCalendar, day: BillingDay, ahead = 1): BillingDay {
  if (calendar.schedule.frequency === 'daily') return daysAfter(day, ahead);
  const anchors = anchorsOf(calendar.schedule);
  let left = ahead;
  for (let month = billingMonthFrom(calendar, day); month <= monthIndex(LAST_BILLING_DAY);) {
    const days = billingDaysIn(month, anchors).filter((one) => month > monthIndex(day) || one > dayOfMonth(day));
    const found = days[left - 1];
    if (found !== undefined) return dayIn(month, found);
    left -= days.length;
    month += calendar.schedule.interval;
  }
  return LAST_BILLING_DAY;
}

/** Returns the first day when none is sent: the next one of the days in any month, which makes its month the billing month. */
export function firstBillingDay(schedule: BillingSchedule, today: BillingDay): BillingDay {
  return billingDayFrom({ schedule: { ...schedule, interval: 1 }, billingMonth: monthOf(today) }, today);
}

/** Returns the index of the first billing month that is not before the day's. */
function billingMonthFrom({ schedule: { interval }, billingMonth }: BillingCalendar, day: BillingDay): number {
  const month = monthIndex(day);
  const over = (month - monthIndex(billingMonth)) % interval;
  return over === 0 ? month : month + (over > 0 ? interval - over : -over);
}

/** Returns the days of one month in their order; two that are clamped to the same one are one. */
function billingDaysIn(month: number, anchors: readonly number[]): readonly number[] {
  const last = daysIn(month);
  const days = anchors.map((anchor) => (anchor === 0 ? last : Math.min(anchor, last)));
  return [...new Set(days)].toSorted((one, other) => one - other);
}
