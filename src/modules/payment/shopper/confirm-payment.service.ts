import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { Principal } from '../../../platform/common/principal.js';
import { PublicAddress } from '../../../platform/common/public-address.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { StoreError } from '../../../platform/database/store-error.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { type ConfirmRun, ConfirmAnswers } from './confirm-answers.js';
import { OfferService } from './offer.service.js';
import { DeclineLimits } from '../limits/decline-limits.js';
import { AttemptSteps, notStarted, paidMeanwhile } from '../provider/attempt-steps.js';
import { PaymentFence } from '../provider/payment-fence.js';
import { PaymentObserver } from '../provider/payment-observer.js';
import { isFinal, isUnsettled } from '../record/payment-states.js';
import { type PaymentView, viewOf } from '../record/payment-view.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Attempt, Payment } from '../record/payment.types.js';
import { RequestAge } from '../provider/request-age.js';

/** Bound on rounds: each ends in an answer or in a document that somebody has moved; six lost races are more than bad luck. */
const ROUNDS = 6;

type Step =
  | { readonly answer: PaymentView }
  | { readonly again: true }
  | { readonly send: { payment: Payment; attempt: Attempt; first: boolean } };

/**
 * Confirms with a payment method: rulings 1 to 5 as `test/models/storesim` runs them. At most one attempt is unsettled; it
 * is settled by the answer to its own key, by an accepted cancel, or by a GET that says succeeded or canceled.
 */
@Injectable()
export class ConfirmPaymentService {
  private readonly logger = new Logger(ConfirmPaymentService.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly fence: PaymentFence,
    private readonly answers: ConfirmAnswers,
    private readonly steps: AttemptSteps,
    private readonly stripe: StripePayments,
    private readonly limits: DeclineLimits,
    private readonly offers: OfferService,
    private readonly address: PublicAddress,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @throws AppError payment_not_found (404), payment_cuid_mismatch (400), card_declined (402), payment_canceled (409),
   *   payment_rejected (400: Stripe refused this method; still payable), too_many_declines (429), provider_refused and
   *   store_unavailable (503: known not to have been sent). An unknown outcome is never thrown: it is `processing`.
   */
  async confirm(
    principal: Principal,
    request: { cuid: string; providerPaymentId: string; paymentMethodId: string },
  ): Promise<PaymentView> {
    const age = RequestAge.ofCurrentRequest(this.config.payments.requestDeadlineMs);
    const payment = await atFailpoint('confirm.find', () =>
      this.payments.findOfUser(principal.id, request.providerPaymentId),
    );
    if (payment === null) throw new AppError('payment_not_found', 'Payment not found');
    if (payment.cuid !== request.cuid)
      throw new AppError('payment_cuid_mismatch', 'cuid does not belong to this payment');

    const run: ConfirmRun = {
      paymentMethodId: request.paymentMethodId,
      unknown: false,
      ownAttempt: null,
      last: payment,
      room: null,
    };
    try {
      return await this.run(run, age);
    } catch (error) {
      // Trouble of our own is no answer: once something may have run, only its outcome may be told.
      const business = error instanceof AppError && !(error instanceof StoreError);
      if (business || !run.unknown) throw error;
      const paid = paidMeanwhile(error);
      if (paid !== null) return viewOf(paid);
      this.logger.error({ err: error, paymentId: run.last._id }, 'the outcome of a confirm is not recorded yet');
      return viewOf(run.last, 'processing');
    } finally {
      if (run.room !== null) this.limits.giveBack(run.room);
    }
  }

  private async run(run: ConfirmRun, age: RequestAge): Promise<PaymentView> {
    for (let round = 0; round < ROUNDS; round++) {
      const payment =
        round === 0 ? run.last : await atFailpoint('confirm.reload', () => this.payments.reload(run.last));
      run.last = payment;
      const step = await this.nextStep(payment, run, age);
      if ('answer' in step) return step.answer;
      if ('again' in step) continue;
      const answer = await this.answers.send(step.send.payment, step.send.attempt, step.send.first, run);
      if (answer !== null) return answer;
    }
    if (run.unknown || isUnsettled(run.last)) return viewOf(run.last, 'processing');
    throw notStarted();
  }

  private async nextStep(payment: Payment, run: ConfirmRun, age: RequestAge): Promise<Step> {
    if (payment.state === 'SUCCEEDED') return { answer: viewOf(payment) };
    if (payment.state === 'CANCELED') throw canceled(await this.offers.advice(payment.cuid));
    if (payment.cancelRequested) return this.finishCancel(payment, run);
    if (isUnsettled(payment)) return this.settleFirst(payment, run, age);
    return (await this.answerWithoutAttempt(payment, run)) ?? this.startAttempt(payment, run, age);
  }

  /** A stored intent to cancel is never withdrawn: no attempt starts until Stripe says canceled or succeeded. */
  private async finishCancel(payment: Payment, run: ConfirmRun): Promise<Step> {
    const after = await this.fence.cancel(payment);
    run.last = after;
    if (isFinal(after)) return { again: true };
    if (isUnsettled(after) || run.unknown) return { answer: viewOf(after, 'processing') };
    throw notStarted();
  }

  /** Attempt n is unsettled: whatever the method of this request, n is settled first, by its own key. */
  private async settleFirst(payment: Payment, run: ConfirmRun, age: RequestAge): Promise<Step> {
    // Nobody else is at work on an attempt of this very request.
    const ours = run.ownAttempt !== null && run.ownAttempt === payment.attempt?.n;
    const waited = ours ? payment : await this.steps.waitForOther(payment, age);
    run.last = waited;
    if (waited.v !== payment.v) return { again: true };
    if (age.isLate() || waited.attempt === null) return { answer: viewOf(waited, 'processing') };
    const resent = await this.steps.restart(waited);
    if (resent === null || resent.attempt === null) return { again: true };
    run.unknown = true;
    run.last = resent;
    return { send: { payment: resent, attempt: resent.attempt, first: false } };
  }

  /** Attempt n is settled. Some requests are answered from what is known, after a GET made now (ruling 3). */
  private async answerWithoutAttempt(payment: Payment, run: ConfirmRun): Promise<Step | null> {
    const last = payment.settled.at(-1);
    const sameMethod = last !== undefined && last.paymentMethodId === run.paymentMethodId;
    const quickRepeat =
      sameMethod &&
      last.result === 'declined' &&
      this.clock.now() - last.at.getTime() < this.config.payments.declineReplayMs;
    const sameAction = sameMethod && last.result === 'action';
    const own = run.ownAttempt !== null;
    // Paying again beside an asynchronous method that is under way would be paying twice.
    const underWay = payment.providerStatus === 'processing' || payment.providerStatus === 'requires_capture';
    if (!quickRepeat && !sameAction && !own && !underWay) return null;

    const seen = await this.observer.observe(payment);
    if (seen === null) return { answer: viewOf(payment, 'processing') };
    run.last = seen.payment;
    if (seen.raced || isFinal(seen.payment)) return { again: true };
    const { status } = seen.provider;
    if (status === 'processing' || status === 'requires_capture') return { answer: viewOf(seen.payment, status) };
    if (quickRepeat) {
      if (status !== 'requires_payment_method') return { answer: viewOf(seen.payment, status) };
      throw new AppError('card_declined', last.decline?.message ?? 'Your card was declined.', {
        reason: last.decline?.reason,
      });
    }
    if (sameAction && status === 'requires_action') return { answer: viewOf(seen.payment, status) };
    // Answers the current status and never starts a second attempt: its own is over, and another request moved on.
    if (own) return { answer: viewOf(seen.payment, status) };
    return seen.payment.v === payment.v ? null : { again: true };
  }

  private async startAttempt(payment: Payment, run: ConfirmRun, age: RequestAge): Promise<Step> {
    // Starts no attempt that would come to nothing: it would count, and have to be settled.
    if (age.isLate() || this.stripe.isUnusable) throw notStarted();
    if (this.limits.isTriedTooOften(payment)) throw triedTooOften(await this.offers.advice(payment.cuid));
    run.room ??= await this.limits.takeRoom(payment, age);
    if (run.room === null) return { again: true };
    if (age.isLate()) throw notStarted();
    const before = run.unknown;
    run.unknown = true; // from here a lost answer of the store may leave an attempt that a later confirm sends
    const confirm = { paymentMethodId: run.paymentMethodId, returnUrl: this.address.returnPage() };
    const started = await this.steps.start(payment, confirm).catch((error: unknown) => {
      if (error instanceof StoreError && error.outcome === 'not_applied') run.unknown = before;
      throw error;
    });
    if (started === null || started.attempt === null) {
      run.unknown = before;
      return { again: true };
    }
    run.last = started;
    if (age.isLate()) return this.takeBack(started, started.attempt, run, before);
    return { send: { payment: started, attempt: started.attempt, first: true } };
  }

  /** The write took so long that the payer may have gone another way. Nothing was sent, and the swap proves that nobody sent it. */
  private async takeBack(started: Payment, attempt: Attempt, run: ConfirmRun, unknownBefore: boolean): Promise<Step> {
    const undone = await this.steps.takeBack({ payment: started, attempt });
    if (undone === null) return { answer: viewOf(started, 'processing') };
    run.unknown = unknownBefore;
    run.last = undone;
    throw notStarted();
  }
}

function canceled(advice: string): AppError {
  return new AppError('payment_canceled', `The payment has been canceled, ${advice}`);
}

function triedTooOften(advice: string): AppError {
  return new AppError('too_many_declines', `This payment has been tried too often, ${advice}`);
}
