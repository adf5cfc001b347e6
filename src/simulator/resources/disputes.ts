import type { Stripe } from 'stripe';
import { missing } from '../api/errors.js';
import { list } from '../api/list.js';
import { operation } from '../api/operation.js';
import type { Dispute } from '../objects/charge.js';
import type { World } from '../world.js';
import { bookDispute } from './charge.make.js';
import { emit } from './events.js';
import { behaviour } from './payment-method.use.js';

/** Cardholders' banks want evidence within this time. */
const EVIDENCE_SECONDS = 9 * 24 * 60 * 60;

const EVIDENCE_FIELDS = (
  'access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal ' +
  'customer_communication customer_email_address customer_name customer_purchase_ip customer_signature ' +
  'duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy ' +
  'refund_policy_disclosure refund_refusal_explanation service_date service_documentation shipping_address shipping_carrier ' +
  'shipping_date shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text'
).split(' ');

/** Job: the cardholder of a dispute test card complains. */
export function openDispute(world: World, chargeId: string): void {
  const charge = world.tables.charge.get(chargeId);
  const method = world.tables.paymentMethod.get(charge?.payment_method ?? '');
  if (charge === undefined || method === undefined || charge.disputed) return;
  const kind = behaviour(world, method).dispute ?? 'fraudulent';
  const inquiry = kind === 'warning';
  const brand = charge.payment_method_details.card?.brand ?? 'visa';
  const id = world.ids.next('du');
  const dispute: Dispute = {
    id,
    object: 'dispute',
    amount: charge.amount,
    balance_transactions: inquiry ? [] : [bookDispute(world, charge, id)],
    charge: charge.id,
    created: world.clock.seconds(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { ...Object.fromEntries(EVIDENCE_FIELDS.map((name) => [name, null])), enhanced_evidence: {} },
    evidence_details: {
      due_by: world.clock.seconds() + EVIDENCE_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: { brand, case_type: inquiry ? 'inquiry' : 'chargeback', network: brand, network_reason_code: '10.4' },
      type: 'card',
    },
    reason: inquiry ? 'fraudulent' : kind,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  };
  world.store.put(world.tables.dispute, dispute);
  const disputed = world.store.put(world.tables.charge, { ...charge, disputed: true });
  emit(world, 'charge.dispute.created', dispute);
  if (!inquiry) emit(world, 'charge.dispute.funds_withdrawn', dispute);
  emit(world, 'charge.updated', disputed, charge);
}

const retrieve = operation<Stripe.DisputeRetrieveParams>({
  method: 'GET',
  path: '/v1/disputes/:dispute',
  run({ world, path }) {
    const dispute = world.tables.dispute.get(path['dispute'] ?? '');
    if (dispute === undefined) throw missing('dispute', path['dispute'] ?? '', 'dispute');
    return dispute;
  },
});

const listAll = operation<Stripe.DisputeListParams>({
  method: 'GET',
  path: '/v1/disputes',
  run({ world, params }) {
    const { charge, payment_intent: intent } = params;
    return list(
      {
        table: world.tables.dispute,
        what: 'dispute',
        url: '/v1/disputes',
        index:
          charge !== undefined ? ['charge', charge] : intent !== undefined ? ['payment_intent', intent] : undefined,
        keep: (dispute) => intent === undefined || dispute.payment_intent === intent,
      },
      params,
    );
  },
});

export const disputeOperations = [retrieve, listAll];
