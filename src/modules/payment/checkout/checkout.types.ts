import type { Versioned } from '../../../platform/database/versioned-collection.js';

/**
 * One document per cuid decides its price by one compare-and-swap (ruling 12). `registered` came from the merchant's back
 * end; `default` is the tombstone of a payment that took the configured price, and only refuses later registrations.
 */
export interface Checkout extends Versioned {
  /** The cuid. */
  readonly _id: string;
  readonly kind: 'registered' | 'default';
  readonly amountMinor: number;
  readonly currency: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Past it the checkout is refused; it never falls back to the default price, so it is never deleted either. */
  readonly expiresAt: Date | null;
  /** The only user who may claim it, when the merchant named one. */
  readonly userId: string | null;
  readonly claimedBy: string | null;
  readonly createdAt: Date;
}

/** What the merchant's back end says about a cuid. */
export interface CheckoutTerms {
  readonly amountMinor: number;
  readonly currency: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly expiresAt: Date | null;
  readonly userId: string | null;
}

export interface Price {
  readonly amountMinor: number;
  readonly currency: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}
