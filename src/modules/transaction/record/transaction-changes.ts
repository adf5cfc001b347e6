import { isDeepStrictEqual } from 'node:util';
import type { ProviderCharge } from '../../../platform/stripe/stripe-charges.js';
import { maskedLastFour } from '../../customer/record/method-facts.js';
import { chargeOutcomeOf, declineOf } from '../../payment/charge/charge-outcome.js';
import type { ChargeOutcome } from '../../payment/charge/charge.types.js';
import { takenMinor } from '../../payment/record/payment-states.js';
import type { Payment, RecordedDispute } from '../../payment/record/payment.types.js';
import { avsCodeOf, cvvCodeOf } from './check-codes.js';
import { isApproved, RESPONSE, responseCodeOf } from './response-codes.js';
import { mayBecome } from './transaction-states.js';
import type {
  ProcessorAnswer,
  Transaction,
  TransactionChange,
  TransactionEvent,
  TransactionStatus,
} from './transaction.types.js';

/** Pure: what a payment, as it stands, means for the row of its attempt. Nothing here reads or writes. */

/** The status and number of a row, and what goes with them. */
type Told = Required<Pick<TransactionChange, 'status' | 'responseCode'>> & TransactionChange;

/**
 * Returns what the payment's state changes in the row: the same for the request that charged, for news of the payment and for
 * the resolver, so that whoever comes first writes it and the others find it done. Null: nothing.
 * @param charge what the issuer said; null where nobody could say
 */
export function afterPayment(
  row: Transaction,
  payment: Payment,
  charge: ProviderCharge | null,
  now: Date,
): TransactionChange | null {
  const told = toldBy(row, payment, charge, now);
  const answered = told === null ? null : answerOf(row, payment, charge, told, now);
  const news = { ...refundNews(row, payment), ...disputeNews(row, payment.disputes ?? []) };
  const change = { ...told, ...answered, ...news };
  return changesNothing(row, change) ? null : { ...change, updatedAt: now };
}

function changesNothing(row: Transaction, change: TransactionChange): boolean {
  return Object.entries(change).every(([field, value]) => isDeepStrictEqual(row[field as keyof Transaction], value));
}

function toldBy(row: Transaction, payment: Payment, charge: ProviderCharge | null, now: Date): Told | null {
  const outcome = chargeOutcomeOf(payment);
  const told = statusOf(row, payment, outcome, charge, now);
  return told === null || !mayBecome(row.status, told.status) ? null : told;
}

/** Statuses that money has made, and that no look at the charge takes back. */
const DONE: readonly TransactionStatus[] = ['settled', 'refunded'];

function statusOf(
  row: Transaction,
  payment: Payment,
  outcome: ChargeOutcome,
  charge: ProviderCharge | null,
  now: Date,
): Told | null {
  if (DONE.includes(row.status)) return null;
  switch (outcome) {
    case 'succeeded':
      return succeeded(row, payment, now);
    case 'authorized':
      return authorized(row, payment);
    case 'pending':
      return underWay(row, payment, now);
    case 'canceling':
      return null;
    case 'declined':
    case 'failed':
    case 'rejected':
    case 'canceled':
      return ended(row, payment, outcome, charge);
  }
}

function succeeded(row: Transaction, payment: Payment, now: Date): Told | null {
  // The void gives the money back; if Stripe does not let it, the sale stands.
  if (row.status === 'voided' && !hasVoidFailed(row, payment)) return null;
  return {
    status: 'pending_settlement',
    responseCode: approvalOf(row),
    authorizedMinor: row.authorizedMinor === 0 ? row.amountMinor : row.authorizedMinor,
    capturedMinor: takenMinor(payment),
    capturedAt: row.capturedAt ?? payment.finalAt ?? now,
    fundsPending: false,
    ...(row.asked === null ? {} : capturedBy(row)),
    asked: null,
  };
}

/** Names the refund of the newest void among those of the payment. */
export const voidNameOf = ({ _id, voids }: Pick<Transaction, '_id' | 'voids'>): string =>
  voids > 1 ? `void-${_id}-${voids}` : `void-${_id}`;

function hasVoidFailed(row: Transaction, { refundRequests = [] }: Payment): boolean {
  const name = voidNameOf(row);
  return refundRequests.some(({ rid, state }) => rid === name && (state === 'refused' || state === 'failed'));
}

/** Fields that a capture names anew count once the money is taken. */
function capturedBy({ asked }: Transaction): TransactionChange {
  if (asked?.kind !== 'capture') return {};
  const { taxMinor, shippingMinor, taxExempt, orderId, poNumber, ipAddress } = asked;
  return { taxMinor, shippingMinor, taxExempt, orderId, poNumber, ipAddress };
}

/** Only full approvals come from Stripe: 110 waits for partial ones. */
const approvalOf = (row: Transaction): number =>
  row.responseCode === RESPONSE.approvedInPart ? RESPONSE.approvedInPart : RESPONSE.approved;

function authorized(row: Transaction, payment: Payment): Told | null {
  // Stripe has not said yet whether it takes the amount.
  if (row.asked?.kind === 'capture' && payment.capture?.state !== 'refused')
    return { status: 'unknown', responseCode: RESPONSE.unknown };
  if (row.asked?.kind === 'void') return null;
  const approved = { status: 'authorized', responseCode: approvalOf(row) } as const;
  return { ...approved, authorizedMinor: payment.amountMinor, asked: null };
}

/** A debit that the bank has taken up is approved, as its clients expect; one whose payer must act is not. */
function underWay(row: Transaction, payment: Payment, now: Date): Told | null {
  if (row.asked?.kind === 'void') return null;
  if (payment.state === 'PROCESSING')
    return {
      status: 'pending_settlement',
      responseCode: RESPONSE.approved,
      authorizedMinor: row.amountMinor,
      capturedMinor: row.amountMinor,
      capturedAt: row.capturedAt ?? now,
      fundsPending: true,
    };
  if (payment.state === 'REQUIRES_ACTION') return { status: 'pending', responseCode: RESPONSE.awaitingRedirect };
  return row.status === 'unknown' ? { status: 'unknown', responseCode: RESPONSE.unknown } : null;
}

function ended(
  row: Transaction,
  payment: Payment,
  outcome: 'declined' | 'failed' | 'rejected' | 'canceled',
  charge: ProviderCharge | null,
): Told | null {
  const { status, responseCode } = row;
  if (status === 'voided' || status === 'reversed')
    return row.asked === null ? null : { status, responseCode, asked: null };
  // Held, and released: by a void elsewhere, or because nobody captured it in time.
  if (row.authorizedMinor > 0 && outcome === 'canceled' && row.capturedAt === null)
    return { status: 'reversed', responseCode: RESPONSE.approved, asked: null };
  const nothing = { authorizedMinor: 0, capturedMinor: 0, capturedAt: null, fundsPending: false, asked: null };
  return { status: 'declined', responseCode: codeOf(payment, outcome, charge), ...nothing };
}

function codeOf(
  payment: Payment,
  outcome: 'declined' | 'failed' | 'rejected' | 'canceled',
  charge: ProviderCharge | null,
) {
  if (payment.state === 'REJECTED') return responseCodeOf({ code: 'invalid_amount', isBlocked: false });
  if (outcome === 'rejected' || outcome === 'canceled') return RESPONSE.processorError;
  const reason = declineOf(payment)?.reason ?? null;
  return READER_CODES.get(reason ?? '') ?? responseCodeOf({ code: reason, isBlocked: charge?.isBlocked === true });
}

/** Why a reader took no card; no issuer was asked. */
const READER_CODES: ReadonlyMap<string, number> = new Map([
  ['terminal_reader_offline', RESPONSE.noConnection],
  ['terminal_reader_busy', RESPONSE.processorError],
]);

/** The issuer's answer, once: what comes later is news of something else. A debit that came back has its reason told anew. */
function answerOf(
  row: Transaction,
  payment: Payment,
  charge: ProviderCharge | null,
  told: Told,
  now: Date,
): TransactionChange {
  if (told.status === 'unknown' || told.status === 'reversed') return {};
  const isSame = row.answeredAt !== null && isApproved(told.responseCode) === isApproved(row.responseCode);
  if (isSame && (charge === null || row.answer.authCode !== '')) return {};
  const answer = processorAnswer(payment, charge, told.responseCode);
  return { answer, answeredAt: row.answeredAt ?? now, ...(charge === null ? {} : methodOf(row, charge)) };
}

/** What only the charge tells of the method. */
function methodOf({ method }: Transaction, charge: ProviderCharge): Pick<TransactionChange, 'method'> {
  if (method.type === 'card') return { method: withBrand(method, charge) };
  if (method.type !== 'terminal' || charge.lastFour === '') return {};
  const { brand, lastFour, cardholderName, entryMode: entryType } = charge;
  return { method: { ...method, brand, maskedNumber: maskedLastFour(lastFour), cardholderName, entryType } };
}

function withBrand(method: Extract<Transaction['method'], { type: 'card' }>, { brand }: ProviderCharge) {
  return method.brand !== '' || brand === '' ? method : { ...method, brand };
}

/** Contract gateway 5.1.10: the processor's own code and words. */
function processorAnswer(payment: Payment, charge: ProviderCharge | null, responseCode: number): ProcessorAnswer {
  const authCode = charge?.authCode ?? '';
  const checks = {
    avs: avsCodeOf(charge?.streetCheck ?? null, charge?.postalCodeCheck ?? null),
    cvv: cvvCodeOf(charge?.cvcCheck ?? null),
  };
  if (isApproved(responseCode))
    return { ...checks, authCode, code: '00', text: authCode === '' ? 'APPROVAL' : `APPROVAL ${authCode}` };
  const decline = declineOf(payment);
  return { ...checks, authCode: '', code: decline?.reason ?? '', text: decline?.message ?? '' };
}

/** The ends of refunds that were asked for, and the sum of those that stand. */
function refundNews(row: Transaction, payment: Payment): TransactionChange {
  const states = new Map((payment.refundRequests ?? []).map(({ rid, state }) => [rid, state]));
  const refunds = row.refunds.map((refund) => {
    const state = refundStateOf(states.get(refund.id)) ?? refund.state;
    return state === refund.state ? refund : { ...refund, state };
  });
  const isSame = refunds.every((refund, n) => refund === row.refunds[n]);
  return { ...(isSame ? {} : { refunds }), ...withRefunded(row, refunds, elsewhereMinor(payment)) };
}

/** Money that was given back without a transaction of ours: in Stripe's dashboard. */
function elsewhereMinor({ refunds = [], refundRequests = [] }: Payment): number {
  const ours = new Set(refundRequests.map(({ providerRefundId }) => providerRefundId));
  return sumOf(refunds.filter(({ id }) => !ours.has(id)));
}

function refundStateOf(state: string | undefined): 'done' | 'refused' | 'failed' | null {
  if (state === 'succeeded' || state === 'pending') return 'done';
  return state === 'refused' || state === 'failed' ? state : null;
}

/** Returns the sum of refunds and what it makes of the status; one that failed gives the money back to us. */
function withRefunded(row: Transaction, refunds: Transaction['refunds'], elsewhere: number): TransactionChange {
  const refundedMinor = sumOf(standing(refunds)) + elsewhere;
  const doneMinor = sumOf(refunds.filter(({ state }) => state === 'done')) + elsewhere;
  const isWhole = doneMinor > 0 && doneMinor >= row.settledMinor;
  if (row.status === 'settled' && isWhole) return { refundedMinor, status: 'refunded' };
  if (row.status === 'refunded' && !isWhole) return { refundedMinor, status: 'settled' };
  return { refundedMinor };
}

/** The refunds that count: not those that Stripe made none of, or that came back. */
export function standing(refunds: Transaction['refunds']): Transaction['refunds'] {
  return refunds.filter(({ state }) => state === 'asked' || state === 'done');
}

const sumOf = (amounts: readonly { readonly amountMinor: number }[]): number =>
  amounts.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

function disputeNews(row: Transaction, disputes: readonly RecordedDispute[]): TransactionChange {
  const known = new Set(row.events.map(({ id }) => id));
  const news = disputes.map(disputeEvent).filter(({ id }) => !known.has(id));
  return news.length === 0 ? {} : { events: [...row.events, ...news] };
}

/** A dispute is told again when Stripe's word for it changes. */
function disputeEvent({ id, amountMinor, reason, status, at }: RecordedDispute): TransactionEvent {
  return { id: `${id}:${status}`, type: 'dispute', at, amountMinor, detail: `${status}: ${reason}` };
}
