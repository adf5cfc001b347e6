import type { ProviderEntry } from '../../platform/stripe/provider.types.js';
import { formatMoney } from '../calculator/currency.js';
import { takenMinor } from '../payment/record/payment-states.js';
import type { BookedPayment } from '../payment/record/payment.repository.js';
import type { RecordedRefund } from '../payment/record/payment.types.js';

/** Describes one side of a payment for people: money, state, Customer. */

export function stripeFacts(entry: ProviderEntry | null): string {
  if (entry === null) return 'nothing';
  const { payment, capture } = entry;
  const money = formatMoney(capture?.amountMinor ?? payment.amountMinor, payment.currency);
  return `${money}, ${payment.status}, ${payment.customerId ?? 'no Customer'}`;
}

export function bookFacts(payment: BookedPayment | null): string {
  if (payment === null) return 'nothing';
  const { currency, state, customerId } = payment;
  return `${formatMoney(takenMinor(payment), currency)}, ${state}, ${customerId === '' ? 'no Customer' : customerId}`;
}

export function refundFacts(refund: RecordedRefund | null): string {
  return refund === null ? 'no such refund' : `${formatMoney(refund.amountMinor, refund.currency)} refunded`;
}
