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
  generated_from: null;
  last4: string;
  networks: { available: string[]; preferred: string | null };
  regulated_status: string;
  three_d_secure_usage: { supported: boolean };
  wallet: null;
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
  status_details: Record<string, never>;
}

export interface PaymentMethod {
  id: string;
  object: 'payment_method';
  allow_redisplay: string;
  billing_details: BillingDetails;
  card?: CardDetails;
  created: number;
  customer: string | null;
  customer_account: null;
  livemode: false;
  metadata: Metadata;
  radar_options?: Record<string, never>;
  type: string;
  us_bank_account?: UsBankAccountDetails;
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
}
