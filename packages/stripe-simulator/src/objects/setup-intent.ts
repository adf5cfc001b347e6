import type { ErrorBody, Metadata } from './common.js';
import type { NextAction } from './payment-intent.js';

export interface SetupIntent {
  id: string;
  object: 'setup_intent';
  allowed_payment_method_types: string[] | null;
  application: null;
  attach_to_self?: boolean;
  automatic_payment_methods: { allow_redirects?: string; enabled: boolean } | null;
  cancellation_reason: string | null;
  client_secret: string;
  created: number;
  customer: string | null;
  customer_account: null;
  description: string | null;
  excluded_payment_method_types: string[] | null;
  flow_directions: string[] | null;
  last_setup_error: ErrorBody | null;
  latest_attempt: string | null;
  livemode: false;
  managed_payments: null;
  mandate: string | null;
  metadata: Metadata;
  next_action: NextAction | null;
  on_behalf_of: string | null;
  payment_method: string | null;
  payment_method_configuration_details: { id: string; parent: null } | null;
  payment_method_options: {
    card?: { mandate_options: null; network: null; request_three_d_secure: string };
    card_present?: Record<string, never>;
    sepa_debit?: Record<string, never>;
    us_bank_account?: { verification_method: string };
  };
  payment_method_types: string[];
  single_use_mandate: string | null;
  status:
    'canceled' | 'processing' | 'requires_action' | 'requires_confirmation' | 'requires_payment_method' | 'succeeded';
  usage: string;
}
