import type { BillingDetails, RawCard, RedirectPayer } from '../../../platform/stripe/provider-method.types.js';
import type { PayableType } from '../../../platform/stripe/stripe-payments.js';
import type { TransactionBankAccount, TransactionMethod } from '../record/transaction.types.js';

/** A PaymentMethod that can be charged. */
export interface PayableMethod {
  /** `pm_…` */
  readonly providerMethodId: string;
  /** `cus_…` that has it; empty for one that is nobody's. */
  readonly providerCustomerId: string;
  readonly methodType: PayableType;
  /** Names the card or account across payments (`ChargeTerms.instrument`). */
  readonly instrument: string;
  readonly shown: TransactionMethod;
  /** `tmr_…` of the reader that is to take the card. */
  readonly readerId?: string;
  /** Page that the payer comes back to, of a method that sends them to one of their own. */
  readonly returnUrl?: string;
}

/** Where the PaymentMethod of a transaction comes from: one is there, or is made at Stripe of what the request brought. */
export type MethodSource =
  | { readonly kind: 'ready'; readonly method: PayableMethod }
  | {
      readonly kind: 'card';
      readonly card: RawCard;
      readonly billing: BillingDetails;
      readonly shown: TransactionMethod;
    }
  | {
      readonly kind: 'ach';
      readonly accountNumber: string;
      readonly account: Omit<TransactionBankAccount, 'type' | 'maskedAccountNumber'>;
      readonly holder: string;
      readonly shown: TransactionMethod;
    }
  | {
      readonly kind: 'redirect';
      readonly payer: RedirectPayer;
      readonly returnUrl: string;
      readonly shown: TransactionMethod;
    }
  /** `tok_…`, which works once. */
  | { readonly kind: 'token'; readonly token: string; readonly shown: TransactionMethod };

/** Stripe, or its absence, has ended the transaction before there was anything to charge. */
export interface Refusal {
  readonly responseCode: number;
  readonly code: string;
  readonly text: string;
}
