import type { Stripe } from 'stripe';
import { toAddress } from '../../api/common-params.js';
import { missing } from '../../api/errors.js';
import type { Read } from '../../api/read-types.js';
import { type EnhancedEvidence, EVIDENCE_FIELDS, type Evidence } from '../../objects/dispute.js';

type Sent = Read<Stripe.DisputeUpdateParams.Evidence>;
type SentEnhanced = Read<Stripe.DisputeUpdateParams.Evidence.EnhancedEvidence>;
type SentTransaction = Partial<
  NonNullable<NonNullable<SentEnhanced['visa_compelling_evidence_3']>['disputed_transaction']>
>;

/** Fields that hold the id of a file. There are no files here, so no id is right. */
const FILES = new Set<string>([
  'cancellation_policy',
  'customer_communication',
  'customer_signature',
  'duplicate_charge_documentation',
  'receipt',
  'refund_policy',
  'service_documentation',
  'shipping_documentation',
  'uncategorized_file',
]);

/** The evidence with what was sent; Stripe's 400 for a file that does not exist. */
export function mergeEvidence(before: Evidence, sent: Sent): Evidence {
  const evidence = { ...before };
  for (const name of EVIDENCE_FIELDS) {
    const value = sent[name];
    if (value === undefined) continue;
    if (FILES.has(name) && value !== null) throw missing('file upload', value, `evidence[${name}]`, 400);
    evidence[name] = value;
  }
  const { enhanced_evidence: enhanced } = sent;
  if (enhanced === null) return { ...evidence, enhanced_evidence: {} };
  if (enhanced === undefined) return evidence;
  return { ...evidence, enhanced_evidence: { ...before.enhanced_evidence, ...enhancedOf(enhanced) } };
}

export function hasEvidence({ enhanced_evidence: enhanced, ...fields }: Evidence): boolean {
  return Object.keys(enhanced).length > 0 || Object.values(fields).some((value) => value !== null);
}

function enhancedOf(sent: SentEnhanced): EnhancedEvidence {
  const { mastercard_compliance: mastercard, visa_compelling_evidence_3: compelling, visa_compliance: visa } = sent;
  return {
    ...(mastercard === undefined ? {} : { mastercard_compliance: acknowledged(mastercard) }),
    ...(visa === undefined ? {} : { visa_compliance: acknowledged(visa) }),
    ...(compelling === undefined ? {} : { visa_compelling_evidence_3: compellingOf(compelling) }),
  };
}

function acknowledged(sent: { fee_acknowledged?: boolean | undefined }): { fee_acknowledged: boolean } {
  return { fee_acknowledged: sent.fee_acknowledged ?? false };
}

function compellingOf(
  sent: NonNullable<SentEnhanced['visa_compelling_evidence_3']>,
): NonNullable<EnhancedEvidence['visa_compelling_evidence_3']> {
  const { disputed_transaction: disputed, prior_undisputed_transactions: prior = [] } = sent;
  return {
    disputed_transaction:
      disputed === undefined
        ? null
        : { ...transactionOf(disputed), merchandise_or_services: disputed.merchandise_or_services ?? null },
    prior_undisputed_transactions: prior.map((one) => ({ ...transactionOf(one), charge: one.charge })),
  };
}

function transactionOf(sent: Omit<SentTransaction, 'merchandise_or_services'>) {
  return {
    customer_account_id: sent.customer_account_id ?? null,
    customer_device_fingerprint: sent.customer_device_fingerprint ?? null,
    customer_device_id: sent.customer_device_id ?? null,
    customer_email_address: sent.customer_email_address ?? null,
    customer_purchase_ip: sent.customer_purchase_ip ?? null,
    product_description: sent.product_description ?? null,
    shipping_address: sent.shipping_address == null ? null : toAddress(sent.shipping_address),
  };
}
