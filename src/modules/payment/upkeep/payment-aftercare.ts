import { Injectable } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { PaymentRefunder } from '../provider/payment-refunder.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';
import { hasOpenDispute, hasOpenRefund, isDisputeClosed } from '../record/refund-changes.js';
import { DisputeReader } from './dispute-reader.js';

/** Looks after payments that have succeeded while something of them is open: a refund without an end, an undecided dispute. */
@Injectable()
export class PaymentAftercare {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly refunder: PaymentRefunder,
    private readonly disputes: DisputeReader,
  ) {}

  async look(payment: Payment): Promise<void> {
    let current = payment;
    for (const { rid, state } of payment.refundRequests ?? [])
      if (state === 'asked') current = await this.refunder.refund(current, rid);
    if (current.refundRequests?.some(({ state }) => state === 'pending') === true)
      current = (await this.refunder.list(current)) ?? current;
    for (const dispute of current.disputes ?? [])
      if (!isDisputeClosed(dispute)) await this.disputes.read(current, dispute.id);
    await this.rest(current);
  }

  /** Stores that nothing is left to look at. */
  private async rest(payment: Payment): Promise<void> {
    await atFailpoint('resolver.at_rest', () =>
      this.payments.changeUntil(payment, (current) =>
        current.nextCheckAt === null || hasOpenRefund(current) || hasOpenDispute(current)
          ? null
          : { nextCheckAt: null },
      ),
    );
  }
}
