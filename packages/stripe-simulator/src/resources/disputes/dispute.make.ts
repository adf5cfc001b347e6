import type { Charge } from '../../objects/charge.js';
import { type Dispute, EVIDENCE_FIELDS, type Evidence } from '../../objects/dispute.js';
import type { World } from '../../world.js';
import { bookDispute } from '../charges/charge.book.js';
import { emit } from '../events/events.js';
import { revokeMandates } from '../mandates/mandates.js';
import { onceAt } from '../jobs.js';
import { behaviour } from '../payment-methods/payment-method.use.js';

/** Cardholders' banks want evidence within this time; an inquiry without an answer closes after 120 days. */
const EVIDENCE_SECONDS = 9 * 24 * 60 * 60;
const INQUIRY_SECONDS = 120 * 24 * 60 * 60;

/** Visa's codes for what the test cards complain about. https://docs.stripe.com/disputes/categories */
const NETWORK_CODES: Record<string, string> = { fraudulent: '10.4', product_not_received: '13.1' };

/** The cardholder of a test card that disputes complains about a charge that succeeded. */
export function openDispute(world: World, chargeId: string): void {
  const charge = world.tables.charge.get(chargeId);
  const method = world.tables.paymentMethod.get(charge?.payment_method ?? '');
  if (charge === undefined || method === undefined || charge.disputed) return;
  const kind = behaviour(world, method).dispute ?? 'fraudulent';
  const amount = charge.amount_captured - charge.amount_refunded;
  if (amount <= 0) return;
  const inquiry = kind === 'warning';
  const drafted = draft(world, charge, amount, inquiry ? 'fraudulent' : kind, inquiry);
  const dispute = inquiry ? drafted : withdrawn(world, charge, drafted);
  world.store.put(world.tables.dispute, dispute);
  const disputed = world.store.put(world.tables.charge, { ...charge, disputed: true });
  // A bank takes a debit back because its customer denies that they agreed.
  if (charge.payment_method_details.card === undefined) revokeMandates(world, charge.payment_method);
  emit(world, 'charge.dispute.created', dispute);
  if (!inquiry) emit(world, 'charge.dispute.funds_withdrawn', dispute);
  emit(world, 'charge.updated', disputed, charge);
  planDeadline(world, dispute, inquiry ? INQUIRY_SECONDS : EVIDENCE_SECONDS);
}

/** The bank of an inquiry was not satisfied: a dispute like any other, and the money goes. */
export function escalate(world: World, before: Dispute): void {
  const charge = world.tables.charge.get(before.charge);
  if (charge === undefined) return;
  const card = before.payment_method_details?.card;
  const dispute = world.store.put(world.tables.dispute, {
    ...withdrawn(world, charge, before),
    evidence_details: { ...before.evidence_details, due_by: world.clock.seconds() + EVIDENCE_SECONDS },
    is_charge_refundable: false,
    ...(card === undefined
      ? {}
      : { payment_method_details: { card: { ...card, case_type: 'chargeback' }, type: 'card' as const } }),
    status: 'needs_response',
  });
  emit(world, 'charge.dispute.updated', dispute, before);
  emit(world, 'charge.dispute.funds_withdrawn', dispute);
  planDeadline(world, dispute, EVIDENCE_SECONDS);
}

function withdrawn(world: World, charge: Charge, dispute: Dispute): Dispute {
  return { ...dispute, balance_transactions: [bookDispute(world, charge, dispute)] };
}

function planDeadline(world: World, { id }: Dispute, seconds: number): void {
  const at = world.clock.now() + seconds * 1000;
  onceAt(world, at, 'dispute_deadline', `${id}@${at}`);
}

function draft(world: World, charge: Charge, amount: number, reason: string, inquiry: boolean): Dispute {
  return {
    id: world.ids.next('du'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: world.clock.seconds(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence(),
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
    ...cardDetails(charge, reason, inquiry),
    reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  };
}

/** Only disputes of cards have details: those of bank debits are final. */
function cardDetails(charge: Charge, reason: string, inquiry: boolean): Pick<Dispute, 'payment_method_details'> {
  const { card, card_present: present } = charge.payment_method_details;
  const brand = card?.brand ?? present?.brand;
  if (brand === undefined) return {};
  return {
    payment_method_details: {
      card: {
        brand,
        case_type: inquiry ? 'inquiry' : 'chargeback',
        network: brand,
        network_reason_code: NETWORK_CODES[reason] ?? '10.4',
      },
      type: 'card',
    },
  };
}

function noEvidence(): Evidence {
  const nothing = Object.fromEntries(EVIDENCE_FIELDS.map((name) => [name, null]));
  // Every field of the type is in the list.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ...nothing, enhanced_evidence: {} } as Evidence;
}
