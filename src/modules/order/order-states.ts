import { chargeOutcomeOf } from '../payment/charge/charge-outcome.js';
import type { Payment } from '../payment/record/payment.types.js';
import type { OrderState } from './order.types.js';

/**
 * Every change of state that may happen, and nothing else (contract census 2). The last two lines are what Stripe may still tell:
 * it is the truth about money.
 */
const NEXT: Readonly<Record<OrderState, readonly OrderState[]>> = {
  pending: ['processing', 'processed', 'error'],
  processing: ['processed', 'error'],
  // A debit that came back, or a dispute that was lost.
  processed: ['error'],
  // A success that comes after all, or a dispute that was won at last.
  error: ['processed'],
};

export function mayBecome(from: OrderState, to: OrderState): boolean {
  return from === to || NEXT[from].includes(to);
}

/** Pure: the state of an order whose payment stands so. Only money that has come, and stayed, is `processed`. */
export function orderStateOf(payment: Payment): OrderState {
  switch (chargeOutcomeOf(payment)) {
    case 'succeeded':
      return isLost(payment) ? 'error' : 'processed';
    case 'declined':
    case 'failed':
    case 'rejected':
    case 'canceled':
      return 'error';
    case 'authorized':
    case 'pending':
    case 'canceling':
      return wasSent(payment) ? 'processing' : 'pending';
  }
}

/** Pure: whether a bank was asked, or may have been. Otherwise nothing was charged, and the request failed. */
export function wasSent({ attempt, settled, terms }: Pick<Payment, 'attempt' | 'settled' | 'terms'>): boolean {
  if (terms === undefined) return true; // imported by the sweep: Stripe has it
  return attempt !== null && settled.at(-1)?.result !== 'not_sent';
}

/** A debit that came back is a dispute that Stripe tells as lost at once. */
function isLost({ disputes = [] }: Pick<Payment, 'disputes'>): boolean {
  return disputes.some(({ status }) => status === 'lost');
}

/** Reasons of an issuer or a bank after which the method never pays again. */
const FOR_GOOD: ReadonlySet<string> = new Set([
  'account_closed',
  'bank_account_closed',
  'debit_not_authorized',
  'expired_card',
  'invalid_account',
  'lost_card',
  'no_account',
  'pickup_card',
  'restricted_card',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'stolen_card',
]);

/** Pure: whether the payment's method was refused for good. */
export function isRefusedForGood({ settled, disputes = [] }: Pick<Payment, 'settled' | 'disputes'>): boolean {
  const lost = disputes.filter(({ status }) => status === 'lost').map(({ reason }) => reason);
  return [settled.at(-1)?.decline?.reason ?? '', ...lost].some((reason) => FOR_GOOD.has(reason));
}
