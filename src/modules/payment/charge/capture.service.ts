import { Inject, Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { PaymentCapturer } from '../provider/payment-capturer.js';
import { PaymentFence } from '../provider/payment-fence.js';
import { isBeingCaptured, takenMinor } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment, PaymentChange } from '../record/payment.types.js';
import { chargeOutcomeOf } from './charge-outcome.js';
import type { Charged } from './charge.types.js';

/** Takes or releases the amount that a charge holds (`ChargeTerms.capture` is `manual`): one of both, once. */
@Injectable()
export class CaptureService {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly capturer: PaymentCapturer,
    private readonly fence: PaymentFence,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Takes the amount, or a part of it, and releases the rest. The same again is answered as the first; `authorized` means that
   * Stripe has not said yet, and the resolver goes on.
   * @param amountMinor at most the payment's amount
   * @throws AppError validation_failed; payment_not_capturable (409): it holds nothing, another amount was captured, or Stripe
   *   refused; StoreError.
   */
  async capture(payment: Payment, amountMinor: number): Promise<Charged> {
    if (!Number.isSafeInteger(amountMinor) || amountMinor < 1 || amountMinor > payment.amountMinor)
      throw invalidRequest(`amount must be from 1 to ${payment.amountMinor}`);
    const asked = await atFailpoint('capture.ask', () =>
      this.payments.changeUntil(payment, (current) => this.asking(current, amountMinor)),
    );
    const captured = await this.capturer.capture(asked);
    if (captured.capture?.state === 'refused')
      throw new AppError('payment_not_capturable', 'The provider did not take the amount', {
        reason: captured.capture.reason ?? undefined,
      });
    // Captured in Stripe's dashboard, or by a request that a restored backup does not know.
    if (captured.state === 'SUCCEEDED' && takenMinor(captured) !== amountMinor)
      throw new AppError('payment_not_capturable', `Another amount was captured: ${takenMinor(captured)}`);
    return { payment: captured, outcome: chargeOutcomeOf(captured) };
  }

  private asking(payment: Payment, amountMinor: number): PaymentChange | null {
    const { capture } = payment;
    const isSame = capture?.state === 'asked' && capture.amountMinor === amountMinor;
    if (isSame && (payment.state === 'SUCCEEDED' || isBeingCaptured(payment))) return null;
    if (payment.state !== 'REQUIRES_CAPTURE' || payment.cancelRequested || capture?.state === 'asked')
      throw new AppError('payment_not_capturable', 'The payment holds no amount that could be captured');
    const generation = capture == null ? 0 : capture.generation + 1; // another amount needs another key
    const asked = { amountMinor, state: 'asked', generation, askedAt: this.clock.date(), reason: null } as const;
    return { capture: asked, ...this.soon() };
  }

  /**
   * Releases what is held. The same again is answered as the first; `canceling` means that Stripe has not said yet.
   * @throws AppError payment_not_cancelable (409): nothing is held, or it is being captured; StoreError.
   */
  async release(payment: Payment): Promise<Charged> {
    const marked = await atFailpoint('capture.release', () =>
      this.payments.changeUntil(payment, (current) => {
        if (current.state === 'CANCELED' || (current.state === 'REQUIRES_CAPTURE' && current.cancelRequested))
          return null;
        if (current.state !== 'REQUIRES_CAPTURE' || isBeingCaptured(current))
          throw new AppError('payment_not_cancelable', 'The payment holds no amount that could be released');
        return { cancelRequested: true, ...this.soon() };
      }),
    );
    const ended = marked.state === 'CANCELED' ? marked : await this.fence.cancel(marked);
    return { payment: ended, outcome: chargeOutcomeOf(ended) };
  }

  /** The resolver goes on with what this request does not finish. */
  private soon(): PaymentChange {
    const { unansweredRecheckMs, pollFirstMs } = this.config.payments;
    return { nextCheckAt: new Date(this.clock.now() + unansweredRecheckMs), backoffMs: pollFirstMs };
  }
}
