import type { BalanceTransaction } from './balance.js';
import type { Address, Metadata } from './common.js';

export type DisputeStatus =
  | 'lost'
  | 'needs_response'
  | 'under_review'
  | 'warning_closed'
  | 'warning_needs_response'
  | 'warning_under_review'
  | 'won';

/** Texts and ids of files; what was not given is null. https://docs.stripe.com/api/disputes/evidence_object */
export const EVIDENCE_FIELDS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const;

type EvidenceField = (typeof EVIDENCE_FIELDS)[number];

interface Transaction {
  customer_account_id: string | null;
  customer_device_fingerprint: string | null;
  customer_device_id: string | null;
  customer_email_address: string | null;
  customer_purchase_ip: string | null;
  product_description: string | null;
  shipping_address: Address | null;
}

export interface EnhancedEvidence {
  mastercard_compliance?: { fee_acknowledged: boolean };
  visa_compelling_evidence_3?: {
    disputed_transaction: (Transaction & { merchandise_or_services: string | null }) | null;
    prior_undisputed_transactions: (Transaction & { charge: string })[];
  };
  visa_compliance?: { fee_acknowledged: boolean };
}

export type Evidence = Record<EvidenceField, string | null> & { enhanced_evidence: EnhancedEvidence };

export interface Dispute {
  id: string;
  object: 'dispute';
  amount: number;
  /** The withdrawal, then the reinstatement, as far as there are any. */
  balance_transactions: BalanceTransaction[];
  charge: string;
  created: number;
  currency: string;
  enhanced_eligibility_types: string[];
  evidence: Evidence;
  evidence_details: {
    due_by: number | null;
    enhanced_eligibility: Record<string, never>;
    has_evidence: boolean;
    past_due: boolean;
    submission_count: number;
    submission_method: 'manual' | 'not_submitted';
  };
  intended_submission_method: 'manual' | 'prefer_manual' | 'prefer_smart_disputes' | 'smart_disputes' | null;
  is_charge_refundable: boolean;
  livemode: false;
  metadata: Metadata;
  payment_intent: string | null;
  payment_method_details?: {
    card: { brand: string; case_type: 'chargeback' | 'inquiry'; network: string; network_reason_code: string };
    type: 'card';
  };
  reason: string;
  status: DisputeStatus;
}
