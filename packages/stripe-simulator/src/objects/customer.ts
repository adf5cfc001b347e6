import type { Address, Metadata, Shipping } from './common.js';

export interface Customer {
  id: string;
  object: 'customer';
  address: Address | null;
  balance: number;
  business_name?: string;
  created: number;
  currency: string | null;
  customer_account: null;
  default_source: null;
  delinquent: boolean;
  description: string | null;
  discount: null;
  email: string | null;
  individual_name?: string;
  invoice_prefix: string;
  invoice_settings: {
    custom_fields: { name: string; value: string }[] | null;
    default_payment_method: string | null;
    footer: string | null;
    rendering_options: { amount_tax_display: string | null; template: string | null } | null;
  };
  livemode: false;
  metadata: Metadata;
  name: string | null;
  next_invoice_sequence: number;
  phone: string | null;
  preferred_locales: string[];
  shipping: Shipping | null;
  tax_exempt: string;
  test_clock: null;
}

/** What a deleted object leaves behind under its id. */
export interface Deleted<Name extends string> {
  id: string;
  object: Name;
  deleted: true;
}
