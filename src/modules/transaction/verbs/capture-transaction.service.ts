import { Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { whyNotChargeable } from '../../../platform/common/currency.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CaptureService } from '../../payment/charge/capture.service.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { TransactionBook } from '../record/transaction-book.service.js';
import { TransactionPayments } from '../record/transaction-payments.service.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { AskedWork, Transaction, TransactionChange } from '../record/transaction.types.js';
import { TransactionReader } from './transaction-reader.service.js';

/** Fields that a capture may name anew; absent: as authorized. */
export interface CaptureOrder {
  readonly amountMinor?: number | undefined;
  readonly taxMinor?: number | undefined;
  readonly shippingMinor?: number | undefined;
  readonly taxExempt?: boolean | undefined;
  readonly orderId?: string | undefined;
  readonly poNumber?: string | undefined;
  readonly ipAddress?: string | undefined;
}

type CaptureWork = Extract<AskedWork, { kind: 'capture' }>;

/** Contract gateway 5.9: takes what a transaction holds, once; the rest of the hold is released. */
@Injectable()
export class CaptureTransaction {
  constructor(
    private readonly reader: TransactionReader,
    private readonly rows: TransactionRepository,
    private readonly payments: TransactionPayments,
    private readonly captures: CaptureService,
    private readonly book: TransactionBook,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the transaction; `unknown` where Stripe has not said, and the resolver goes on.
   * @throws AppError transaction_not_found, transaction_status (400), validation_failed, StoreError.
   */
  async capture(caller: GatewayPrincipal, id: string, order: CaptureOrder): Promise<Transaction> {
    const seen = await this.reader.read(caller, id);
    const asked = await atFailpoint('transaction.ask_capture', () =>
      this.rows.changeUntil(seen, (row) => this.asking(row, order)),
    );
    return this.carryOut(asked);
  }

  /** Goes on with the capture that the row asks for. */
  async carryOut(row: Transaction): Promise<Transaction> {
    const { asked } = row;
    if (asked?.kind !== 'capture') return row;
    const payment = await this.payments.of(row);
    try {
      const captured = await this.captures.capture(payment, asked.amountMinor);
      return await this.book.book(row, captured.payment);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'payment_not_capturable') throw error;
      await this.book.book(row, await this.payments.of(row));
      throw wrongStatus();
    }
  }

  private asking(row: Transaction, order: CaptureOrder): TransactionChange {
    if (row.status !== 'authorized' || row.asked !== null) throw wrongStatus();
    const { amountMinor = row.authorizedMinor } = order;
    if (amountMinor < 1 || amountMinor > row.authorizedMinor)
      throw invalidRequest(`amount must be from 1 to ${row.authorizedMinor}`);
    const problem = whyNotChargeable(amountMinor, row.currency);
    if (problem !== null) throw invalidRequest(problem);
    const asked = captureOf(row, { ...order, amountMinor });
    const now = this.clock.date();
    return { asked, updatedAt: now, nextCheckAt: this.book.nextCheckOf({ ...row, asked }) };
  }
}

function captureOf(row: Transaction, order: CaptureOrder & { readonly amountMinor: number }): CaptureWork {
  return {
    kind: 'capture',
    amountMinor: order.amountMinor,
    taxMinor: order.taxMinor ?? row.taxMinor,
    shippingMinor: order.shippingMinor ?? row.shippingMinor,
    taxExempt: order.taxExempt ?? false,
    orderId: order.orderId ?? row.orderId,
    poNumber: order.poNumber ?? row.poNumber,
    ipAddress: order.ipAddress ?? row.ipAddress,
  };
}

/** Contract gateway 5.1.11: everything that its table does not have. */
export function wrongStatus(): AppError {
  return new AppError('transaction_status', 'invalid transaction status');
}
