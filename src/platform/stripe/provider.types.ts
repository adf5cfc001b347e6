/** The provider's side of a payment, in our words. No type of the Stripe package leaves `platform/stripe`. */

/** Stripe's seven PaymentIntent statuses, verbatim (contract decision A5). */
export const PROVIDER_PAYMENT_STATUSES = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'canceled',
  'succeeded',
] as const;

export type ProviderPaymentStatus = (typeof PROVIDER_PAYMENT_STATUSES)[number];

/**
 * Side that `requires_action` waits for: `customer` is a redirect or 3-D Secure in the browser and can be fenced,
 * `money_under_way` is a voucher, bank transfer or microdeposit, which takes days and must not be.
 */
export type ProviderNextAction = 'customer' | 'money_under_way';

export interface ProviderPayment {
  readonly id: string;
  readonly status: ProviderPaymentStatus;
  readonly amountMinor: number;
  readonly currency: string;
  readonly customerId: string | null;
  readonly paymentMethodId: string | null;
  readonly description: string | null;
  /** Secret that is handed to the payer's own client only: never stored and never logged. */
  readonly clientSecret: string | null;
  readonly nextAction: ProviderNextAction | null;
  /**
   * Page that the payer has to open now: of Alipay, Klarna or 3-D Secure, with WeChat Pay's code or an OXXO voucher. Whoever
   * has it can act as the payer, so like `clientSecret` it is never logged.
   */
  readonly redirectUrl: string | null;
  readonly latestChargeId: string | null;
  /** Part of the amount that was taken: 0 until it succeeds, and less than the amount after a partial capture. */
  readonly receivedMinor: number;
  /** Why the last attempt came to nothing; Stripe keeps it until the next one. */
  readonly lastDecline: Decline | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly livemode: boolean;
  readonly createdAt: Date;
}

/** Money that a PaymentIntent has taken: its one charge that succeeded and was captured. */
export interface ProviderCapture {
  readonly chargeId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly at: Date;
  /** The part of the amount that has been refunded until now. */
  readonly refundedMinor: number;
}

/** A PaymentIntent with its money, as an accountant sees it. */
export interface ProviderEntry {
  readonly payment: ProviderPayment;
  readonly capture: ProviderCapture | null;
}

/** Stripe's statuses of a refund, verbatim. `failed` and `canceled`: the money is back with us. */
export const PROVIDER_REFUND_STATUSES = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'] as const;

export type ProviderRefundStatus = (typeof PROVIDER_REFUND_STATUSES)[number];

export interface ProviderRefund {
  /** `re_…` */
  readonly id: string;
  /** `pi_…`; null for a refund of a charge without a PaymentIntent. */
  readonly providerPaymentId: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly at: Date;
  readonly status: ProviderRefundStatus;
  /** True when money left us: false once it failed or was canceled, and for what was held and let go. */
  readonly counts: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** Payment that was refunded; null for a charge without a PaymentIntent. */
  readonly entry: ProviderEntry | null;
}

/** Stripe's statuses of a dispute, verbatim. https://docs.stripe.com/api/disputes/object#dispute_object-status */
export const PROVIDER_DISPUTE_STATUSES = [
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'needs_response',
  'under_review',
  'won',
  'lost',
  'prevented',
] as const;

export type ProviderDisputeStatus = (typeof PROVIDER_DISPUTE_STATUSES)[number];

/** A cardholder's dispute of a charge, or the return of a bank debit: Stripe takes the money back either way. */
export interface ProviderDispute {
  /** `dp_…` or `du_…` */
  readonly id: string;
  /** `pi_…`; null for a dispute of a charge without a PaymentIntent. */
  readonly providerPaymentId: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  /** Stripe's word, e.g. `fraudulent`, `insufficient_funds`. */
  readonly reason: string;
  readonly status: ProviderDisputeStatus;
  readonly at: Date;
}

/** Stripe's statuses of a payout, verbatim. https://docs.stripe.com/api/payouts/object#payout_object-status */
export const PROVIDER_PAYOUT_STATUSES = ['pending', 'in_transit', 'paid', 'failed', 'canceled'] as const;

export type ProviderPayoutStatus = (typeof PROVIDER_PAYOUT_STATUSES)[number];

/** Money on its way to the merchant's bank. */
export interface ProviderPayout {
  /** `po_…` */
  readonly id: string;
  readonly status: ProviderPayoutStatus;
  /** Negative for one that takes money back. */
  readonly amountMinor: number;
  readonly currency: string;
  readonly arrivesAt: Date;
  /** Whether Stripe can say which money is in it: of automatic payouts, and once it has put it together. */
  readonly itemised: 'yes' | 'not_yet' | 'never';
}

/** Money that came to Stripe's balance or left it, for a charge or a refund. */
export interface ProviderMovement {
  /** `txn_…` */
  readonly id: string;
  /** `pi_…`; null for what is of no PaymentIntent: a payout itself, a fee, an adjustment. */
  readonly providerPaymentId: string | null;
  /** `re_…` for a refund, also for one that failed and came back; null for a charge. */
  readonly providerRefundId: string | null;
  readonly netMinor: number;
  readonly feeMinor: number;
  readonly currency: string;
}

/** Stripe's words for a check that an issuer made. */
export const PROVIDER_CHECKS = ['pass', 'fail', 'unavailable', 'unchecked'] as const;

/** Null where Stripe says nothing: there was nothing to compare. */
export type ProviderCheck = (typeof PROVIDER_CHECKS)[number] | null;

/** A page of one of Stripe's lists, newest first. */
export interface ProviderPage<T> {
  readonly items: readonly T[];
  /** Number of objects on the page that have words this release does not know. */
  readonly unreadable: number;
  /** The id that the next page comes after; null on an empty page. */
  readonly last: string | null;
  readonly more: boolean;
}

/** Name and address of a Customer; an empty text takes away what is there. */
export interface ProviderContact {
  readonly name: string;
  readonly email: string;
}

export interface ProviderCustomer {
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly deleted: boolean;
}

/** Why an issuer or the provider declined: `reason` is the most specific machine code. */
export interface Decline {
  readonly code: string;
  readonly declineCode: string | null;
  readonly message: string;
  /** False: a 402 that is not about the card, such as for numbers from an account that may not send them. */
  readonly ofCard: boolean;
}

/** The HTTP exchanges behind one call, the SDK's hidden retries included. */
export interface Tries {
  readonly count: number;
  /** True when some try went out and was unanswered, or answered 409 or 5xx: it may have taken effect. */
  readonly anyUnknown: boolean;
}

/**
 * Answer of one call, sorted by what we now know and not by the SDK's error classes (those do not say whether money
 * moved). `unknown` is never a failure: whoever gets it must ask again or fence.
 */
export type ProviderAnswer<T> =
  | { readonly outcome: 'done'; readonly value: T; readonly replayed: boolean; readonly tries: Tries }
  | {
      readonly outcome: 'declined';
      readonly decline: Decline;
      readonly payment: ProviderPayment | null;
      readonly replayed: boolean;
      readonly tries: Tries;
    }
  | { readonly outcome: 'unexpected_state'; readonly payment: ProviderPayment | null; readonly tries: Tries }
  | {
      readonly outcome: 'refused';
      readonly status: 400 | 401 | 403 | 404 | 429;
      readonly code: string | null;
      /** The parameter of ours that Stripe complains of, as it names it. */
      readonly param: string | null;
      readonly message: string;
      readonly retryAfterSeconds: number | null;
      readonly tries: Tries;
    }
  | {
      readonly outcome: 'unknown';
      /** A 500 kept under the idempotency key: the same key will answer it for 24 hours. */
      readonly replayedServerError: boolean;
      /** True for any answer with status 500; a fence may then move on to its next key. */
      readonly serverError: boolean;
      /** True when nobody was there: no answer that can be read, or 502 to 504 from what stands before Stripe. */
      readonly unreachable: boolean;
      readonly cause: string;
      readonly tries: Tries;
    };
