import { Inject, Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { PaymentRefunder } from '../provider/payment-refunder.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment, PaymentChange, RefundRequest } from '../record/payment.types.js';
import { refundableMinor, reservingRefund } from '../record/refund-changes.js';

/** Names of refunds are in Stripe's keys and metadata. */
const RID = /^[\w.-]{1,64}$/;

export interface Refunded {
  readonly payment: Payment;
  /** `asked` and `pending`: nobody knows yet, the resolver finishes it. `refused` and `failed`: the money is with us. */
  readonly refund: RefundRequest;
}

/** Gives money back: any part of what was taken, any number of times, never more than was taken. */
@Injectable()
export class RefundService {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly refunder: PaymentRefunder,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Refunds, or returns what became of the refund of that name.
   * @param rid names the refund among those of the payment; the same name is the same refund for ever
   * @throws AppError validation_failed; payment_not_refundable (409): nothing was taken, or less is left; refund_mismatch
   *   (409): the name belongs to a refund of another amount; StoreError.
   */
  async refund(payment: Payment, { rid, amountMinor }: { rid: string; amountMinor: number }): Promise<Refunded> {
    if (!RID.test(rid)) throw new Error(`${rid} cannot name a refund`);
    if (!Number.isSafeInteger(amountMinor) || amountMinor < 1) throw invalidRequest('amount must be 1 or more');
    const reserved = await atFailpoint('refund.reserve', () =>
      this.payments.changeUntil(payment, (current) => this.reserving(current, rid, amountMinor)),
    );
    const current = await this.refunder.refund(reserved, rid);
    const refund = current.refundRequests?.find((one) => one.rid === rid);
    if (refund === undefined) throw new Error(`refund ${rid} of ${payment._id} has vanished`);
    if (refund.amountMinor !== amountMinor) throw mismatch();
    return { payment: current, refund };
  }

  /** Returns the payment with the refunds that Stripe has by now; as it is, where Stripe did not say. Throws StoreError. */
  async refresh(payment: Payment): Promise<Payment> {
    return (await this.refunder.list(payment)) ?? payment;
  }

  private reserving(payment: Payment, rid: string, amountMinor: number): PaymentChange | null {
    const existing = payment.refundRequests?.find((one) => one.rid === rid);
    if (existing !== undefined) {
      if (existing.amountMinor === amountMinor) return null;
      throw mismatch();
    }
    const left = refundableMinor(payment);
    if (amountMinor > left)
      throw new AppError(
        'payment_not_refundable',
        left <= 0 ? 'Nothing is left to refund' : `At most ${left} can be refunded`,
      );
    const now = this.clock.now();
    const soon = new Date(now + this.config.payments.unansweredRecheckMs);
    return reservingRefund(payment, { rid, amountMinor }, new Date(now), soon);
  }
}

function mismatch(): AppError {
  return new AppError('refund_mismatch', 'This key was already used with another amount');
}
