import type { Versioned } from '../../../platform/database/versioned-collection.js';

/** Amount, currency and texts that a payment is created with. */
export interface Price {
  readonly amountMinor: number;
  readonly currency: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Price that a payer names where STOREFRONT_CLIENT_AMOUNT allows it. */
export type ClientPrice = Pick<Price, 'amountMinor' | 'currency'>;

/** Terms that the merchant's back end registers for a cuid. */
export interface OfferTerms extends Price {
  /** Past it the checkout is refused; it never falls back to the default price, so it is never deleted either. */
  readonly expiresAt: Date | null;
  /** The only user who may claim it, when the merchant named one. */
  readonly userId: string | null;
}

/**
 * One document per cuid decides its price by one compare-and-swap (ruling 12). `registered` came from the merchant's back
 * end; `default` is the tombstone of a payment that took the configured price, `client` of one whose payer named it; both only
 * refuse later registrations. A payer's price is of that payer's payment alone, never of another's under the same cuid.
 */
export interface Offer extends Versioned, OfferTerms {
  /** The cuid. */
  readonly _id: string;
  readonly kind: 'registered' | 'default' | 'client';
  readonly claimedBy: string | null;
  /**
   * The create generation of the claimant's payment that this price is claimed for; absent: its first. Null: corrected since
   * Stripe refused the payment, so its next create has to claim the price anew.
   */
  readonly claimedFor?: number | null;
  readonly createdAt: Date;
}
