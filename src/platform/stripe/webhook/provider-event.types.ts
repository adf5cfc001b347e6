import type { Versioned } from '../../database/versioned-collection.js';

/**
 * A webhook event in our words. Its snapshot of the object is dropped on purpose: the object itself is read when it is
 * applied.
 */
export interface ProviderEvent {
  /** `evt_…` */
  readonly id: string;
  /** Stripe's name, e.g. `payment_intent.succeeded`. */
  readonly type: string;
  /** null: objects such as a balance or an upcoming invoice have no id. */
  readonly objectId: string | null;
  /** The PaymentIntent it is about, if it is about one. */
  readonly providerPaymentId: string | null;
  /** Charges that failed, of `payment_intent.payment_failed`: a later look at the PaymentIntent tells only of the last. */
  readonly failedChargeIds?: readonly string[];
  /** The metadata that names a record of ours. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
}

/**
 * `known` is of something that has ended here: nothing was read. `applied`, `ignored` and `foreign` (another deployment's on a shared account) are done. `unmatched` is ours but not here
 * yet, `again` could not be read: both are kept and retried.
 */
export type ProviderEventVerdict = 'known' | 'applied' | 'ignored' | 'foreign' | 'unmatched' | 'again';

export interface InboxRow extends Versioned, Omit<ProviderEvent, 'id'> {
  readonly _id: string;
  readonly state: 'new' | 'unmatched' | 'done' | 'dead';
  readonly verdict: ProviderEventVerdict | 'unhandled' | null;
  readonly tries: number;
  readonly receivedAt: Date;
  /** Time of the next try; null once done or dead. */
  readonly nextAt: Date | null;
  /** Set when done; the row is deleted some time after it. */
  readonly doneAt: Date | null;
}
