import { DAY, HOUR } from '../../../platform/common/duration.js';

/** Days of the UTC calendar, counted and written without a Date: no zone of any machine can move them. Pure. */

/** A day as `YYYY-MM-DD`. Days compare as their texts do. */
export type BillingDay = string;
/** A month as `YYYY-MM`. */
export type BillingMonth = string;

/** The last day that is written in four digits; what would come after it is told as this one. */
export const LAST_BILLING_DAY: BillingDay = '9999-12-31';
const FORM = /^\d{4}-\d{2}-\d{2}$/;
const MONTHS = 12;
const FEBRUARY = 1;
const DAYS_IN_ERA = 146_097;
const EPOCH_IN_ERAS = 719_468;

/** Returns whether a text is a day that exists. */
export function isBillingDay(text: string): boolean {
  if (!FORM.test(text)) return false;
  const month = Number(text.slice(5, 7));
  return month >= 1 && month <= MONTHS && dayOfMonth(text) >= 1 && dayOfMonth(text) <= daysIn(monthIndex(text));
}

/** Returns months since year 0, of a day or of a month. */
export const monthIndex = (text: string): number => Number(text.slice(0, 4)) * MONTHS + Number(text.slice(5, 7)) - 1;

export const monthOf = (day: BillingDay): BillingMonth => day.slice(0, 7);
export const dayOfMonth = (day: BillingDay): number => Number(day.slice(8));
export const laterOf = (one: BillingDay, other: BillingDay): BillingDay => (one > other ? one : other);

export function dayIn(month: number, day: number): BillingDay {
  const year = Math.floor(month / MONTHS);
  return `${String(year).padStart(4, '0')}-${twoDigits((month % MONTHS) + 1)}-${twoDigits(day)}`;
}

/** Returns the number of days in a month, given as its index. */
export function daysIn(month: number): number {
  const ofYear = month % MONTHS;
  if (ofYear === FEBRUARY) return isLeap(Math.floor(month / MONTHS)) ? 29 : 28;
  return [3, 5, 8, 10].includes(ofYear) ? 30 : 31;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** Returns the day so many days later, earlier for a negative number. */
export function daysAfter(day: BillingDay, days: number): BillingDay {
  return dayOfNumber(numberOf(day) + days);
}

/** Returns the UTC day of a moment, in epoch milliseconds. */
export const dayAt = (now: number): BillingDay => dayOfNumber(Math.floor(now / DAY));

/** Returns the moment at which a day is due: its `BILLING_HOUR` in UTC (RC28). */
export const instantOf = (day: BillingDay, hour: number): number => numberOf(day) * DAY + hour * HOUR;

/** Returns days since 1970-01-01. Years begin in March here, so that a leap day is the last one and moves none. */
function numberOf(day: BillingDay): number {
  const month = monthIndex(day) - 2;
  const year = Math.floor(month / MONTHS);
  const era = Math.floor(year / 400);
  const ofEra = year - era * 400;
  const ofYear = Math.floor((153 * (month % MONTHS) + 2) / 5) + dayOfMonth(day) - 1;
  const leaps = Math.floor(ofEra / 4) - Math.floor(ofEra / 100);
  return era * DAYS_IN_ERA + ofEra * 365 + leaps + ofYear - EPOCH_IN_ERAS;
}

function dayOfNumber(number: number): BillingDay {
  const shifted = number + EPOCH_IN_ERAS;
  const era = Math.floor(shifted / DAYS_IN_ERA);
  const ofEra = shifted - era * DAYS_IN_ERA;
  const leaps = Math.floor(ofEra / 1_460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096);
  const year = Math.floor((ofEra - leaps) / 365);
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const index = (year + era * 400) * MONTHS + month + 2;
  return index > monthIndex(LAST_BILLING_DAY) ? LAST_BILLING_DAY : dayIn(index, day);
}

/** The two days that a moment means: that of the calendar, and the latest one whose billing hour has come (RC28). */
export interface BillingTime {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly today: BillingDay;
  readonly dueDay: BillingDay;
}

export const billingTimeAt = (now: number, hour: number): BillingTime => ({
  now,
  today: dayAt(now),
  dueDay: dayAt(now - hour * HOUR),
});
