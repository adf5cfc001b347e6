import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { wantsNextKey } from '../../../platform/stripe/keyed-call.js';
import type { ProviderAnswer, ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { afterReading } from '../record/payment-changes.js';
import { isBeingCaptured, isFinal } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { CaptureRequest, Payment } from '../record/payment.types.js';
import { PaymentObserver } from './payment-observer.js';

/** Carries out the capture that a payment's record asks for. The PaymentIntent is the fence: it is captured at most once. */
@Injectable()
export class PaymentCapturer {
  private readonly logger = new Logger(PaymentCapturer.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly stripe: StripePayments,
    private readonly clock: Clock,
  ) {}

  /** Sends the capture once; what Stripe does not answer is sent again by the resolver. Returns the payment as it is then. */
  async capture(payment: Payment): Promise<Payment> {
    const { capture, providerPaymentId } = payment;
    if (!isBeingCaptured(payment) || capture == null || providerPaymentId === undefined) return payment;
    const answer = await atFailpoint('capture.send', () =>
      this.stripe.capture(providerPaymentId, capture, `${payment._id}:capture:${capture.generation}`),
    );
    if (answer.outcome === 'done') {
      const { value } = answer;
      // Captured is final at Stripe, so it holds for whatever version the record has by now: news of the hold may have changed it.
      return atFailpoint('capture.done', () =>
        this.payments.changeUntil(payment, (current) =>
          isFinal(current) ? null : afterReading(current, value, this.clock.date()),
        ),
      );
    }
    // Looks why: it was captured before, has expired, or was canceled.
    const seen = await this.observer.observe(payment);
    if (seen === null || seen.raced || !isBeingCaptured(seen.payment)) return seen?.payment ?? payment;
    if (wantsNextKey(answer)) return this.withNextKey(seen.payment, capture);
    return isRefusal(answer) ? this.refused(seen.payment, capture, answer) : seen.payment;
  }

  private withNextKey(payment: Payment, capture: CaptureRequest): Promise<Payment> {
    const next = { ...capture, generation: capture.generation + 1 };
    return atFailpoint('capture.next_key', () => this.payments.changeOrReload(payment, { capture: next }));
  }

  private refused(payment: Payment, capture: CaptureRequest, { code, status }: Refusal): Promise<Payment> {
    this.logger.warn({ paymentId: payment._id, status, code }, 'capture_refused');
    const refused = { ...capture, state: 'refused', reason: code ?? String(status) } as const;
    return atFailpoint('capture.refused', () => this.payments.changeOrReload(payment, { capture: refused }));
  }
}

type Refusal = Extract<ProviderAnswer<ProviderPayment>, { outcome: 'refused' }>;

/**
 * Returns whether the answer proves that nothing was taken: only that to a first and only try does, and a 429 is no answer at
 * all.
 */
function isRefusal(answer: ProviderAnswer<ProviderPayment>): answer is Refusal {
  return answer.outcome === 'refused' && !answer.tries.anyUnknown && (answer.status === 400 || answer.status === 404);
}
