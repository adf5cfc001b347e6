import { type BillingDay, daysAfter } from './billing-day.js';
import { FAILURES } from './failure-kinds.js';
import type { Billing, BillingSettings } from './subscription.types.js';

/** Days on which a failed billing is tried again, counted from the day its first failure became known (RC12, RC13). Pure. */

/** Returns the next retry date, which may have passed; null when none is left, or the failure allows none. */
export function nextRetryDay(billing: Billing, { retryDays }: Pick<BillingSettings, 'retryDays'>): BillingDay | null {
  const { failedOn, failure, step, takenBack } = billing;
  // Once taken back, it is collected by an explicit act only, however its attempts end (RC18).
  if (takenBack.length > 0 || failedOn === null || failure === null || step >= FAILURES[failure].retryDates)
    return null;
  const days = retryDays[step];
  return days === undefined ? null : daysAfter(failedOn, days);
}

/** Returns how many retry dates an attempt made today uses up: all that have come are one attempt (RC13). */
export function datesUsed({ failedOn, step }: Billing, today: BillingDay, { retryDays }: BillingSettings): number {
  if (failedOn === null) return 0;
  return Math.max(step, retryDays.filter((days) => daysAfter(failedOn, days) <= today).length);
}
