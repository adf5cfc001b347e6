import type { Payment, PaymentState } from './payment.types.js';

/** Lists every change of state that may happen, and nothing else. */
const NEXT: Readonly<Record<PaymentState, readonly PaymentState[]>> = {
  // NEW may become what is at Stripe already: a PaymentIntent that was found there by the sweep.
  NEW: ['PI_CREATED', 'REQUIRES_ACTION', 'PROCESSING', 'REQUIRES_CAPTURE', 'SUCCEEDED', 'REJECTED', 'CANCELED'],
  PI_CREATED: ['CONFIRMING', 'REQUIRES_ACTION', 'PROCESSING', 'REQUIRES_CAPTURE', 'DECLINED', 'SUCCEEDED', 'CANCELED'],
  CONFIRMING: ['PI_CREATED', 'REQUIRES_ACTION', 'PROCESSING', 'REQUIRES_CAPTURE', 'DECLINED', 'SUCCEEDED', 'CANCELED'],
  REQUIRES_ACTION: ['CONFIRMING', 'PI_CREATED', 'PROCESSING', 'REQUIRES_CAPTURE', 'DECLINED', 'SUCCEEDED', 'CANCELED'],
  PROCESSING: ['CONFIRMING', 'PI_CREATED', 'REQUIRES_ACTION', 'REQUIRES_CAPTURE', 'DECLINED', 'SUCCEEDED', 'CANCELED'],
  REQUIRES_CAPTURE: ['PI_CREATED', 'REQUIRES_ACTION', 'PROCESSING', 'DECLINED', 'SUCCEEDED', 'CANCELED'],
  DECLINED: ['CONFIRMING', 'PI_CREATED', 'REQUIRES_ACTION', 'PROCESSING', 'REQUIRES_CAPTURE', 'SUCCEEDED', 'CANCELED'],
  SUCCEEDED: [],
  // Stripe is the truth about money: a success that comes after all overrides ours, with an alarm (R6).
  CANCELED: ['SUCCEEDED'],
  // To NEW once the shop has corrected the price: no PaymentIntent was ever stored, so nothing of it can be charged.
  REJECTED: ['NEW', 'SUCCEEDED'],
};

export function mayBecome(from: PaymentState, to: PaymentState): boolean {
  return from === to || NEXT[from].includes(to);
}

export function isFinal(payment: Pick<Payment, 'state'>): boolean {
  return payment.state === 'SUCCEEDED' || payment.state === 'CANCELED' || payment.state === 'REJECTED';
}

/** The money that was taken, in minor units, of a payment that succeeded: less than its amount after a partial capture. */
export function takenMinor({ amountMinor, capturedMinor }: Pick<Payment, 'amountMinor' | 'capturedMinor'>): number {
  return capturedMinor ?? amountMinor;
}

/** Attempt n went out, or may have, and nobody knows its end. */
export function isUnsettled(payment: Pick<Payment, 'state'>): boolean {
  return payment.state === 'CONFIRMING';
}

/** A capture was asked for, and nobody knows its end: nothing else may happen to the held amount. */
export function isBeingCaptured({ state, capture }: Pick<Payment, 'state' | 'capture'>): boolean {
  return state === 'REQUIRES_CAPTURE' && capture?.state === 'asked';
}

/** Money may be on its way by itself: canceling would refuse it (ruling 4). */
export function isFenceable(payment: Pick<Payment, 'providerStatus' | 'nextAction'>): boolean {
  return payment.providerStatus !== 'processing' && payment.nextAction !== 'money_under_way';
}

/** Returns whether its user may not be deleted: the outcome is still open and may be money (ruling 13). */
export function isInFlight(payment: Pick<Payment, 'state'>): boolean {
  return (
    payment.state === 'CONFIRMING' ||
    payment.state === 'PROCESSING' ||
    payment.state === 'REQUIRES_ACTION' ||
    payment.state === 'REQUIRES_CAPTURE'
  );
}
