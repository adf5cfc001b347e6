import { invalidRequest } from '../../api/errors.js';
import type { Dispute, DisputeStatus } from '../../objects/dispute.js';
import type { World } from '../../world.js';
import { bookDispute } from '../charges/charge.book.js';
import { escalate } from './dispute.make.js';
import { emit } from '../events/events.js';
import { later } from '../jobs.js';

/** What the test bank makes of `uncategorized_text`; of any other evidence it makes nothing. https://docs.stripe.com/testing#disputes */
const VERDICTS: Record<string, 'escalate' | 'lost' | 'won'> = {
  escalate_inquiry_evidence: 'escalate',
  losing_evidence: 'lost',
  winning_evidence: 'won',
};
/** How long the test bank looks at it. */
const DECIDES_MS = 2_000;

const OPEN: readonly DisputeStatus[] = ['needs_response', 'warning_needs_response'];
const CLOSED: readonly DisputeStatus[] = ['lost', 'warning_closed', 'won'];

/** Refuses evidence once it is with the bank or the dispute is over. */
export function checkAnswerable(dispute: Dispute): void {
  if (OPEN.includes(dispute.status)) return;
  throw invalidRequest(
    `You cannot submit evidence for this dispute because it has a status of ${dispute.status}. Evidence can only be submitted while it has one of the following statuses: ${OPEN.join(', ')}.`,
  );
}

/** The dispute with its evidence handed to the bank; the row is the caller's to store. */
export function submitted(world: World, dispute: Dispute): Dispute {
  later(world, DECIDES_MS, 'decide_dispute', dispute.id);
  const details = dispute.evidence_details;
  return {
    ...dispute,
    evidence_details: { ...details, submission_count: details.submission_count + 1, submission_method: 'manual' },
    status: isInquiry(dispute) ? 'warning_under_review' : 'under_review',
  };
}

/** Job: the bank looked at the evidence. */
export function decideDispute(world: World, id: string): void {
  const dispute = world.tables.dispute.get(id);
  if (dispute?.status !== 'under_review' && dispute?.status !== 'warning_under_review') return;
  const verdict = VERDICTS[dispute.evidence.uncategorized_text ?? ''];
  if (verdict === undefined) return;
  if (verdict !== 'escalate') end(world, dispute, verdict);
  else if (isInquiry(dispute)) escalate(world, dispute);
}

/** Job: nobody answered in time. `ref` names the dispute and its deadline, which an escalation replaces. */
export function disputeDeadline(world: World, ref: string): void {
  const [id = ''] = ref.split('@');
  const dispute = world.tables.dispute.get(id);
  if (dispute === undefined || !OPEN.includes(dispute.status)) return;
  end(world, dispute, 'lost');
}

/** The merchant gives in. */
export function closeDispute(world: World, dispute: Dispute): Dispute {
  if (CLOSED.includes(dispute.status)) {
    throw invalidRequest(`This dispute is already closed: it has a status of ${dispute.status}.`);
  }
  return end(world, dispute, 'lost');
}

/** A full refund settles an inquiry; before it is a dispute no money is withdrawn. */
export function settleInquiries(world: World, charge: string): void {
  for (const dispute of [...world.tables.dispute.oldest('charge', charge)]) {
    if (isInquiry(dispute) && !CLOSED.includes(dispute.status)) end(world, dispute, 'lost');
  }
}

/** Money of the charge is with the cardholder's bank, so that it cannot be refunded as well. */
export function isChargedBack(world: World, charge: string): boolean {
  for (const dispute of world.tables.dispute.oldest('charge', charge)) {
    if (!isInquiry(dispute) && dispute.status !== 'won') return true;
  }
  return false;
}

function end(world: World, before: Dispute, verdict: 'lost' | 'won'): Dispute {
  const status = isInquiry(before) ? 'warning_closed' : verdict;
  const charge = world.tables.charge.get(before.charge);
  const reinstated = status === 'won' && charge !== undefined ? [bookDispute(world, charge, before, true)] : [];
  const closed = world.store.put(world.tables.dispute, {
    ...before,
    balance_transactions: [...before.balance_transactions, ...reinstated],
    status,
  });
  emit(world, 'charge.dispute.closed', closed, before);
  if (reinstated.length > 0) emit(world, 'charge.dispute.funds_reinstated', closed);
  return closed;
}

function isInquiry({ payment_method_details: details }: Dispute): boolean {
  return details?.card.case_type === 'inquiry';
}
