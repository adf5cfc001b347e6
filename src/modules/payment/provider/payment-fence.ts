import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { wantsNextKey } from '../../../platform/stripe/keyed-call.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { afterReading, endedUnpaid } from '../record/payment-changes.js';
import { PaymentObserver } from './payment-observer.js';
import { isFinal } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';

const RACES = 10;

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

  /**
   * Ends what nobody can pay any more, whoever changes it meanwhile: at once where there is no PaymentIntent, else by a cancel.
   * What cannot be canceled now is repeated by the resolver.
   */
  async endUnpaid(payment: Payment): Promise<Payment> {
    let current = payment;
    for (let race = 0; race < RACES && !isFinal(current) && !current.cancelRequested; race++) {
      const seen = current;
      const ended =
        seen.providerPaymentId === undefined
          ? await atFailpoint('fence.end', () => this.payments.change(seen, endedUnpaid(this.clock.date())))
          : await this.raise(seen);
      if (ended !== null) return ended;
      current = await atFailpoint('fence.reload', () => this.payments.reload(seen));
    }
    return current;
  }

  /** Sends a cancel whose intent is stored once more. */
  async cancel(payment: Payment): Promise<Payment> {
    const { providerPaymentId } = payment;
    if (providerPaymentId === undefined) return payment;
    const answer = await atFailpoint('fence.send', () =>
      this.stripe.cancel(providerPaymentId, `${payment._id}:cancel:${payment.cancelGeneration}`),
    );
    if (answer.outcome === 'done' && answer.value.status === 'canceled') {
      const { value } = answer;
      // Canceled is final at Stripe, so it holds for whatever version the record has by now.
      return atFailpoint('fence.canceled', () =>
        this.payments.changeUntil(payment, (current) =>
          isFinal(current) ? null : afterReading(current, value, this.clock.date()),
        ),
      );
    }
    const seen = await this.observer.observe(payment);
    if (seen === null) return payment;
    // A 500 may be kept under the key for a day: the next try takes the next key (ruling 14).
    if (wantsNextKey(answer) && !seen.raced && !isFinal(seen.payment)) {
      return atFailpoint('fence.next_key', () =>
        this.payments.changeOrReload(seen.payment, { cancelGeneration: seen.payment.cancelGeneration + 1 }),
      );
    }
    return seen.payment;
  }
}
