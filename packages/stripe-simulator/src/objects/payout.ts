import type { Metadata } from './common.js';

export interface Payout {
  id: string;
  object: 'payout';
  /** Negative for a reversal, which brings money back. */
  amount: number;
  application_fee: null;
  application_fee_amount: null;
  arrival_date: number;
  automatic: boolean;
  balance_transaction: string;
  created: number;
  currency: string;
  description: string | null;
  destination: string;
  failure_balance_transaction: string | null;
  failure_code: string | null;
  failure_message: string | null;
  livemode: false;
  metadata: Metadata;
  method: string;
  original_payout: string | null;
  payout_method: null;
  reconciliation_status: 'completed' | 'in_progress' | 'not_applicable';
  reversed_by: string | null;
  source_type: string;
  statement_descriptor: string | null;
  status: 'canceled' | 'failed' | 'in_transit' | 'paid' | 'pending';
  trace_id: { status: string; value: string | null } | null;
  type: 'bank_account';
}

/** Which automatic payout paid out a balance transaction; the id is the transaction's. The payout's own one is among them. */
export interface PayoutEntry {
  id: string;
  payout: string;
}

/** The merchant's own bank account, where payouts go; one per currency. */
export interface BankAccount {
  id: string;
  object: 'bank_account';
  account_holder_name: string | null;
  account_holder_type: string | null;
  account_type: string | null;
  bank_name: string | null;
  country: string;
  currency: string;
  fingerprint: string;
  last4: string;
  routing_number: string;
  status: string;
}
