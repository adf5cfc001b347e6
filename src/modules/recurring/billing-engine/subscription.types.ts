import type { BillingDay, BillingMonth } from './billing-day.js';
import type { BillingSchedule } from './billing-schedule.js';
import type { FailureKind } from './failure-kinds.js';

/** Value from which the billing of one subscription is decided: plain, stored in one document and changed by one swap. */

export const SUBSCRIPTION_STATUSES = ['active', 'past_due', 'paused', 'cancelled', 'completed'] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** A copy of an add-on or discount: what becomes of its source changes nobody. */
export interface ItemSnapshot {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Minor units; null in one that is a percentage. */
  readonly amount: number | null;
  /** Thousandths of a percent of the subscription's amount. */
  readonly percentage: number | null;
  /** Number of billings that it is applied to; 0: all. */
  readonly duration: number;
}

export interface SubscriptionItem extends ItemSnapshot {
  /** Names it within the subscription: the same id may be there twice (RC19). */
  readonly key: number;
  /** Number of successful billings that had it. */
  readonly used: number;
}

/** A line of a billing. The lines of a billing sum to its total. */
export interface BillingLine {
  readonly kind: 'amount' | 'add_on' | 'discount';
  /** Key of the item; null for the subscription's own amount. */
  readonly key: number | null;
  /** Minor units, negative for a discount: what was really taken off. */
  readonly amount: number;
}

/** An attempt as it is written before anything is asked (S2). */
export interface BillingAttempt {
  readonly k: number;
  readonly methodId: string;
  /** Names the card or account behind the method, as payments do: a fingerprint, or the method. */
  readonly instrument: string;
  readonly transactionId: string;
}

/** Where a billing stands; `billing-states.ts` says what may follow what. */
export const BILLING_STATES = ['waiting', 'charging', 'processing', 'failed', 'ending', 'paid', 'ended'] as const;
export type BillingState = (typeof BILLING_STATES)[number];

/** Withdrawn funds of one payment of a billing: a dispute, or a debit that came back after it was paid. */
export interface TakenBack {
  /** Id of Stripe's dispute. */
  readonly id: string;
  /** Generation of the payment. */
  readonly g: number;
  readonly standing: 'open' | 'lost' | 'won';
}

/** One numbered billing. It stays in the subscription until it is done with and filed (S10). */
export interface Billing {
  readonly n: number;
  readonly day: BillingDay;
  readonly lines: readonly BillingLine[];
  readonly total: number;
  /** Number of dates that it bills: more than 1 only where missed ones were merged (RC36). */
  readonly periods: number;
  readonly state: BillingState;
  /** Generation of its payment: moves only once the former one is final without success, or wholly taken back. */
  readonly g: number;
  /** Number of attempts so far. */
  readonly k: number;
  /** The attempt whose outcome is not known. */
  readonly attempt: BillingAttempt | null;
  /** The transaction of its newest attempt, the payer's own included; empty while there is none. */
  readonly transactionId: string;
  /** Day on which its first failure became known; its retry dates are counted from it (RC12). */
  readonly failedOn: BillingDay | null;
  readonly failure: FailureKind | null;
  /** Number of its retry dates that are used up. */
  readonly step: number;
  /** To be tried without a date: there is a new card (RC15), or the merchant released it (RC18). */
  readonly dueNow: boolean;
  /** Generations whose payment succeeded. */
  readonly paidUnder: readonly number[];
  readonly takenBack: readonly TakenBack[];
  /** A generation that is to be fenced although another one paid; null for none. */
  readonly fence: number | null;
}

export interface BillingEvent {
  readonly status: 'success' | 'declined' | 'error';
  /** Empty for a charge of 0. */
  readonly transactionId: string;
  readonly amount: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Something that others have to be told of; written with the change, and dropped once it has been told. */
export interface BillingNotice {
  /** The same news has the same id. */
  readonly id: string;
  readonly kind:
    | 'paid'
    | 'failed'
    | 'reversed'
    | 'completed'
    /** The payer is needed: a pay page is to be offered (RC14). */
    | 'authentication_required'
    /** The rest are for the operator. */
    | 'late_success'
    | 'double_charge'
    | 'amount_too_small'
    | 'parked';
  /** Number of the billing; null for one of the whole subscription. */
  readonly n: number | null;
}

export interface BlockedInstrument {
  readonly instrument: string;
  /** `authentication` is lifted by an activation by hand, and by a payment that this instrument made (RC17). */
  readonly because: 'hard' | 'authentication';
}

/** `too_many_missed` (RC21), `amount_too_great` (RC20), or a broken invariant that the engine found. */
export type ParkedReason = 'too_many_missed' | 'amount_too_great' | 'invariant_broken';

export interface Subscription {
  readonly status: SubscriptionStatus;
  readonly deleted: boolean;
  /** Past due by the merchant's word while nothing had failed: only their word ends it (RC16). */
  readonly heldByHand: boolean;
  /** Completed by its count: the next date is kept, and not shown (RC24). */
  readonly ranOut: boolean;

  readonly amount: number;
  readonly schedule: BillingSchedule;
  readonly chargeOnDay: boolean;
  readonly duration: number;
  readonly addOns: readonly SubscriptionItem[];
  readonly discounts: readonly SubscriptionItem[];
  readonly nextItemKey: number;
  /** Number of the plan's last push that was seen (RC22). */
  readonly pushesSeen: number;

  readonly billingMonth: BillingMonth;
  readonly nextDay: BillingDay;
  /** Day of the newest number; empty while there is none. Days of numbers only grow (RC3). */
  readonly lastDay: BillingDay;
  readonly lastNumber: number;
  /** Number of dates that were billed with success. */
  readonly count: number;
  /** A transaction of it has succeeded once: the later ones are `recurring` (RC25). */
  readonly hasCharged: boolean;

  readonly open: readonly Billing[];
  readonly blocked: readonly BlockedInstrument[];
  /** The newest 100, oldest first. */
  readonly events: readonly BillingEvent[];
  readonly notices: readonly BillingNotice[];
  readonly parked: ParkedReason | null;
  /** Dates up to this day are billed each, however many they are: the operator said so (RC21). Empty for none. */
  readonly billEachUpTo: BillingDay;
}

/** Settings of the deployment. */
export interface BillingSettings {
  /** `BILLING_HOUR` */
  readonly hour: number;
  /** `BILLING_RETRY_DAYS`, growing: 1, 3, 7. */
  readonly retryDays: readonly number[];
  /** `BILLING_CATCH_UP` (RC36). */
  readonly catchUp: CatchUp;
}

export type CatchUp = 'bill_each' | 'skip' | 'merge';

/** Why a request is refused; a service makes its surface's error of it. */
export interface Refusal {
  /** Name of the contract's field; null where no field is wrong. */
  readonly field: string | null;
  /** A sentence for the client, which begins with the field where there is one. */
  readonly reason: string;
}

export type Changed =
  { readonly ok: true; readonly subscription: Subscription } | { readonly ok: false; readonly refusal: Refusal };

export const changed = (subscription: Subscription): Changed => ({ ok: true, subscription });
export const refuse = (field: string | null, why: string): Changed => ({
  ok: false,
  refusal: { field, reason: field === null ? why : `${field} ${why}` },
});
