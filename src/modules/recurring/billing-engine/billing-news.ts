import type { BillingEvent, BillingNotice, Subscription } from './subscription.types.js';

/** Writes down what happened to a subscription: events for its merchant, notices for those who must be told. Pure. */

const EVENTS_KEPT = 100;

/** One event an attempt, when its outcome is known (RC25). */
export const withEvent = (subscription: Subscription, event: BillingEvent): Subscription => ({
  ...subscription,
  events: [...subscription.events, event].slice(-EVENTS_KEPT),
});

/** @param about what makes the id the same for the same news: attempt, payment or dispute */
export function withNotice(
  subscription: Subscription,
  kind: BillingNotice['kind'],
  n: number | null,
  about: string | number,
): Subscription {
  const id = `${n ?? subscription.lastNumber}:${about}:${kind}`;
  if (subscription.notices.some((one) => one.id === id)) return subscription;
  return { ...subscription, notices: [...subscription.notices, { id, kind, n }] };
}

/** Drops notices that have been told. */
export const withoutNotices = (subscription: Subscription, told: readonly string[]): Subscription => ({
  ...subscription,
  notices: subscription.notices.filter(({ id }) => !told.includes(id)),
});
