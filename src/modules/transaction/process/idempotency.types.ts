import type { Versioned } from '../../../platform/database/versioned-collection.js';

/** Claim of an idempotency key, collection `transaction_keys`: which transaction the key names, for five minutes. */
export interface KeyClaim extends Versioned {
  /** `<account>:<key>` */
  readonly _id: string;
  /** Keyed hash of the body; another body under the key is refused. */
  readonly fingerprint: string;
  readonly transactionId: string;
  /** Arrival of the request that claimed it. */
  readonly arrivedAt: Date;
  /** Time at which the store forgets the claim, hash included: an hour after the window, for the slowest sweep. */
  readonly expireAt: Date;
}
