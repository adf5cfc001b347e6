import type { BillingDetails, RawCard } from '../../../platform/stripe/provider-method.types.js';
import type { MethodFlag, MethodType, VaultBankAccount } from './payment-method.types.js';

/** A bank account as somebody typed it. The account number is in memory only. */
export interface NewBankAccount {
  readonly accountNumber: string;
  /** Nine digits with a good check digit. */
  readonly routingNumber: string;
  readonly accountType: VaultBankAccount['accountType'];
  readonly secCode: VaultBankAccount['secCode'];
}

/** Name and e-mail that stand with a card at Stripe, and nowhere here; empty ones are not sent. */
export type CardHolder = Pick<BillingDetails, 'name' | 'email'>;

/** A bank account of the SEPA area as somebody typed it. The number is in memory only. */
export interface NewSepaAccount {
  readonly iban: string;
  /** Keyed hash of the number, which the method keeps. */
  readonly numberHash: string;
  /** Stripe demands both: https://docs.stripe.com/payments/sepa-debit/accept-a-payment */
  readonly holder: string;
  readonly email: string;
}

/** The values from which a payment method is made. Card and account numbers are in memory only, as long as the request. */
export type NewMethod =
  | { readonly kind: 'card'; readonly card: RawCard; readonly holder?: CardHolder }
  | { readonly kind: 'ach'; readonly account: NewBankAccount }
  | { readonly kind: 'sepa'; readonly account: NewSepaAccount }
  /** `tok_…` or `pm_…`; with the payload of a wallet that it was in, by which a repeat is known. */
  | {
      readonly kind: 'token';
      readonly token: string;
      readonly wallet: 'apple_pay' | 'google_pay' | null;
      readonly payload?: unknown;
      /** The type that it must be of; absent: either. */
      readonly only?: MethodType;
    };

/** Changes of a card; what is absent stays. Another number is another card at Stripe under the same id here. */
export interface CardChange {
  readonly number?: string;
  readonly expiry?: Pick<RawCard, 'expiryMonth' | 'expiryYear'>;
  readonly flags?: readonly MethodFlag[];
}

/** Changes of a bank account; what is absent stays. */
export interface BankAccountChange extends Partial<NewBankAccount> {
  readonly flags?: readonly MethodFlag[];
}

/** Changes of either kind of method by a token. */
export interface TokenChange {
  readonly token?: string;
  readonly flags?: readonly MethodFlag[];
}

/** A payment method as a client sends it: also in a wallet's payload, as it is. */
export type AskedMethod =
  | NewMethod
  | { readonly kind: 'wallet'; readonly wallet: 'apple_pay' | 'google_pay'; readonly payload: object | string };
