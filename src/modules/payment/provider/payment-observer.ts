import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { Metrics } from '../../../platform/operations/metrics.js';
import type { ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { DeclineLimits } from '../limits/decline-limits.js';
import { afterReading, changesNothing } from '../record/payment-changes.js';
import { isFinal } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';

/** A look at Stripe made after the version it started from was read. */
export interface Observation {
  readonly payment: Payment;
  readonly provider: ProviderPayment;
  /** Somebody changed the document meanwhile: what was seen is old, think again from the new version. */
  readonly raced: boolean;
}

/** Read v, GET Stripe, compare-and-swap on v: an old look can never overwrite a newer one, and event order is irrelevant. */
@Injectable()
export class PaymentObserver {
  private readonly logger = new Logger(PaymentObserver.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly stripe: StripePayments,
    private readonly limits: DeclineLimits,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /** @returns null when Stripe did not say. */
  async observe(payment: Payment): Promise<Observation | null> {
    const seen = await this.look(payment);
    return seen === 'not_there' ? null : seen;
  }

  /** Does what `observe` does, and tells no answer (null) from the answer that there is no such PaymentIntent. */
  async look(payment: Payment): Promise<Observation | 'not_there' | null> {
    const { providerPaymentId } = payment;
    if (providerPaymentId === undefined) return null;
    const answer = await atFailpoint('observe.get', () => this.stripe.retrieve(providerPaymentId));
    if (answer.outcome === 'refused' && answer.status === 404) return 'not_there';
    if (answer.outcome !== 'done') return null;
    const provider = answer.value;
    // Declines in the payer's browser, of which only Stripe knows, count too.
    if (provider.status === 'requires_payment_method' && provider.latestChargeId !== null)
      await this.limits.noteDeclines(payment, [provider.latestChargeId]);
    const change = afterReading(payment, provider, this.clock.date());
    if (changesNothing(payment, change)) return { payment, provider, raced: false };
    const changed = await atFailpoint('observe.store', () => this.payments.change(payment, change));
    if (changed === null) {
      const current = await atFailpoint('observe.reload', () => this.payments.reload(payment));
      return { payment: current, provider, raced: !isFinal(current) };
    }
    if (changed.state === 'SUCCEEDED' && isFinal(payment)) this.lateSuccess(changed);
    return { payment: changed, provider, raced: false };
  }

  /** Money moved on a payment that we had closed. It is recorded as paid; a person has to look. */
  private lateSuccess(payment: Payment): void {
    this.metrics.count('late_success_total');
    this.logger.error({ paymentId: payment._id, providerPaymentId: payment.providerPaymentId }, 'late_success');
  }
}
