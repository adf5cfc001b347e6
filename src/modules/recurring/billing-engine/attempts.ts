import type { BillingTime } from './billing-day.js';
import { billingOf, withBilling } from './billing-states.js';
import { withFailure } from './outcomes.js';
import { FAILURES } from './failure-kinds.js';
import { datesUsed } from './retry-dates.js';
import type { Billing, BillingAttempt, BillingSettings, Subscription } from './subscription.types.js';

/** Begins attempts: they are written, with everything they will be asked for, before anything is asked (S2). Pure. */

/**
 * Begins the next attempt of a billing that `startOf` named. A card or account that must not be tried is declined here, and
 * nobody is asked (RC17).
 */
export function withAttempt(
  subscription: Subscription,
  n: number,
  method: Omit<BillingAttempt, 'k'>,
  time: BillingTime,
  settings: BillingSettings,
): Subscription {
  const billing = billingOf(subscription, n);
  const k = billing.k + 1;
  const begun = withBilling(subscription, {
    ...billing,
    state: 'charging',
    k,
    attempt: { k, ...method },
    transactionId: method.transactionId,
    step: datesUsed(billing, time.today, settings),
    dueNow: false,
  });
  const block = subscription.blocked.find(({ instrument }) => instrument === method.instrument);
  if (block === undefined) return begun;
  const kind = block.because === 'hard' ? 'never_again' : 'authentication_required';
  return withFailure(begun, n, kind, time);
}

/** Returns how a transaction of the subscription is marked for the networks (RC25). */
export const billingMethodOf = ({ hasCharged }: Subscription): 'initial_recurring' | 'recurring' =>
  hasCharged ? 'recurring' : 'initial_recurring';

/** RC15: there is a new card. Every failed billing is due at once, one attempt each; no date moves. None that was taken back. */
export const withNewCard = (subscription: Subscription): Subscription => ({
  ...subscription,
  open: subscription.open.map((billing) => (isForNewCard(billing) ? { ...billing, dueNow: true } : billing)),
});

const isForNewCard = ({ state, failure, takenBack }: Billing): boolean =>
  state === 'failed' && takenBack.length === 0 && failure !== null && FAILURES[failure].newCard;
