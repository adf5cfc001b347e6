import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import { PaymentRepository } from '../payment/record/payment.repository.js';
import { ownerOf } from '../payment/record/payment-owner.js';
import { takenMinor } from '../payment/record/payment-states.js';
import type { Payment } from '../payment/record/payment.types.js';
import { afterPayment } from '../transaction/record/transaction-changes.js';
import { TransactionRepository } from '../transaction/record/transaction.repository.js';
import type { Transaction } from '../transaction/record/transaction.types.js';
import { CouldNotReconcile } from './could-not-reconcile.js';
import type { Span } from './reconciliation.types.js';

/** A gateway transaction that says something else than its payment. */
export interface RowDifference {
  readonly paymentId: string;
  /** Empty where the payment has none. */
  readonly transactionId: string;
  /** Fields in which they differ, and what each says. */
  readonly detail: string;
}

/** Compares the gateway's rows with the payments behind them. It only reads. */
@Injectable()
export class TransactionRows {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly rows: TransactionRepository,
    private readonly clock: Clock,
  ) {}

  /** Returns what differs among the payments that were paid within the span. Throws CouldNotReconcile, StoreError. */
  async differing(span: Span, isOver: () => boolean): Promise<RowDifference[]> {
    const found: RowDifference[] = [];
    for (const { _id, scope } of await this.payments.paidBetween(span.from, span.until)) {
      if (isOver()) throw new CouldNotReconcile('ended before all transactions were compared');
      if (ownerOf({ scope }).surface === 'gateway') found.push(...(await this.ofPayment(_id)));
    }
    return found;
  }

  private async ofPayment(paymentId: string): Promise<RowDifference[]> {
    // The payment first: a row that is written meanwhile knows more, not less.
    const payment = await this.payments.load(paymentId);
    const originals = (await this.rows.ofPayment(paymentId)).filter(({ type }) => type !== 'refund');
    if (payment === null) return [];
    if (originals.length === 0) return [{ paymentId, transactionId: '', detail: 'has no transaction' }];
    return originals.flatMap((row) => {
      const detail = disagreement(row, payment, this.clock.date());
      return detail === null ? [] : [{ paymentId, transactionId: row._id, detail }];
    });
  }
}

/** Fields that are about money; the others may be news that nobody has told yet. */
const COMPARED = ['status', 'authorizedMinor', 'capturedMinor', 'refundedMinor', 'fundsPending'] as const;

/** Pure: returns what the payment would change in the row, were it read now; null where they agree. */
export function disagreement(row: Transaction, payment: Payment, now: Date): string | null {
  const kept = keptByVoid(row, payment);
  if (kept !== null) return kept;
  const change = { ...settledMeanwhile(row, payment), ...afterPayment(row, payment, null, now) };
  const differing = COMPARED.filter((field) => change[field] !== undefined && change[field] !== row[field]);
  if (differing.length === 0) return null;
  return differing.map((field) => `${field} is ${row[field]}, by the payment ${change[field]}`).join('; ');
}

/** Tells what a void has not given back, though it is over. */
function keptByVoid({ status, asked }: Transaction, payment: Payment): string | null {
  if (status !== 'voided' || asked !== null) return null;
  const given = (payment.refunds ?? []).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return given === takenMinor(payment) ? null : `is voided, ${takenMinor(payment)} was taken and ${given} given back`;
}

/** Returns what was captured of a settled row, which no news looks at again. */
function settledMeanwhile({ status }: Transaction, payment: Payment): { readonly capturedMinor?: number } {
  return status === 'settled' || status === 'refunded' ? { capturedMinor: takenMinor(payment) } : {};
}
