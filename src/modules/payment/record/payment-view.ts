import { PROVIDER_PAYMENT_STATUSES, type ProviderPaymentStatus } from '../../../platform/stripe/provider.types.js';
import type { Payment } from './payment.types.js';

/** Every status that a payer may be told. */
export const TOLD_STATUSES = PROVIDER_PAYMENT_STATUSES;

/** Facts of a payment that its payer may know. */
export interface PaymentView {
  /** `pi_…` */
  readonly id: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: ProviderPaymentStatus;
  /** `pm_…`, null until one is attached. */
  readonly paymentMethodId: string | null;
}

/** Fields of the record that a view is made of. */
export const SHOWN_FIELDS = [
  'providerPaymentId',
  'amountMinor',
  'currency',
  'state',
  'providerStatus',
  'cancelRequested',
  'paymentMethodId',
] as const satisfies readonly (keyof Payment)[];

export type ShownPayment = Pick<Payment, '_id' | (typeof SHOWN_FIELDS)[number]>;

/** `processing` while an outcome is unknown is the only status that we ever make up (ruling 5). */
export function statusOf(payment: ShownPayment): ProviderPaymentStatus {
  if (payment.state === 'SUCCEEDED') return 'succeeded';
  if (payment.state === 'CANCELED' || payment.state === 'REJECTED') return 'canceled';
  if (payment.cancelRequested) return 'processing';
  if (payment.state === 'CONFIRMING')
    return payment.providerStatus === 'requires_action' ? 'requires_action' : 'processing';
  return payment.providerStatus ?? 'requires_payment_method';
}

export function viewOf(payment: ShownPayment, status: ProviderPaymentStatus = statusOf(payment)): PaymentView {
  if (payment.providerPaymentId === undefined) throw new Error(`payment ${payment._id} has no PaymentIntent to show`);
  return {
    id: payment.providerPaymentId,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    status,
    paymentMethodId: payment.paymentMethodId,
  };
}
