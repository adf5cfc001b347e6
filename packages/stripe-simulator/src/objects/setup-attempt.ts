import type { CardChecks, ErrorBody } from './common.js';
import type { WalletDetails } from './payment-method.js';

export interface SetupAttemptCard {
  brand: string;
  checks: CardChecks;
  country: string;
  exp_month: number;
  exp_year: number;
  fingerprint: string;
  funding: string;
  last4: string;
  network: string;
  three_d_secure: {
    authentication_flow: 'challenge';
    electronic_commerce_indicator: '05';
    result: 'authenticated';
    result_reason: null;
    transaction_id: string;
    version: '2.2.0';
  } | null;
  wallet: Pick<WalletDetails, 'apple_pay' | 'google_pay' | 'type'> | null;
}

/** One confirmation of a SetupIntent. */
export interface SetupAttempt {
  id: string;
  object: 'setup_attempt';
  application: null;
  attach_to_self?: boolean;
  created: number;
  customer: string | null;
  customer_account: null;
  flow_directions: string[] | null;
  livemode: false;
  on_behalf_of: string | null;
  payment_method: string;
  payment_method_details: {
    card?: SetupAttemptCard;
    card_present?: { generated_card: string | null; offline: null };
    sepa_debit?: Record<string, never>;
    type: string;
    us_bank_account?: Record<string, never>;
  };
  setup_error: ErrorBody | null;
  setup_intent: string;
  status: 'abandoned' | 'failed' | 'processing' | 'requires_action' | 'requires_confirmation' | 'succeeded';
  usage: string;
}
