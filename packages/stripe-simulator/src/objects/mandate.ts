/** How and when the payer agreed. */
export interface CustomerAcceptance {
  accepted_at: number | null;
  offline?: Record<string, never>;
  online?: { ip_address: string | null; user_agent: string | null };
  type: string;
}

/** What a payer allows to be taken from one payment method. */
export interface Mandate {
  id: string;
  object: 'mandate';
  customer_acceptance: CustomerAcceptance;
  livemode: false;
  multi_use?: Record<string, never>;
  on_behalf_of?: string;
  payment_method: string;
  payment_method_details: {
    card?: Record<string, never>;
    sepa_debit?: { reference: string; url: string };
    type: string;
    us_bank_account?: Record<string, never>;
  };
  single_use?: { amount: number; currency: string };
  status: 'active' | 'inactive' | 'pending';
  type: 'multi_use' | 'single_use';
}
