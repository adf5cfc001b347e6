import type { Versioned } from '../../platform/database/versioned-collection.js';
import type { ProviderEntry, ProviderRefund } from '../../platform/stripe/provider.types.js';
import type { BookedPayment } from '../payment/record/payment.repository.js';

/** Days in UTC, as `2026-11-30`, both included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** Period that is compared: `until` is not included, and is earlier than the end of `to` while that day is not over. */
export interface Span {
  readonly from: Date;
  readonly until: Date;
}

/**
 * How Stripe and our books may differ. `difference-words.ts` says each in words.
 * `missing`: paid, no payment here. `paid_elsewhere`: paid with another PaymentIntent than the payment names. `paid_twice`:
 * that one was paid too. `inconsistent`: carries our deployment id and not what belongs to it. `orphan`: can still be paid,
 * and no payment names it. `not_at_stripe`: paid here, unknown there. `wrong_payment`: the payment names the PaymentIntent
 * of another one. `paid_at_stripe`, `not_paid_at_stripe`, `canceled_at_stripe`, `open_at_stripe`: what Stripe says and the
 * payment does not. `currency`, `amount`, `customer`: as named. `refund`, `refund_undone`: of a payment that agrees.
 */
export const DIFFERENCE_KINDS = [
  'missing',
  'paid_elsewhere',
  'paid_twice',
  'inconsistent',
  'orphan',
  'not_at_stripe',
  'wrong_payment',
  'paid_at_stripe',
  'not_paid_at_stripe',
  'canceled_at_stripe',
  'open_at_stripe',
  'currency',
  'amount',
  'customer',
  'refund',
  'refund_undone',
] as const;

export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** Who puts it right: `--repair`, the hourly sweep (it may cancel, the repair may not), or nobody but a person. */
export type DifferenceCure = 'repair' | 'sweep' | 'person';

/** Net at Stripe minus net in our books, of one day and currency. */
export interface Gap {
  readonly day: string;
  readonly currency: string;
  readonly minor: number;
}

export interface Difference {
  readonly kind: DifferenceKind;
  readonly cure: DifferenceCure;
  /** The day that it is found under. */
  readonly day: string;
  readonly paymentId: string | null;
  readonly providerPaymentId: string | null;
  /** Ids of other PaymentIntents, or of the refund, that the difference is about. */
  readonly related: readonly string[];
  /** The facts, short: `20.00 USD succeeded`. */
  readonly atStripe: string;
  readonly inBooks: string;
  /** The effect on the table's sums; empty when the difference moves none. */
  readonly gaps: readonly Gap[];
}

/** One line of the table; minor units. */
export interface DaySums {
  readonly day: string;
  readonly currency: string;
  readonly captured: number;
  readonly refunded: number;
  /** Captured less refunded, at Stripe. */
  readonly net: number;
  /** The same by our books. */
  readonly books: number;
  readonly difference: number;
}

export interface ReconciliationCounts {
  /** PaymentIntents of ours without a difference. */
  readonly agreed: number;
  /** PaymentIntents of others on a shared account (ruling 16): in no sum. */
  readonly foreign: number;
  /** Objects with words that this release does not know: nothing is said about them. */
  readonly unreadable: number;
}

export interface Reconciliation {
  readonly range: DayRange;
  readonly until: Date;
  readonly rows: readonly DaySums[];
  readonly differences: readonly Difference[];
  readonly counts: ReconciliationCounts;
}

/** One PaymentIntent of ours from both sides. At least one of `entry` and `named` is there. */
export interface Pairing {
  /** The PaymentIntent at Stripe; null when Stripe does not know it or the payment names none. */
  readonly entry: ProviderEntry | null;
  /** Refunds of the payment that were made within the span. */
  readonly refunds: readonly ProviderRefund[];
  /** The payment that names it. */
  readonly named: BookedPayment | null;
  /** The payment that its metadata belongs to, when that is another one. */
  readonly own: BookedPayment | null;
}

export interface JudgingContext {
  readonly span: Span;
  readonly deploymentId: string;
  /** Younger PaymentIntents that nobody names are left to the create that is perhaps under way. */
  readonly orphansBefore: Date;
}

/** How far the daily comparison has come, `_id: 'daily'`; `'asked'` only says whose turn over HTTP it is. */
export interface ReconcileRun extends Versioned {
  readonly _id: 'daily' | 'asked';
  /** The last day (UTC) that was compared; null before the first. */
  readonly comparedThrough: string | null;
  /** That the last one found. */
  readonly differences: number;
  /** Earliest time of the next try, set after a comparison that failed. */
  readonly nextAt: Date;
  /** Saves work only: two comparisons at once say the same twice. */
  readonly leaseUntil: Date | null;
}
