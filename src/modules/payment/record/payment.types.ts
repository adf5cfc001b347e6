import type { Versioned } from '../../../platform/database/versioned-collection.js';
import type { ProviderNextAction, ProviderPaymentStatus } from '../../../platform/stripe/provider.types.js';

/**
 * Where a payment stands with us. Only SUCCEEDED, CANCELED and REJECTED are final; a decline is not (ruling 1).
 * CONFIRMING means: an attempt is unsettled, money may move, nothing else may start.
 */
export const PAYMENT_STATES = [
  'NEW',
  'PI_CREATED',
  'CONFIRMING',
  'REQUIRES_ACTION',
  'PROCESSING',
  'REQUIRES_CAPTURE',
  'DECLINED',
  'SUCCEEDED',
  'CANCELED',
  'REJECTED',
] as const;

export type PaymentState = (typeof PAYMENT_STATES)[number];

/**
 * How attempt n ended. `action`: Stripe took it and waits for the customer or the bank; `refused`: the PaymentIntent was in
 * no state for it; `not_sent`: Stripe refused the request itself, nothing ran.
 */
export type AttemptResult = 'succeeded' | 'declined' | 'action' | 'refused' | 'not_sent' | 'canceled';

/** One confirm with one payment method. Everything its Stripe call needs is here before the call is made. */
export interface Attempt {
  readonly n: number;
  /** Moves only after a 500 that Stripe keeps under the key (ruling 14). */
  readonly generation: number;
  readonly paymentMethodId: string;
  readonly returnUrl: string;
  readonly startedAt: Date;
}

export interface SettledAttempt {
  readonly n: number;
  readonly paymentMethodId: string;
  readonly result: AttemptResult;
  readonly at: Date;
  readonly decline: { readonly reason: string; readonly message: string } | null;
}

/** Work that follows from a change and is written with it, so that neither exists without the other. */
export interface Effect {
  /** `<paymentId>:succeeded`; consumers drop an id they have seen. */
  readonly id: string;
  readonly type: 'payment.succeeded';
  readonly doneAt: Date | null;
  /** Absent while it has not failed. */
  readonly failures?: number;
  /** The first failure: it is tried again for a day after that. */
  readonly failedAt?: Date | null;
  /** Not tried again until an operator says so; absent or null otherwise. */
  readonly parkedAt?: Date | null;
  /** Without the recipient, such as `550 5.1.1`. */
  readonly parkedBecause?: string | null;
}

/** A refund that was made at Stripe, in its dashboard for example, as reconciliation recorded it. */
export interface RecordedRefund {
  /** `re_…` */
  readonly id: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly at: Date;
}

export interface Payment extends Versioned {
  /** Derived from scope and key: the same payment for ever, also after a lost write. */
  readonly _id: string;
  /** Says whose payment it is (payment-owner.ts). */
  readonly scope: string;
  /** The storefront user's, for the index that their list goes by; absent in an account's payment. */
  readonly userId?: string;
  /** The key under which the owner named it: the cuid of a storefront user's client. */
  readonly cuid: string;
  readonly fingerprint: string;

  readonly amountMinor: number;
  readonly currency: string;
  readonly customerId: string;
  readonly description: string | null;
  /** What the PaymentIntent is created with; ours plus what the merchant registered with the checkout. */
  readonly metadata: Readonly<Record<string, string>>;

  readonly state: PaymentState;
  /** `pi_…`; absent until the one PaymentIntent of this payment is stored. */
  readonly providerPaymentId?: string;
  readonly providerStatus: ProviderPaymentStatus | null;
  readonly nextAction: ProviderNextAction | null;
  readonly paymentMethodId: string | null;

  readonly createGeneration: number;
  readonly cancelGeneration: number;
  /** Where attempts' generations begin, when an earlier life of this record may have used the keys below; absent: 0. */
  readonly firstGeneration?: number;
  /** The fence: stored before the cancel is sent and never withdrawn. */
  readonly cancelRequested: boolean;
  readonly attempt: Attempt | null;
  readonly settled: readonly SettledAttempt[];

  /** Last thing the payer did here; quiet and abandoned are counted from it. */
  readonly activeAt: Date;
  /** When the resolver looks again; null once final. */
  readonly nextCheckAt: Date | null;
  readonly backoffMs: number;
  /** Somebody is at work on it until then. Only saves work; safety never depends on it. */
  readonly leaseUntil: Date | null;

  readonly effects: readonly Effect[];
  /** When the effects are drained next; null when all are done or parked. */
  readonly effectsDueAt: Date | null;
  /** Since when an effect is parked; absent or null when none is. */
  readonly effectsParkedAt?: Date | null;

  /** Absent while there is none. */
  readonly refunds?: readonly RecordedRefund[];

  /** Keyed hash of the client address that began it: declines in the payer's browser count for it. Absent in older records. */
  readonly payerAddress?: string;

  readonly createdAt: Date;
  readonly finalAt: Date | null;
  /** When money turned out to have moved although we had ended the payment. */
  readonly lateSuccessAt?: Date;
}

export type PaymentChange = Partial<Omit<Payment, '_id' | 'v' | 'w'>>;
