import type { PaymentOwner } from '../record/payment-owner.js';
import type { ChargeTerms, Payment } from '../record/payment.types.js';

/** A payment to be charged in one call. Everything of it is stored before anything is asked of Stripe. */
export interface ChargeOrder {
  readonly owner: Exclude<PaymentOwner, { readonly surface: 'storefront' }>;
  /** Names the payment among the owner's: the same key is the same payment, for ever. */
  readonly key: string;
  /** Hash of the request: another request under the same key is refused. */
  readonly fingerprint: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** `cus_…` that the method belongs to; empty for one that is nobody's. */
  readonly customerId: string;
  readonly terms: ChargeTerms;
  /** Tells whether somebody may ask again under the key. A charge whose key nobody knows is ended when it could not be sent. */
  readonly isRepeatable: boolean;
}

/**
 * State of a charge, as its owner may be told. `pending`: nobody knows yet, or a bank takes days; the resolver finishes
 * it. `declined` and `failed` (a debit that came back) and `rejected` (Stripe took none of it) are ends: the card was not
 * charged. `canceling`: a cancel was asked for and is not confirmed.
 */
export type ChargeOutcome =
  'succeeded' | 'authorized' | 'pending' | 'declined' | 'failed' | 'rejected' | 'canceling' | 'canceled';

export interface Charged {
  readonly payment: Payment;
  readonly outcome: ChargeOutcome;
}
