import { type BillingSum, nextSum } from './billing-amounts.js';
import { billingDayAfter } from './billing-calendar.js';
import type { BillingDay } from './billing-day.js';
import { isUnpaid } from './billing-states.js';
import type { Subscription } from './subscription.types.js';

/** Computed fields of a subscription as its clients see them (contract gateway 8.4 B8, RC24, RC33). Pure. */

/** Returns `next_bill_date`; empty for one that is completed by its count. */
export const shownDay = ({ ranOut, nextDay }: Subscription): BillingDay => (ranOut ? '' : nextDay);

/**
 * Returns `expiration_date`, the date of the last billing: those that are open included, the others counted from the next date.
 * Empty without a duration.
 */
export function expirationDay(subscription: Subscription): BillingDay {
  const { duration, count, open, status, nextDay, lastDay } = subscription;
  if (duration === 0) return '';
  const numbered = open.filter(isUnpaid).reduce((sum, { periods }) => sum + periods, count);
  if (status === 'completed' || numbered >= duration) return lastDay;
  return numbered + 1 === duration ? nextDay : billingDayAfter(subscription, nextDay, duration - numbered - 1);
}

/** Returns what the next billing would be, by the function that bills; null where its sum would be too great. */
export function previewOf(subscription: Subscription): (BillingSum & { readonly day: BillingDay }) | null {
  const sum = nextSum(subscription);
  return sum === null ? null : { ...sum, day: subscription.nextDay };
}
