import type { Versioned } from '../../../platform/database/versioned-collection.js';
import type {
  ProviderDisputeStatus,
  ProviderNextAction,
  ProviderPaymentStatus,
} from '../../../platform/stripe/provider.types.js';
import type { MandateAcceptance, PayableType, ProviderConfirm } from '../../../platform/stripe/stripe-payments.js';

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
 * How attempt n ended. `action`: Stripe took it and waits for the customer or the bank, or holds the money until it is
 * captured; `refused`: the PaymentIntent was in no state for it; `not_sent`: Stripe refused the request itself, nothing ran;
 * `failed_later`: a debit that had been taken up came back unpaid.
 */
export type AttemptResult = 'succeeded' | 'declined' | 'action' | 'refused' | 'not_sent' | 'canceled' | 'failed_later';

/** Confirm with one payment method. Everything that its Stripe call needs is here before the call is made. */
export interface Attempt extends ProviderConfirm {
  readonly n: number;
  /** Names the attempt among those of the payment's owner, who chose it: under the same name no second one starts. */
  readonly ref?: string;
  /** Moves only after a 500 that Stripe keeps under the key (ruling 14). */
  readonly generation: number;
  readonly startedAt: Date;
}

export interface SettledAttempt {
  readonly n: number;
  readonly ref?: string;
  readonly paymentMethodId: string;
  readonly result: AttemptResult;
  readonly at: Date;
  /** `ch_…` of the attempt, by which what the issuer said of it is read; absent where Stripe made none, for
   * storefront payments, and in older records. */
  readonly chargeId?: string;
  readonly decline: { readonly reason: string; readonly message: string } | null;
}

/**
 * How a payment that is charged in one call is to be charged: decided by its owner and stored before anything is asked. Its
 * client secret never leaves this process, so nobody but us can try to pay it, and a decline ends it.
 */
export interface ChargeTerms {
  /** `pm_…`; empty where a reader makes the method. */
  readonly paymentMethodId: string;
  /** The types of payment method that may pay it, e.g. `card`; most others want a payer to redirect. */
  readonly methodTypes: readonly PayableType[];
  readonly capture: 'automatic' | 'manual';
  /** The payer is not there: what an issuer wants to see them for is declined. */
  readonly offSession: boolean;
  readonly mandate?: MandateAcceptance;
  /** True: the method is kept for charges without the payer, as they were told. */
  readonly keepsMethod?: boolean;
  /** Text on the payer's statement; for cards it follows the merchant's own name. */
  readonly statementDescriptor?: string;
  /** Page that the payer comes back to from the one of their bank or wallet; absent where nobody can be sent anywhere. */
  readonly returnUrl?: string;
  /** `tmr_…` of the reader that takes the card; absent where the method is known. */
  readonly readerId?: string;
  /** The one attempt's name, see `Attempt.ref`. */
  readonly ref: string;
  /**
   * Names the card or account across payments, for the limit of declines that its network sets: a fingerprint, or the method.
   * Empty where nobody knows it yet.
   */
  readonly instrument: string;
}

/** The one capture of a held amount, stored before Stripe is asked. */
export interface CaptureRequest {
  /** Amount to take, at most the payment's; the rest is released. */
  readonly amountMinor: number;
  /** `asked`: nobody knows its end until the payment has succeeded. `refused`: Stripe took nothing; another may be asked for. */
  readonly state: 'asked' | 'refused';
  readonly generation: number;
  readonly askedAt: Date;
  /** Stripe's code of a refusal. */
  readonly reason: string | null;
}

/**
 * A refund that the owner asked for. Its amount is reserved by standing here, before Stripe is asked; only Stripe's definite
 * refusal, or a refund that failed, frees it again.
 */
export interface RefundRequest {
  /** Names the refund among those of the payment; the same name is the same refund. */
  readonly rid: string;
  readonly amountMinor: number;
  /** `asked`: nobody knows its end. `refused`: Stripe made none. `failed`: the money came back. */
  readonly state: 'asked' | 'pending' | 'succeeded' | 'refused' | 'failed';
  readonly generation: number;
  /** Time at which the key of this generation was first used: Stripe forgets it after a day. */
  readonly askedAt: Date;
  /** Number of times that it was sent under that key, or may have been; written before each. */
  readonly sends: number;
  /** `re_…`, once it is known. */
  readonly providerRefundId: string | null;
  /** Stripe's code of a refusal. */
  readonly reason: string | null;
}

/** A dispute of the payment's charge, or a return of its debit, as Stripe last said it. */
export interface RecordedDispute {
  /** `dp_…` or `du_…` */
  readonly id: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly reason: string;
  readonly status: ProviderDisputeStatus;
  readonly at: Date;
}

/** Events of a payment, for those who have to know. */
export const PAYMENT_EVENTS = [
  'payment.succeeded',
  'payment.authorized',
  'payment.failed',
  'payment.canceled',
  'refund.succeeded',
  'refund.failed',
  'dispute.opened',
  'dispute.closed',
] as const;

export type PaymentEvent = (typeof PAYMENT_EVENTS)[number];

/** Work that follows from a change and is written with it, so that neither exists without the other. */
export interface Effect {
  /** `<paymentId>:succeeded`, with the consumer's name after it for all but receipts; consumers drop an id they have seen. */
  readonly id: string;
  readonly type: PaymentEvent;
  /** Name of the consumer that has to be told; absent: the sender of receipts. */
  readonly consumer?: string;
  readonly doneAt: Date | null;
  /** Number of failures; absent while there is none. */
  readonly failures?: number;
  /** Time before which it is not tried again; absent or null when it is due. */
  readonly retryAt?: Date | null;
  /** The first failure: it is tried again for a day after that. */
  readonly failedAt?: Date | null;
  /** Time since which it waits for an operator; absent or null otherwise. */
  readonly parkedAt?: Date | null;
  /** Reason without the recipient, such as `550 5.1.1`. */
  readonly parkedBecause?: string | null;
}

/** A refund that Stripe has of the payment, whoever asked for it. */
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
  /** Metadata that the PaymentIntent is created with: ours, and what the merchant registered with the checkout. */
  readonly metadata: Readonly<Record<string, string>>;

  /** Present in a payment that is charged in one call. */
  readonly terms?: ChargeTerms;

  readonly state: PaymentState;
  /** `pi_…`; absent until the one PaymentIntent of this payment is stored. */
  readonly providerPaymentId?: string;
  readonly providerStatus: ProviderPaymentStatus | null;
  readonly nextAction: ProviderNextAction | null;
  readonly paymentMethodId: string | null;

  readonly createGeneration: number;
  readonly cancelGeneration: number;
  /** Generation at which attempts begin, when an earlier life of this record may have used the keys below; absent: 0. */
  readonly firstGeneration?: number;
  /** The fence: stored before the cancel is sent and never withdrawn. */
  readonly cancelRequested: boolean;
  readonly attempt: Attempt | null;
  readonly settled: readonly SettledAttempt[];

  /** Last thing the payer did here; quiet and abandoned are counted from it. */
  readonly activeAt: Date;
  /** Time at which the resolver looks again; null once nothing is left to look at. */
  readonly nextCheckAt: Date | null;
  readonly backoffMs: number;
  /** Somebody is at work on it until then. Only saves work; safety never depends on it. */
  readonly leaseUntil: Date | null;

  readonly effects: readonly Effect[];
  /** Time at which the effects are drained next; null when all are done or parked. */
  readonly effectsDueAt: Date | null;
  /** Time since which an effect is parked; absent or null when none is. */
  readonly effectsParkedAt?: Date | null;

  /** The capture that was asked for; absent or null while there is none. */
  readonly capture?: CaptureRequest | null;
  /** Amount that was taken, where that is less than the payment's. */
  readonly capturedMinor?: number;
  /** The refunds that Stripe has; absent while there is none. */
  readonly refunds?: readonly RecordedRefund[];
  /** The refunds that the owner asked for; absent while there is none. */
  readonly refundRequests?: readonly RefundRequest[];
  /** Absent while there is none. */
  readonly disputes?: readonly RecordedDispute[];

  /** Keyed hash of the client address that began it: declines in the payer's browser count for it. Absent in older records. */
  readonly payerAddress?: string;

  readonly createdAt: Date;
  readonly finalAt: Date | null;
  /** Time at which money turned out to have moved although we had ended the payment. */
  readonly lateSuccessAt?: Date;
}

export type PaymentChange = Partial<Omit<Payment, '_id' | 'v' | 'w'>>;
