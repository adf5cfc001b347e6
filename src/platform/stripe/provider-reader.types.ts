import type { Decline } from './provider.types.js';

/** A card reader of Stripe Terminal, in our words. */
export interface ProviderReader {
  /** `tmr_…` */
  readonly id: string;
  readonly label: string;
  /** Stripe's word, such as `stripe_s700` or `simulated_wisepos_e`. */
  readonly deviceType: string;
  readonly serialNumber: string;
  /**
   * Null for a mobile reader, which only an app on the phone beside it can tell to do something. Stripe warns that a reader
   * called `offline` may take a payment all the same.
   */
  readonly status: 'online' | 'offline' | null;
  /** `tml_…` */
  readonly locationId: string | null;
}

/** Stripe's statuses of a reader's action, verbatim. */
export const PROVIDER_READER_ACTION_STATUSES = ['in_progress', 'succeeded', 'failed'] as const;

/** Action that a reader was last told to do. */
export interface ProviderReaderAction {
  readonly kind: 'payment' | 'other';
  /** `pi_…` that it takes a card for; null for `other`. */
  readonly providerPaymentId: string | null;
  readonly status: (typeof PROVIDER_READER_ACTION_STATUSES)[number];
  /** Stripe's word, such as `customer_canceled` or `card_declined`; null unless failed. */
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  /** Set where it failed because the card was declined; readers with old software say only `failureCode`. */
  readonly decline: Decline | null;
}

export interface ProviderReaderState extends ProviderReader {
  /** Null: told nothing yet, or it was canceled. */
  readonly action: ProviderReaderAction | null;
}

/**
 * Why a reader did not take what it was told. `offline` and `busy`: it was not told. `timeout`: it may show the payment all the
 * same, and somebody may pay it; only its action or the PaymentIntent tells.
 */
export type ReaderTrouble = 'offline' | 'busy' | 'timeout';
