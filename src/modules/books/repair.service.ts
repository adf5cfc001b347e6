import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import { StripeBooks } from '../../platform/stripe/stripe-books.js';
import { StripeRefunds } from '../../platform/stripe/stripe-refunds.js';
import { StripePayments } from '../../platform/stripe/stripe-payments.js';
import { afterCorrecting } from '../payment/record/payment-changes.js';
import { afterRefunds } from '../payment/record/refund-changes.js';
import { PaymentObserver } from '../payment/provider/payment-observer.js';
import { PaymentRepository } from '../payment/record/payment.repository.js';
import type { Payment, PaymentChange } from '../payment/record/payment.types.js';
import { OrphanService } from '../payment/upkeep/orphan.service.js';
import type { Difference } from './reconciliation.types.js';

/**
 * Brings our books in line with Stripe's: read v, ask Stripe, swap v, as resolver and sweep do. It asks Stripe for nothing
 * but to be read, so it can neither move nor refuse money; what would need a cancel is left to the sweep.
 */
@Injectable()
export class RepairService {
  private readonly logger = new Logger(RepairService.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly orphans: OrphanService,
    private readonly stripe: StripePayments,
    private readonly books: StripeBooks,
    private readonly stripeRefunds: StripeRefunds,
    private readonly clock: Clock,
  ) {}

  /** @returns those of the differences that it has done something about; the next comparison says what is left. */
  async repair(differences: readonly Difference[]): Promise<readonly Difference[]> {
    const repaired: Difference[] = [];
    for (const one of differences) {
      if (one.cure !== 'repair' || !(await this.repairOne(one))) continue;
      repaired.push(one);
      const { kind, paymentId, providerPaymentId, atStripe, inBooks } = one;
      this.logger.warn(
        { reason: kind, paymentId, providerPaymentId, from: inBooks, to: atStripe },
        'reconcile_repaired',
      );
    }
    return repaired;
  }

  /** @returns false when somebody was faster, or Stripe did not say. */
  private async repairOne({ kind, paymentId, providerPaymentId }: Difference): Promise<boolean> {
    if (providerPaymentId === null) return false;
    if (kind === 'missing' || kind === 'paid_elsewhere' || kind === 'orphan') return this.adopt(providerPaymentId);
    const payment = paymentId === null ? null : await this.payments.load(paymentId);
    if (payment === null) return false;
    if (kind === 'paid_at_stripe' || kind === 'canceled_at_stripe')
      return (await this.observer.observe(payment))?.raced === false;
    const change = await this.changeFor(kind, payment, providerPaymentId);
    return change !== null && this.apply(payment, change);
  }

  private async adopt(providerPaymentId: string): Promise<boolean> {
    const answer = await this.stripe.retrieve(providerPaymentId);
    return answer.outcome === 'done' && (await this.orphans.record(answer.value)) === 'imported';
  }

  private async changeFor(
    kind: Difference['kind'],
    payment: Payment,
    providerPaymentId: string,
  ): Promise<PaymentChange | null> {
    if (kind === 'refund' || kind === 'refund_undone') {
      const refunds = await this.stripeRefunds.listOf(providerPaymentId);
      if (refunds.outcome !== 'done' || refunds.value.unreadable > 0) return null;
      return afterRefunds(payment, refunds.value.items, this.clock.date());
    }
    const entry = await this.books.retrieve(providerPaymentId);
    return entry.outcome === 'done' ? afterCorrecting(entry.value) : null;
  }

  private async apply(payment: Payment, change: PaymentChange): Promise<boolean> {
    return (await this.payments.change(payment, change)) !== null;
  }
}
