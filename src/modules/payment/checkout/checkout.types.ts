import type { Versioned } from '../../../platform/database/versioned-collection.js';

/** What a payment is created with. */
export interface Price {
  readonly amountMinor: number;
  readonly currency: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What the merchant's back end says about a cuid. */
export interface CheckoutTerms extends Price {
  /** Past it the checkout is refused; it never falls back to the default price, so it is never deleted either. */
  readonly expiresAt: Date | null;
  /** The only user who may claim it, when the merchant named one. */
  readonly userId: string | null;
}

/**
 * One document per cuid decides its price by one compare-and-swap (ruling 12). `registered` came from the merchant's back
 * end; `default` is the tombstone of a payment that took the configured price, and only refuses later registrations.
 */
export interface Checkout extends Versioned, CheckoutTerms {
  /** The cuid. */
  readonly _id: string;
  readonly kind: 'registered' | 'default';
  readonly claimedBy: string | null;
  readonly createdAt: Date;
}
