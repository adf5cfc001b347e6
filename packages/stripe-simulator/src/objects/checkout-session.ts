import type { Stripe } from 'stripe';
import type { Read } from '../api/read-types.js';
import type { Address, Metadata, Shipping } from './common.js';
import type { Price } from './product.js';

type Params = Read<Stripe.Checkout.SessionCreateParams>;

/** A way to pay that Checkout knows. */
export type CheckoutMethod = NonNullable<Params['allowed_payment_method_types']>[number];

export interface CheckoutSession {
  id: string;
  object: 'checkout.session';
  adaptive_pricing: { enabled: boolean };
  after_expiration: null;
  allow_promotion_codes: boolean | null;
  allowed_payment_method_types: CheckoutMethod[] | null;
  amount_subtotal: number | null;
  amount_total: number | null;
  automatic_tax: { enabled: false; liability: null; provider: null; status: null };
  billing_address_collection: string | null;
  cancel_url: string | null;
  client_reference_id: string | null;
  client_secret: null;
  collected_information: { business_name: null; individual_name: null; shipping_details: null } | null;
  consent: null;
  consent_collection: null;
  created: number;
  currency: string | null;
  currency_conversion: null;
  custom_fields: readonly [];
  custom_text: {
    after_submit: null;
    shipping_address: null;
    submit: { message: string } | null;
    terms_of_service_acceptance: null;
  };
  customer: string | null;
  customer_account: null;
  customer_creation: string | null;
  customer_details: CustomerDetails | null;
  customer_email: string | null;
  discounts: readonly [];
  expires_at: number;
  integration_identifier: string | null;
  invoice: null;
  invoice_creation: { enabled: false; invoice_data: InvoiceData } | null;
  livemode: false;
  locale: string | null;
  managed_payments: { enabled: false };
  metadata: Metadata;
  mode: 'payment' | 'setup';
  origin_context: string | null;
  payment_intent: string | null;
  payment_link: null;
  payment_method_collection: 'always' | 'if_required';
  payment_method_configuration_details: { id: string; parent: null } | null;
  payment_method_options: CheckoutMethodOptions;
  payment_method_types: CheckoutMethod[];
  payment_status: 'no_payment_required' | 'paid' | 'unpaid';
  permissions: null;
  phone_number_collection: { enabled: boolean };
  recovered_from: null;
  saved_payment_method_options: {
    allow_redisplay_filters: string[];
    payment_method_remove: string;
    payment_method_save: string | null;
  } | null;
  setup_intent: string | null;
  shipping_address_collection: null;
  shipping_cost: null;
  shipping_options: readonly [];
  status: 'complete' | 'expired' | 'open';
  submit_type: string | null;
  subscription: null;
  success_url: string | null;
  total_details: { amount_discount: 0; amount_shipping: 0; amount_tax: 0 } | null;
  ui_mode: 'hosted_page';
  url: string | null;
  wallet_options: null;
}

export interface CustomerDetails {
  address: Address | null;
  business_name: null;
  email: string | null;
  individual_name: null;
  name: string | null;
  phone: string | null;
  tax_exempt: string;
  tax_ids: readonly [] | null;
}

interface InvoiceData {
  account_tax_ids: null;
  custom_fields: null;
  description: null;
  footer: null;
  issuer: null;
  metadata: Metadata;
  rendering_options: null;
}

export interface CheckoutMethodOptions {
  card?: {
    capture_method?: 'manual';
    request_three_d_secure: 'any' | 'automatic' | 'challenge';
    setup_future_usage?: 'off_session' | 'on_session';
  };
}

export interface LineItem {
  id: string;
  object: 'item';
  adjustable_quantity: null;
  amount_discount: 0;
  amount_subtotal: number;
  amount_tax: 0;
  amount_total: number;
  currency: string;
  description: string | null;
  metadata: Metadata | null;
  price: Price;
  quantity: number;
}

/** What a session was made with and does not show. Kept under the session's id. */
export interface CheckoutTerms {
  id: string;
  items: LineItem[];
  /** For the PaymentIntent, which is only made when the buyer pays. */
  intent: {
    application_fee_amount?: number | undefined;
    capture_method?: 'automatic' | 'automatic_async' | 'manual' | undefined;
    description?: string | undefined;
    metadata: Metadata;
    on_behalf_of?: string | undefined;
    receipt_email?: string | undefined;
    setup_future_usage?: 'off_session' | 'on_session' | undefined;
    shipping?: Shipping | undefined;
    statement_descriptor?: string | undefined;
    statement_descriptor_suffix?: string | undefined;
    transfer_group?: string | undefined;
  };
  /** The bank is asked and answers days after the session was completed. */
  settling: boolean;
}
