import { Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { newXid } from '../../../platform/common/xid.js';
import { RefundService } from '../../payment/charge/refund.service.js';
import type { Payment, RefundRequest } from '../../payment/record/payment.types.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { refundRowOf } from '../record/refund-row.js';
import { isCredit } from '../record/settling.js';
import { TransactionBook } from '../record/transaction-book.service.js';
import { standing } from '../record/transaction-changes.js';
import { mayBecome } from '../record/transaction-states.js';
import { TransactionPayments } from '../record/transaction-payments.service.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { AskedRefund, Transaction, TransactionChange } from '../record/transaction.types.js';
import { wrongStatus } from './capture-transaction.service.js';
import { TransactionReader } from './transaction-reader.service.js';

export interface RefundOrder {
  /** Absent: everything that is still refundable. */
  readonly amountMinor?: number | undefined;
  /** Part of the amount that gives surcharge back. */
  readonly surchargeMinor?: number | undefined;
}

/**
 * Contract gateway 5.11: gives back what has settled. The refund is drawn in its original's row, its money is reserved in the
 * payment's record, and its own row follows; whoever dies in between is gone on with under the same name.
 */
@Injectable()
export class RefundTransaction {
  constructor(
    private readonly reader: TransactionReader,
    private readonly rows: TransactionRepository,
    private readonly payments: TransactionPayments,
    private readonly refunds: RefundService,
    private readonly book: TransactionBook,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the refund's own transaction: `declined` where Stripe made none, `unknown` where it has not said.
   * @param refundId drawn and stored by whoever may ask again: the same id is the same refund
   * @throws AppError transaction_not_found, transaction_status, validation_failed (400), StoreError.
   */
  async refund(
    caller: GatewayPrincipal,
    id: string,
    order: RefundOrder,
    refundId = newXid(this.clock.now()),
  ): Promise<Transaction> {
    const seen = await this.reader.read(caller, id);
    const asked = await atFailpoint('transaction.ask_refund', () =>
      this.rows.changeUntil(seen, (row) => this.asking(row, refundId, caller.id, order)),
    );
    return this.carryOut(asked, refundId);
  }

  /** Goes on with a refund that the row asks for, and returns the refund's own row. */
  async carryOut(original: Transaction, refundId: string): Promise<Transaction> {
    const asked = original.refunds.find((one) => one.id === refundId);
    if (asked === undefined) throw new Error(`transaction ${original._id} asks for no refund ${refundId}`);
    const request = await this.send(original, asked);
    if (request === null) {
      await this.takeOut(original, refundId);
      throw new AppError('transaction_not_refundable', 'amount is greater than what is left to refund');
    }
    return this.written(original, asked, request);
  }

  /** Returns null when the payment's record has no money left for it. */
  private async send(original: Transaction, { id: rid, amountMinor }: AskedRefund): Promise<RefundRequest | null> {
    try {
      const { payment, refund } = await this.refunds.refund(await this.payments.of(original), { rid, amountMinor });
      await this.book.book(original, payment);
      return refund;
    } catch (error) {
      if (error instanceof AppError && error.code === 'payment_not_refundable') return null;
      throw error;
    }
  }

  /** Writes the rows of refunds whose request has died, and tells those that are there what became of them. */
  async tell(original: Transaction, { refundRequests = [] }: Payment): Promise<void> {
    for (const asked of original.refunds) {
      const request = refundRequests.find(({ rid }) => rid === asked.id);
      if (request !== undefined) await this.written(original, asked, request);
    }
  }

  private async written(original: Transaction, asked: AskedRefund, request: RefundRequest): Promise<Transaction> {
    const row = refundRowOf(original, asked, request, this.clock.date());
    const { document } = await atFailpoint('transaction.insert_refund', () => this.rows.insert(row));
    return atFailpoint('transaction.refund_told', () =>
      this.rows.changeUntil(document, (current) => afterRequest(current, row, this.clock.date())),
    );
  }

  /** Takes a refund out that was never reserved. */
  private takeOut(original: Transaction, refundId: string): Promise<Transaction> {
    return atFailpoint('transaction.take_out', () =>
      this.rows.changeUntil(original, (row) => {
        const gone = row.refunds.find(({ id }) => id === refundId);
        if (gone === undefined) return null;
        const refunds = row.refunds.filter((one) => one !== gone);
        const refundedMinor = row.refundedMinor - gone.amountMinor;
        return { refunds, refundedMinor, nextCheckAt: this.book.nextCheckOf({ ...row, refunds }) };
      }),
    );
  }

  private asking(row: Transaction, id: string, userId: string, order: RefundOrder): TransactionChange | null {
    if (row.refunds.some((one) => one.id === id)) return null;
    // A refund settles too, and has the payment of its original: it would be given back a second time.
    if (row.status !== 'settled' || row.settledMinor === 0 || isCredit(row)) throw wrongStatus();
    const left = row.settledMinor - row.refundedMinor;
    const { amountMinor = left, surchargeMinor = 0 } = order;
    if (amountMinor < 1 || amountMinor > left) throw invalidRequest(`amount must be from 1 to ${left}`);
    const surchargeLeft = row.surchargeMinor - standing(row.refunds).reduce((sum, one) => sum + one.surchargeMinor, 0);
    const most = Math.min(surchargeLeft, amountMinor);
    if (surchargeMinor > most) throw invalidRequest(`surcharge must not be greater than ${most}`);
    const asked: AskedRefund = { id, amountMinor, surchargeMinor, userId, at: this.clock.date(), state: 'asked' };
    const refunds = [...row.refunds, asked];
    const refundedMinor = row.refundedMinor + amountMinor;
    return { refunds, refundedMinor, updatedAt: asked.at, nextCheckAt: this.book.nextCheckOf({ ...row, refunds }) };
  }
}

/** The refund's row as the request is by now, where it was written before. */
function afterRequest(current: Transaction, row: Omit<Transaction, 'v' | 'w'>, now: Date): TransactionChange | null {
  if (current.status === row.status || !mayBecome(current.status, row.status)) return null;
  const { status, responseCode, answer, answeredAt } = row;
  return { status, responseCode, answer, answeredAt, updatedAt: now };
}
