import type { ProviderDisputeStatus } from '../../../platform/stripe/provider.types.js';
import type { BillingTime } from './billing-day.js';
import { billingOf, isDone, withBilling } from './billing-states.js';
import { withMoneyMoved } from './money-moved.js';
import {
  type Billing,
  changed,
  type Changed,
  refuse,
  type Subscription,
  type TakenBack,
} from './subscription.types.js';

/** Money that is taken back weeks later, and what is collected of it (RC18). Pure. */

const STANDINGS: Readonly<Record<ProviderDisputeStatus, TakenBack['standing'] | null>> = {
  // Inquiries: no money moves.
  warning_needs_response: null,
  warning_under_review: null,
  warning_closed: null,
  // Settled before anything was withdrawn.
  prevented: null,
  needs_response: 'open',
  under_review: 'open',
  won: 'won',
  lost: 'lost',
};

/** Returns what a dispute takes of a billing; null for nothing that is booked: an inquiry, or a part of the total. */
export function standingOf(
  dispute: { readonly status: ProviderDisputeStatus; readonly amountMinor: number },
  total: number,
): TakenBack['standing'] | null {
  return dispute.amountMinor < total ? null : STANDINGS[dispute.status];
}

/** Books what is known of a dispute. What is older than what is known changes nothing, in whatever order it comes. */
export function withTakenBack(subscription: Subscription, n: number, news: TakenBack, time: BillingTime): Subscription {
  const billing = billingOf(subscription, n);
  const known = billing.takenBack.find(({ id }) => id === news.id);
  if (known !== undefined && (known.standing !== 'open' || news.standing === 'open')) return subscription;
  const others = billing.takenBack.filter(({ id }) => id !== news.id);
  return withMoneyMoved(subscription, { ...billing, takenBack: [...others, news] }, time);
}

/** Brings back a billing that was filed, so that late news of it can be booked; it is filed again afterwards. */
export function withReopened(subscription: Subscription, filed: Billing): Subscription {
  if (subscription.open.some(({ n }) => n === filed.n)) return subscription;
  const open = [...subscription.open, filed].toSorted((one, other) => one.n - other.n);
  return { ...subscription, open };
}

/** Takes out a billing that is done with, once it is filed (S10). */
export function withoutFiled(subscription: Subscription, n: number): Subscription {
  if (!isDone(billingOf(subscription, n))) throw new Error(`billing ${n} is not done with`);
  return { ...subscription, open: subscription.open.filter((billing) => billing.n !== n) };
}

/** Lets a reversed billing be collected again, by the merchant's explicit word: one attempt, under the next generation. */
export function withReleased(subscription: Subscription, n: number): Changed {
  const billing = subscription.open.find((one) => one.n === n);
  if (billing?.state !== 'failed' || billing.takenBack.length === 0) return refuse(null, 'it was not taken back');
  if (billing.takenBack.some(({ standing }) => standing === 'open')) return refuse(null, 'its dispute is open');
  const g = billing.paidUnder.includes(billing.g) ? billing.g + 1 : billing.g;
  return changed(withBilling(subscription, { ...billing, g, dueNow: true }));
}
