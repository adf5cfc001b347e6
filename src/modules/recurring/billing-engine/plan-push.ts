import type { Subscription } from './subscription.types.js';

/** A plan's price that was pushed to its subscriptions (RC22). */
export interface PlanPush {
  /** Number of the push on its plan; 0 while there was none. */
  readonly n: number;
  readonly amount: number;
}

/**
 * Applies the plan's last push, if it was not seen: before every write, and before every billing. One that is cancelled or
 * completed sees it and keeps its price. Pure.
 */
export function withPush(subscription: Subscription, push: PlanPush | null): Subscription {
  if (push === null || push.n <= subscription.pushesSeen) return subscription;
  const seen = { ...subscription, pushesSeen: push.n };
  const isOver = subscription.status === 'cancelled' || subscription.status === 'completed';
  return isOver ? seen : { ...seen, amount: push.amount };
}
