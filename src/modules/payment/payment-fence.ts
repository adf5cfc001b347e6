import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { StripePayments } from '../../platform/stripe/stripe-payments.js';
import { afterReading } from './payment-changes.js';
import { PaymentObserver } from './payment-observer.js';
import { isFinal } from './payment-states.js';
import { PaymentRepository } from './payment.repository.js';
import type { Payment } from './payment.types.js';

/**
 * Ends a payment whose outcome nobody can wait for any longer. Either Stripe accepts the cancel and no money can move any
 * more, or it says that the payment already succeeded. Nothing else is an end.
 */
@Injectable()
export class PaymentFence {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly stripe: StripePayments,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Stores the intent, then cancels. The intent is never withdrawn: from here on no attempt may start (ruling 4). */
  async raise(payment: Payment): Promise<Payment | null> {
    const nextCheckAt = new Date(this.clock.now() + this.config.payments.unansweredRecheckMs);
    const fenced = await atFailpoint('fence.intent', () =>
      this.payments.change(payment, { cancelRequested: true, nextCheckAt }),
    );
    return fenced === null ? null : this.cancel(fenced);
  }

  /** One more try of a cancel whose intent is stored. */
  async cancel(payment: Payment): Promise<Payment> {
    const { providerPaymentId } = payment;
    if (providerPaymentId === undefined) return payment;
    const answer = await atFailpoint('fence.send', () =>
      this.stripe.cancel(providerPaymentId, `${payment._id}:cancel:${payment.cancelGeneration}`),
    );
    if (answer.outcome === 'done' && answer.value.status === 'canceled') {
      return atFailpoint('fence.canceled', () =>
        this.payments.changeOrReload(payment, afterReading(payment, answer.value, this.clock.date())),
      );
    }
    const seen = await this.observer.observe(payment);
    if (seen === null) return payment;
    // A 500 may be kept under the key for a day: the next try takes the next key (ruling 14).
    if (answer.outcome === 'unknown' && answer.serverError && !seen.raced && !isFinal(seen.payment)) {
      return atFailpoint('fence.next_key', () =>
        this.payments.changeOrReload(seen.payment, { cancelGeneration: seen.payment.cancelGeneration + 1 }),
      );
    }
    return seen.payment;
  }
}
