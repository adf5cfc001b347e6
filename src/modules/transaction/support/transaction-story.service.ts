import { Injectable } from '@nestjs/common';
import type { AuditRecord } from '../../audit/audit.schema.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { AppError } from '../../../platform/common/app-error.js';
import { InboxRepository } from '../../../platform/stripe/webhook/inbox.repository.js';
import { PaymentRepository } from '../../payment/record/payment.repository.js';
import type { Payment } from '../../payment/record/payment.types.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { Transaction } from '../record/transaction.types.js';

/** One thing that happened, for somebody who has to explain it. */
export interface StoryLine {
  readonly at: Date;
  /** Where it is written: `transaction`, `payment`, `event`, `effect`, `audit`. */
  readonly where: string;
  readonly what: string;
}

export interface TransactionStory {
  /** The transaction, its refunds, and others of the same payment, oldest first. */
  readonly transactions: readonly Transaction[];
  readonly payment: Payment | null;
  /** Idempotency keys that Stripe may have been asked under, to be looked for in its dashboard. */
  readonly keys: readonly string[];
  readonly lines: readonly StoryLine[];
}

/** The whole story of a transaction, for support: reads only. */
@Injectable()
export class TransactionStories {
  constructor(
    private readonly rows: TransactionRepository,
    private readonly payments: PaymentRepository,
    private readonly inbox: InboxRepository,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * @param id of a transaction, a payment or a PaymentIntent
   * @throws AppError transaction_not_found, StoreError
   */
  async of(id: string): Promise<TransactionStory> {
    const row = await this.rows.load(id);
    const payment = await this.paymentOf(row, id);
    const found = payment === null ? [] : await this.rows.ofPayment(payment._id);
    const transactions = found.length > 0 ? found : row === null ? [] : [row];
    if (transactions.length === 0) throw new AppError('transaction_not_found', 'there is no such transaction');
    const events = payment?.providerPaymentId === undefined ? [] : await this.inbox.of(payment.providerPaymentId);
    const entries = await this.trail.about(namesOf(transactions, payment));
    const lines = [
      ...transactions.flatMap(linesOfRow),
      ...(payment === null ? [] : linesOfPayment(payment)),
      ...events.map(({ _id, type, state, receivedAt }) => ({
        at: receivedAt,
        where: 'event',
        what: `${type} ${_id} ${state}`,
      })),
      ...entries.map(lineOfEntry),
    ];
    return {
      transactions,
      payment,
      keys: [...transactions.flatMap(keysOfRow), ...(payment === null ? [] : keysOf(payment))],
      lines: lines.toSorted((a, b) => a.at.getTime() - b.at.getTime()),
    };
  }

  private async paymentOf(row: Transaction | null, id: string): Promise<Payment | null> {
    if (row !== null) return row.paymentId === null ? null : this.payments.load(row.paymentId);
    return id.startsWith('pi_') ? this.payments.findByProviderPayment(id) : this.payments.load(id);
  }
}

/** Ids under which somebody may have done something to it by hand. */
function namesOf(transactions: readonly Transaction[], payment: Payment | null): string[] {
  const ids = transactions.flatMap(({ _id, settlementBatchId }) => [_id, settlementBatchId]);
  return [...new Set([...ids, payment?._id ?? '', payment?.providerPaymentId ?? ''])].filter((id) => id !== '');
}

function lineOfEntry({ at, action, result, reason, actorKind, actorId, objectId }: AuditRecord): StoryLine {
  const why = reason === null ? '' : ` (${reason})`;
  return { at, where: 'audit', what: `${action} of ${objectId} by ${actorKind} ${actorId}: ${result}${why}` };
}

function linesOfRow(row: Transaction): StoryLine[] {
  const line = (at: Date | null, what: string) => (at === null ? [] : [{ at, where: 'transaction', what }]);
  return [
    ...line(row.createdAt, `${row._id} ${row.type} ${row.amountMinor} ${row.currency} sent by ${row.userId}`),
    ...line(row.answeredAt, `${row._id} answered ${row.responseCode} ${row.answer.code} ${row.answer.text}`.trim()),
    ...line(row.capturedAt, `${row._id} captured ${row.capturedMinor}`),
    ...line(row.settledAt, `${row._id} settled ${row.settledMinor} in batch ${row.settlementBatchId}`),
    ...row.refunds.flatMap(({ at, id, amountMinor, state }) => line(at, `refund ${id} of ${amountMinor}: ${state}`)),
    ...row.events.flatMap(({ at, type, detail }) => line(at, `${type} ${detail}`)),
    ...line(row.updatedAt, `${row._id} is ${row.status}${row.asked === null ? '' : `, ${row.asked.kind} asked for`}`),
  ];
}

function linesOfPayment(payment: Payment): StoryLine[] {
  const line = (at: Date | null | undefined, what: string) => (at == null ? [] : [{ at, where: 'payment', what }]);
  return [
    ...line(payment.createdAt, `${payment._id} recorded`),
    ...payment.settled.flatMap(({ at, n, result, decline }) =>
      line(at, `attempt ${n}: ${result}${decline === null ? '' : ` ${decline.reason}`}`),
    ),
    ...line(payment.attempt?.startedAt, `attempt ${payment.attempt?.n} started`),
    ...line(payment.capture?.askedAt, `capture of ${payment.capture?.amountMinor}: ${payment.capture?.state}`),
    ...(payment.refundRequests ?? []).flatMap(({ askedAt, rid, amountMinor, state }) =>
      line(askedAt, `refund ${rid} of ${amountMinor}: ${state}`),
    ),
    ...(payment.refunds ?? []).flatMap(({ at, id, amountMinor }) => line(at, `${id} of ${amountMinor} at Stripe`)),
    ...(payment.disputes ?? []).flatMap(({ at, id, status, reason }) => line(at, `${id} ${status}: ${reason}`)),
    ...payment.effects.flatMap(({ doneAt, type, consumer }) =>
      line(doneAt, `${type} told to ${consumer ?? 'receipt'}`).map((one) => ({ ...one, where: 'effect' })),
    ),
    ...line(payment.finalAt, `${payment.state}`),
  ];
}

const keysOfRow = ({ _id, type }: Transaction): string[] =>
  type === 'refund'
    ? []
    : [`transaction:${_id}:method:0`, ...(type === 'verification' ? [`transaction:${_id}:verify:0`] : [])];

function keysOf(payment: Payment): string[] {
  const { _id, createGeneration, attempt, capture, cancelRequested, cancelGeneration } = payment;
  return [
    `${_id}:create:${createGeneration}`,
    ...(attempt === null ? [] : [`${_id}:confirm:${attempt.n}:${attempt.generation}`]),
    ...(capture == null ? [] : [`${_id}:capture:${capture.generation}`]),
    ...(cancelRequested || payment.state === 'CANCELED' ? [`${_id}:cancel:${cancelGeneration}`] : []),
    ...(payment.refundRequests ?? []).map(({ rid, generation }) => `${_id}:refund:${rid}:${generation}`),
  ];
}
