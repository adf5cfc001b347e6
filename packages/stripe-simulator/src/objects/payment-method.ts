import type { Block } from '../cards/bank-accounts.js';
import type { Wallet } from '../cards/test-cards.js';
import type { CardPresentDetails, ChargeCardPresent } from './card-present.js';
import type { BillingDetails, CardChecks, Metadata } from './common.js';

export interface CardDetails {
  brand: string;
  checks: CardChecks;
  country: string;
  display_brand: string;
  exp_month: number;
  exp_year: number;
  fingerprint: string;
  funding: string;
  generated_from: GeneratedFrom | null;
  last4: string;
  networks: { available: string[]; preferred: string | null };
  regulated_status: string;
  three_d_secure_usage: { supported: boolean };
  wallet: WalletDetails | null;
}

/** Apple Pay or Google Pay; `dynamic_last4` are the last digits of the number that the phone uses instead of the card's. */
export interface WalletDetails {
  apple_pay?: Record<string, never>;
  dynamic_last4: string;
  google_pay?: Record<string, never>;
  type: Wallet;
}

/** The payment at a reader from which a card was saved. */
export interface GeneratedFrom {
  charge: string | null;
  payment_method_details: { card_present: ChargeCardPresent; type: 'card_present' } | null;
  setup_attempt: string | null;
}

export interface UsBankAccountDetails {
  account_holder_type: string;
  account_type: string;
  bank_name: string;
  financial_connections_account: null;
  fingerprint: string;
  last4: string;
  networks: { preferred: string; supported: string[] };
  routing_number: string;
  status_details: { blocked?: Block };
}

export interface SepaDebitDetails {
  bank_code: string | null;
  branch_code: string | null;
  country: string;
  fingerprint: string;
  generated_from: null;
  last4: string;
}

/** The payer's date of birth, if it was given. */
export interface KlarnaDetails {
  dob?: { day: number; month: number; year: number };
}

export interface PaymentMethod {
  id: string;
  object: 'payment_method';
  alipay?: Record<string, never>;
  allow_redisplay: string;
  billing_details: BillingDetails;
  card?: CardDetails;
  card_present?: CardPresentDetails;
  created: number;
  customer: string | null;
  customer_account: null;
  customer_balance?: Record<string, never>;
  interac_present?: CardPresentDetails;
  klarna?: KlarnaDetails;
  livemode: false;
  metadata: Metadata;
  oxxo?: Record<string, never>;
  radar_options?: Record<string, never>;
  sepa_debit?: SepaDebitDetails;
  type: string;
  us_bank_account?: UsBankAccountDetails;
  wechat_pay?: Record<string, never>;
}

/** What the simulator knows of a payment method and Stripe does not show. Kept under the payment method's id. */
export interface PaymentMethodSecret {
  id: string;
  /** Name in the table of test cards or test bank accounts. */
  behaviour: string;
  /** The customer authenticated it for later payments without them. */
  setUp: boolean;
  /** It paid without being attached, so it can never be used again. */
  consumed: boolean;
  /** A bank account whose owner proved with microdeposits that it is theirs, or that came from a verified test token. */
  verified?: true;
  /** The mandate under which it may be debited again without asking. */
  mandate?: string;
}
