import type { ChargeCardPresent, ChargeInteracPresent } from './card-present.js';
import type { TokenCard } from './event.js';
import type { BillingDetails, CardChecks, Metadata, Shipping } from './common.js';
import type { WalletDetails } from './payment-method.js';

export interface ThreeDSecure {
  authentication_flow: 'challenge';
  electronic_commerce_indicator: '05';
  exemption_indicator: null;
  result: 'authenticated';
  result_reason: null;
  transaction_id: string;
  version: '2.2.0';
}

export interface ChargeCard {
  amount_authorized: number;
  authorization_code: string | null;
  brand: string;
  capture_before?: number;
  checks: CardChecks;
  country: string;
  electronic_commerce_indicator: string | null;
  exp_month: number;
  exp_year: number;
  extended_authorization: { status: string };
  fingerprint: string;
  funding: string;
  incremental_authorization: { status: string };
  installments: null;
  last4: string;
  mandate: string | null;
  multicapture: { status: string };
  network: string;
  network_token: { used: boolean };
  network_transaction_id: string;
  overcapture: { maximum_amount_capturable: number; status: string };
  regulated_status: string;
  three_d_secure: ThreeDSecure | null;
  transaction_link_id: null;
  wallet: WalletDetails | null;
}

export interface ChargeBankAccount {
  account_holder_type: string;
  account_type: string;
  bank_name: string;
  fingerprint: string;
  last4: string;
  mandate?: string;
  payment_reference: string | null;
  routing_number: string;
}

export interface ChargeSepaDebit {
  bank_code: string | null;
  branch_code: string | null;
  country: string;
  fingerprint: string;
  last4: string;
  mandate: string | null;
}

export interface ChargeKlarna {
  payer_details: { address: { country: string | null } | null } | null;
  payment_method_category: string | null;
  preferred_locale: string | null;
}

export interface ChargeMethodDetails {
  alipay?: { buyer_id: string; fingerprint: string; transaction_id: string };
  card?: ChargeCard;
  card_present?: ChargeCardPresent;
  customer_balance?: Record<string, never>;
  interac_present?: ChargeInteracPresent;
  klarna?: ChargeKlarna;
  oxxo?: { number: string };
  sepa_debit?: ChargeSepaDebit;
  type: string;
  us_bank_account?: ChargeBankAccount;
  wechat_pay?: { fingerprint: string; transaction_id: string };
}

export interface Charge {
  id: string;
  object: 'charge';
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  application: null;
  application_fee: null;
  application_fee_amount: number | null;
  balance_transaction: string | null;
  billing_details: BillingDetails;
  calculated_statement_descriptor: string | null;
  captured: boolean;
  created: number;
  currency: string;
  customer: string | null;
  description: string | null;
  disputed: boolean;
  failure_balance_transaction: null;
  failure_code: string | null;
  failure_message: string | null;
  fraud_details: { user_report?: string };
  livemode: false;
  metadata: Metadata;
  on_behalf_of: string | null;
  outcome: {
    advice_code: null;
    network_advice_code: null;
    network_decline_code: null;
    network_status: string;
    reason: string | null;
    risk_level: string;
    risk_score: number;
    seller_message: string;
    type: string;
  };
  paid: boolean;
  payment_intent: string | null;
  payment_method: string;
  payment_method_details: ChargeMethodDetails;
  radar_options: Record<string, never>;
  receipt_email: string | null;
  receipt_number: null;
  receipt_url: string | null;
  refunded: boolean;
  review: null;
  shipping: Shipping | null;
  /** The card of a charge made without a PaymentIntent. */
  source: TokenCard | null;
  source_transfer: null;
  statement_descriptor: string | null;
  statement_descriptor_suffix: string | null;
  status: 'failed' | 'pending' | 'succeeded';
  transfer_data: null;
  transfer_group: string | null;
}

interface BankTransfer {
  reference: string | null;
  reference_status: string | null;
}

export interface Refund {
  id: string;
  object: 'refund';
  amount: number;
  balance_transaction: string | null;
  charge: string;
  created: number;
  currency: string;
  customer: string | null;
  customer_account: null;
  destination_details?: {
    alipay?: Record<string, never>;
    card?: { reference?: string; reference_status: string; reference_type: string; type: string };
    customer_cash_balance?: Record<string, never>;
    eu_bank_transfer?: BankTransfer;
    klarna?: BankTransfer;
    type: string;
    us_bank_transfer?: BankTransfer;
    wechat_pay?: Record<string, never>;
  };
  failure_balance_transaction?: string;
  failure_reason?: string;
  metadata: Metadata;
  payment_intent: string | null;
  payment_method: string;
  pending_reason?: string;
  reason: string | null;
  receipt_number: null;
  source_transfer_reversal: null;
  status: 'canceled' | 'failed' | 'pending' | 'requires_action' | 'succeeded';
  transfer_reversal: null;
}
