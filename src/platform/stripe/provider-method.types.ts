import type { ProviderCheck } from './provider.types.js';
import type { RedirectType } from './stripe-payments.js';

/** A card as the provider tells of it; never its number. */
export interface ProviderCard {
  readonly kind: 'card';
  /** Stripe's word, e.g. `visa`. */
  readonly brand: string;
  readonly lastFour: string;
  /** 1 to 12. */
  readonly expiryMonth: number;
  /** Four digits. */
  readonly expiryYear: number;
  readonly wallet: 'apple_pay' | 'google_pay' | null;
}

export interface ProviderBankAccount {
  readonly kind: 'bank_account';
  readonly accountType: 'checking' | 'savings';
  readonly routingNumber: string;
  readonly lastFour: string;
}

/** A bank account of the SEPA area. */
export interface ProviderSepaDebit {
  readonly kind: 'sepa_debit';
  readonly lastFour: string;
  /** Two letters. */
  readonly country: string;
}

/** A PaymentMethod. `other`: a kind that a vault does not keep, such as those of `createRedirect`. */
export interface ProviderMethod {
  readonly id: string;
  /** Customer that has the method; null while none has. */
  readonly customerId: string | null;
  /** Stripe's, the same for the same card or account in every PaymentMethod of the Stripe account; null where it has none. */
  readonly fingerprint: string | null;
  readonly details: ProviderCard | ProviderBankAccount | ProviderSepaDebit | { readonly kind: 'other' };
}

/**
 * Result of saving a method. `verifying`: a bank account whose owner must first tell what arrived there, which takes
 * days; `authenticating`: the cardholder would have to be asked; `open`: nothing was saved.
 */
export interface ProviderSetup {
  /** `seti_…` */
  readonly id: string;
  readonly status: 'saved' | 'verifying' | 'authenticating' | 'open';
}

/** Answer of an issuer about a method that nobody saved. */
export interface ProviderCheckUp extends ProviderSetup {
  readonly streetCheck: ProviderCheck;
  readonly postalCodeCheck: ProviderCheck;
  readonly cvcCheck: ProviderCheck;
}

/** A card as somebody typed it. In memory only: for one call, never stored, logged or put into an error. */
export interface RawCard {
  readonly number: string;
  readonly expiryMonth: number;
  readonly expiryYear: number;
  /** Three or four digits; absent where the surface takes none. */
  readonly cvc?: string;
}

/** The cardholder's address, which the issuer compares; what is empty is not sent. */
export interface BillingDetails {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  /** Two letters. */
  readonly country: string;
}

/** A US bank account as somebody typed it. The account number is in memory only. */
export interface RawBankAccount {
  readonly accountNumber: string;
  readonly routingNumber: string;
  readonly accountType: 'checking' | 'savings';
  /** Stripe demands a name. */
  readonly holder: string;
}

/** A bank account of the SEPA area as somebody typed it. The number is in memory only. */
export interface RawSepaAccount {
  readonly iban: string;
  /** Stripe demands name and e-mail. */
  readonly holder: string;
  readonly email: string;
}

/** Somebody who pays on a page of their own method's. */
export interface RedirectPayer {
  readonly type: RedirectType;
  /** Name of the payer; OXXO wants first and last, two letters each at least. Empty is not sent. */
  readonly name: string;
  /** Demanded by Klarna and OXXO; empty is not sent. */
  readonly email: string;
  /** Two letters, demanded by Klarna; empty is not sent. */
  readonly country: string;
}

/** Fields that can be changed on a method that a Customer has. */
export type ProviderMethodChange = Pick<RawCard, 'expiryMonth' | 'expiryYear'> | Pick<RawBankAccount, 'accountType'>;
