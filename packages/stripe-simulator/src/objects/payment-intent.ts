import type { TransferInstructions, TransferType } from './cash-balance.js';
import type { ErrorBody, Metadata, Shipping } from './common.js';

export type PaymentIntentStatus =
  | 'canceled'
  | 'processing'
  | 'requires_action'
  | 'requires_capture'
  | 'requires_confirmation'
  | 'requires_payment_method'
  | 'succeeded';

export interface NextAction {
  type:
    | 'alipay_handle_redirect'
    | 'display_bank_transfer_instructions'
    | 'oxxo_display_details'
    | 'redirect_to_url'
    | 'use_stripe_sdk'
    | 'verify_with_microdeposits'
    | 'wechat_pay_display_qr_code';
  alipay_handle_redirect?: { native_data: null; native_url: null; return_url: string; url: string };
  display_bank_transfer_instructions?: TransferInstructions;
  /** `expires_after` in epoch seconds. */
  oxxo_display_details?: { expires_after: number; hosted_voucher_url: string; number: string };
  redirect_to_url?: { return_url: string; url: string };
  use_stripe_sdk?: Record<string, unknown>;
  verify_with_microdeposits?: { arrival_date: number; hosted_verification_url: string; microdeposit_type: string };
  wechat_pay_display_qr_code?: {
    data: string;
    hosted_instructions_url: string;
    image_data_url: string;
    image_url_png: string;
    image_url_svg: string;
  };
}

export interface PaymentIntent {
  id: string;
  object: 'payment_intent';
  allowed_payment_method_types: string[] | null;
  amount: number;
  amount_capturable: number;
  amount_details: { tip: { amount?: number } };
  amount_received: number;
  application: null;
  application_fee_amount: number | null;
  automatic_payment_methods: { allow_redirects?: string; enabled: boolean } | null;
  canceled_at: number | null;
  cancellation_reason: string | null;
  capture_method: string;
  client_secret: string;
  confirmation_method: string;
  created: number;
  currency: string;
  customer: string | null;
  customer_account: null;
  description: string | null;
  excluded_payment_method_types: string[] | null;
  last_payment_error: ErrorBody | null;
  latest_charge: string | null;
  livemode: false;
  managed_payments: null;
  metadata: Metadata;
  next_action: NextAction | null;
  on_behalf_of: string | null;
  payment_details?: { customer_reference: string | null; order_reference: string | null };
  payment_method: string | null;
  payment_method_configuration_details: { id: string; parent: null } | null;
  payment_method_options: PaymentMethodOptions;
  payment_method_types: string[];
  payment_record: null;
  processing: null;
  receipt_email: string | null;
  review: null;
  setup_future_usage: string | null;
  shipping: Shipping | null;
  source: null;
  statement_descriptor: string | null;
  statement_descriptor_suffix: string | null;
  status: PaymentIntentStatus;
  transfer_data: null;
  transfer_group: string | null;
}

export interface PaymentMethodOptions {
  alipay?: { setup_future_usage?: string };
  card?: {
    capture_method?: 'manual';
    installments: null;
    mandate_options: null;
    network: string | null;
    request_incremental_authorization?: string;
    request_multicapture?: string;
    request_three_d_secure: string;
    setup_future_usage?: string;
  };
  card_present?: {
    capture_method?: string;
    request_extended_authorization: boolean;
    request_incremental_authorization_support: boolean;
  };
  customer_balance?: {
    bank_transfer?: { type: TransferType };
    funding_type: 'bank_transfer' | null;
  };
  interac_present?: Record<string, never>;
  klarna?: { capture_method?: 'manual'; preferred_locale: string | null; setup_future_usage?: string };
  oxxo?: { expires_after_days: number; setup_future_usage?: string };
  sepa_debit?: { setup_future_usage?: string };
  us_bank_account?: { setup_future_usage?: string; verification_method: string };
  wechat_pay?: { app_id: string | null; client: string | null; setup_future_usage?: string };
}

/** One request to the payer to authenticate, or to pay on the page of their method. Only the newest of an intent can still be answered. */
export interface Authentication {
  /** `src_…`, part of the page's address. */
  id: string;
  /** The PaymentIntent or SetupIntent it belongs to. */
  intent: string;
  return_url: string | null;
  /** The payment method that was authenticated, where the intent still has to be confirmed again. */
  completed?: string;
}

/** Microdeposits on their way to the bank account of an intent, whose id it has. */
export interface Microdeposits {
  id: string;
  method: string;
  mandate: string | null;
  /** How often wrong values were sent. */
  failures: number;
  /** Epoch milliseconds after which they cannot be told any more. */
  until: number;
}
