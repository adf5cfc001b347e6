import type { Versioned } from '../../../platform/database/versioned-collection.js';

/**
 * A PaymentIntent of ours that no payment refers to. Written before anything is done about it, so that a repeat uses the
 * same key, and kept: it says what was canceled and why.
 */
export interface Orphan extends Versioned {
  /** `pi_…` */
  readonly _id: string;
  readonly paymentId: string;
  readonly state: 'canceling' | 'canceled' | 'double';
  /** Moves after a 500, which Stripe keeps under the key for a day (ruling 14). */
  readonly generation: number;
  readonly foundAt: Date;
}
