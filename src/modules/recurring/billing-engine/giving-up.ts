import { isUnderWay } from './billing-states.js';
import type { Billing, Subscription } from './subscription.types.js';

/** Unpaid billings that are never charged again (RC17). Pure. */

/**
 * Returns the subscription with its unpaid billings given up. One whose payment nobody can pay ends here; that of any other is
 * fenced first. What is under way is not touched.
 * @param underWay numbers of those whose payment may be moving money: the payment's own swap has decided it
 */
export const withUnpaidGivenUp = (subscription: Subscription, underWay: readonly number[]): Subscription => ({
  ...subscription,
  open: subscription.open.map((billing) => givenUp(billing, underWay)),
});

/** Numbers of all that have been sent, or may have been, as far as the subscription knows. */
export const underWayIn = ({ open }: Subscription): readonly number[] => open.filter(isUnderWay).map(({ n }) => n);

function givenUp(billing: Billing, underWay: readonly number[]): Billing {
  // Nothing can be paid of what was never asked for, or was paid and taken back.
  if (billing.state === 'waiting') return { ...billing, state: 'ended' };
  if (billing.state === 'failed' && billing.paidUnder.includes(billing.g))
    return { ...billing, state: 'ended', dueNow: false };
  const unpaid = billing.state === 'failed' || (billing.state === 'charging' && !underWay.includes(billing.n));
  return unpaid ? { ...billing, state: 'ending', dueNow: false } : billing;
}
