import { DAY, MINUTE } from '../../platform/common/duration.js';
import type { DayRange, Span } from './reconciliation.types.js';

/** The span in which a movement may still be on its way into the books. */
export const SETTLING_MS = 5 * MINUTE;
const MAX_DAYS = 366;
const DAY_PATTERN = /^\d{4}-\d\d-\d\d$/;

/** Returns the day of a moment, in UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function daysLater(day: string, days: number): string {
  return dayOf(new Date(Date.parse(day) + days * DAY));
}

/** @returns how many days it has, both ends included. */
export function lengthOf({ from, to }: DayRange): number {
  return (Date.parse(to) - Date.parse(from)) / DAY + 1;
}

function isDay(text: string): boolean {
  const at = DAY_PATTERN.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && dayOf(new Date(at)) === text; // JavaScript reads 30 February as 2 March
}

/** @returns why these are no range that can be compared at `now` (epoch milliseconds), or null. */
export function whyNoRange({ from, to }: DayRange, now: number, maxDays = MAX_DAYS): string | null {
  if (!isDay(from)) return 'from must be a day such as 2026-11-01';
  if (!isDay(to)) return 'to must be a day such as 2026-11-30';
  if (from > to) return 'from must not be later than to';
  if (lengthOf({ from, to }) > maxDays) return `from and to must be at most ${maxDays} days apart`;
  if (Date.parse(from) >= settledUntil(now)) return 'from must not be in the future, nor the last five minutes';
  return null;
}

export function spanOf({ from, to }: DayRange, now: number): Span {
  const end = Date.parse(daysLater(to, 1));
  return { from: new Date(Date.parse(from)), until: new Date(Math.min(end, settledUntil(now))) };
}

/** Stripe counts whole seconds. */
function settledUntil(now: number): number {
  return Math.floor((now - SETTLING_MS) / 1000) * 1000;
}

export function isWithin({ from, until }: Span, date: Date): boolean {
  return date >= from && date < until;
}
