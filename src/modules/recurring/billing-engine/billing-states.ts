import type { Billing, BillingState, Subscription } from './subscription.types.js';

/** Lists every change of a billing's state that may happen, and nothing else. */
const NEXT: Readonly<Record<BillingState, readonly BillingState[]>> = {
  // At once paid: a charge of 0. Ended: given up before anything was asked.
  waiting: ['charging', 'failed', 'paid', 'ended'],
  // Waiting again: its payment was fenced while the subscription was paused, so that it is held.
  charging: ['waiting', 'processing', 'failed', 'ending', 'paid', 'ended'],
  // Charging again: canceled at Stripe, which means that it did not happen.
  processing: ['charging', 'waiting', 'failed', 'ending', 'paid', 'ended'],
  // Paid without an attempt of ours: the payer was on the page, or a dispute was won. Ended: given up after it was taken back.
  failed: ['charging', 'ending', 'paid', 'ended'],
  // Given up, its payment being fenced: what Stripe says last decides.
  ending: ['processing', 'paid', 'ended'],
  // Money that was taken back.
  paid: ['failed', 'ended'],
  // Money that came after all.
  ended: ['paid'],
};

export const mayBecome = (from: BillingState, to: BillingState): boolean => from === to || NEXT[from].includes(to);

/** Nothing more happens to it by itself; it can be filed. */
export const isDone = ({ state, fence }: Billing): boolean => fence === null && (state === 'paid' || state === 'ended');

/** Its attempt may move money. */
export const isUnderWay = ({ state }: Billing): boolean => state === 'charging' || state === 'processing';

/** It may still come to be paid by what the subscription does. */
export const isUnpaid = (billing: Billing): boolean =>
  billing.state === 'waiting' || billing.state === 'failed' || isUnderWay(billing);

/** It takes a place in every duration that it used; one that failed has given it back (RC10). */
export const holdsPlace = (billing: Billing): boolean => billing.state === 'waiting' || isUnderWay(billing);

/** It has failed and is not paid since, although another attempt may be under way. */
export const isInArrears = (billing: Billing): boolean => billing.failedOn !== null && isUnpaid(billing);

/** Returns the places left in the subscription's own duration, beside the billing that asks. */
export function placesLeft({ duration, count, open }: Subscription, asking?: Billing): number {
  if (duration === 0) return Number.POSITIVE_INFINITY;
  const held = open.filter((one) => holdsPlace(one) && one.n !== asking?.n);
  return duration - count - held.reduce((sum, { periods }) => sum + periods, 0);
}

/** A next date that is still to come says that the missed ones are not billed: nothing is left to be decided of them. */
export const parkedWithoutMissed = ({ parked }: Subscription): Subscription['parked'] =>
  parked === 'too_many_missed' ? null : parked;

/** Returns the open billing of a number. Throws where there is none: nobody may act on what is not there. */
export function billingOf({ open }: Subscription, n: number): Billing {
  const billing = open.find((one) => one.n === n);
  if (billing === undefined) throw new Error(`billing ${n} is not open`);
  return billing;
}

/** Returns the subscription with one of its billings changed. Throws for a change that the table does not list. */
export function withBilling(subscription: Subscription, billing: Billing): Subscription {
  const open = subscription.open.map((one) => (one.n === billing.n ? next(one, billing) : one));
  return { ...subscription, open };
}

function next(from: Billing, to: Billing): Billing {
  if (!mayBecome(from.state, to.state)) throw new Error(`a billing that is ${from.state} cannot become ${to.state}`);
  return to;
}
