/** A card that was held to a reader, as a PaymentMethod shows it: `card_present` or `interac_present`. */
export interface CardPresentDetails {
  brand: string;
  brand_product?: string | null;
  cardholder_name: string | null;
  country: string;
  exp_month: number;
  exp_year: number;
  fingerprint: string;
  funding: string;
  last4: string;
  networks: { available: string[]; preferred: string | null };
  offline?: { stored_at: null; type: null };
  preferred_locales: string[];
  read_method: string;
}

export interface Receipt {
  account_type: string;
  application_cryptogram: string;
  application_preferred_name: string;
  authorization_code: string | null;
  authorization_response_code: string;
  cardholder_verification_method: string | null;
  dedicated_file_name: string;
  terminal_verification_results: string;
  transaction_status_information: string;
}

/** The same card as a Charge shows it. */
export interface ChargeInteracPresent {
  brand: string;
  cardholder_name: string | null;
  country: string;
  emv_auth_data: string;
  exp_month: number;
  exp_year: number;
  fingerprint: string;
  funding: string;
  generated_card: string | null;
  last4: string;
  location?: string;
  network: string;
  network_transaction_id: string;
  preferred_locales: string[];
  read_method: string;
  reader?: string;
  receipt: Receipt;
}

export interface ChargeCardPresent extends ChargeInteracPresent {
  amount_authorized: number;
  brand_product: string | null;
  capture_before?: number;
  incremental_authorization_supported: boolean;
  offline: { stored_at: null; type: null };
  overcapture_supported: boolean;
}
