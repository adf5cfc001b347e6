import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CaptureService } from '../../payment/charge/capture.service.js';
import { ChargeService } from '../../payment/charge/charge.service.js';
import { RefundService } from '../../payment/charge/refund.service.js';
import { isFinal } from '../../payment/record/payment-states.js';
import type { Payment } from '../../payment/record/payment.types.js';
import { refundableMinor } from '../../payment/record/refund-changes.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { TransactionBook } from '../record/transaction-book.service.js';
import { voidNameOf } from '../record/transaction-changes.js';
import { TransactionPayments } from '../record/transaction-payments.service.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { AskedWork, Transaction, TransactionChange } from '../record/transaction.types.js';
import { wrongStatus } from './capture-transaction.service.js';
import { TransactionReader } from './transaction-reader.service.js';

type VoidWork = Extract<AskedWork, { kind: 'void' }>;

/**
 * Contract gateway 5.10: cancels what has not settled. The status changes in one swap, which settlement cannot cross; then
 * Stripe is asked to release what is held or to give back what was taken, by the resolver too, until it has.
 */
@Injectable()
export class VoidTransaction {
  constructor(
    private readonly reader: TransactionReader,
    private readonly rows: TransactionRepository,
    private readonly payments: TransactionPayments,
    private readonly captures: CaptureService,
    private readonly charges: ChargeService,
    private readonly refunds: RefundService,
    private readonly book: TransactionBook,
    private readonly clock: Clock,
  ) {}

  /** Throws AppError transaction_not_found, transaction_status (400), StoreError. */
  async void(caller: GatewayPrincipal, id: string): Promise<Transaction> {
    const seen = await this.reader.read(caller, id);
    const asked = await atFailpoint('transaction.ask_void', () =>
      this.rows.changeUntil(seen, (row) => this.asking(row)),
    );
    const done = await this.carryOut(asked);
    if (done.status !== 'voided' && done.status !== 'reversed') throw wrongStatus();
    return done;
  }

  private asking(row: Transaction): TransactionChange {
    const { status } = row;
    const mayBeVoided = status === 'authorized' || status === 'pending' || status === 'pending_settlement';
    if (!mayBeVoided || row.asked !== null || row.type === 'refund' || isOpenVoucher(row)) throw wrongStatus();
    const asked = { kind: 'void', from: status } as const;
    const voids = row.voids + 1;
    const next = { ...row, asked, status: status === 'authorized' ? ('reversed' as const) : ('voided' as const) };
    return {
      asked,
      voids,
      status: next.status,
      updatedAt: this.clock.date(),
      nextCheckAt: this.book.nextCheckOf(next),
    };
  }

  /** Goes on with the void that the row asks for. */
  async carryOut(row: Transaction): Promise<Transaction> {
    const { asked } = row;
    if (asked?.kind !== 'void') return row;
    const payment = await this.cancel(await this.payments.of(row), row, asked);
    const booked = await this.book.book(row, payment);
    return isDone(booked, payment) ? this.finished(booked) : booked;
  }

  /** What was taken is refunded whole; what a bank is at work on is left to it, and refunded once it has come. */
  private async cancel(payment: Payment, row: Transaction, { from }: VoidWork): Promise<Payment> {
    try {
      // A hold that was captured elsewhere meanwhile: the void came too late, and is asked for again as one of a sale.
      if (payment.state === 'SUCCEEDED') return from === 'authorized' ? payment : await this.giveBack(payment, row);
      if (payment.state === 'REQUIRES_CAPTURE' && from === 'authorized')
        return (await this.captures.release(payment)).payment;
      if (payment.state === 'REQUIRES_ACTION') return (await this.charges.cancel(payment)).payment;
      return payment;
    } catch (error) {
      const isRefusal =
        error instanceof AppError &&
        (error.code === 'payment_not_cancelable' || error.code === 'payment_not_refundable');
      if (!isRefusal) throw error;
      return this.payments.of(row);
    }
  }

  private async giveBack(payment: Payment, row: Transaction): Promise<Payment> {
    const rid = voidNameOf(row);
    const known = payment.refundRequests?.find((one) => one.rid === rid);
    if (known !== undefined) return (await this.refunds.refund(payment, known)).payment;
    // What was given back in Stripe's dashboard may not be known here yet.
    const current = await this.refunds.refresh(payment);
    const amountMinor = refundableMinor(current);
    return amountMinor < 1 ? current : (await this.refunds.refund(current, { rid, amountMinor })).payment;
  }

  private finished(row: Transaction): Promise<Transaction> {
    return atFailpoint('transaction.voided', () =>
      this.rows.changeUntil(row, (current) =>
        current.asked?.kind === 'void'
          ? {
              asked: null,
              updatedAt: this.clock.date(),
              nextCheckAt: this.book.nextCheckOf({ ...current, asked: null }),
            }
          : null,
      ),
    );
  }
}

/** A voucher that somebody may carry to the shop cannot be canceled, and what is paid with it cannot be refunded. */
function isOpenVoucher({ method, status }: Transaction): boolean {
  return status === 'pending' && method.type === 'apm' && method.apm === 'oxxo';
}

/** Nothing is left to do: the hold is released, or the refund is made and only its way to the payer is open. */
function isDone(row: Transaction, payment: Payment): boolean {
  if (!isFinal(payment)) return false;
  const refund = payment.refundRequests?.find(({ rid }) => rid === voidNameOf(row));
  if (payment.state !== 'SUCCEEDED') return true;
  return refund === undefined ? refundableMinor(payment) < 1 : refund.state !== 'asked';
}
