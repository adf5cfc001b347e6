import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { providerRefused } from '../../../platform/stripe/provider-failure.js';
import type { ProviderAnswer, ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { DeclineLimits, type DeclineRoom } from '../limits/decline-limits.js';
import { AttemptSteps } from '../provider/attempt-steps.js';
import { PaymentObserver } from '../provider/payment-observer.js';
import { isFinal } from '../record/payment-states.js';
import { type PaymentView, viewOf } from '../record/payment-view.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Attempt, Payment } from '../record/payment.types.js';

/** Knowledge of one confirm request so far. */
export interface ConfirmRun {
  readonly paymentMethodId: string;
  /**
   * True once it has sent, or may have left behind, something whose outcome it does not know: it may not say "not sent" any
   * more.
   */
  unknown: boolean;
  /** The attempt with this request's method that it started or re-sent; it never starts a second. */
  ownAttempt: number | null;
  /** The newest version seen, for an answer when the store goes away. */
  last: Payment;
  /** Place among the payer's declines, taken for the attempt that this request starts; a decline keeps it. */
  room: DeclineRoom | null;
}

type Confirmed<O extends ProviderAnswer<ProviderPayment>['outcome']> = Extract<
  ProviderAnswer<ProviderPayment>,
  { outcome: O }
>;

interface Sent {
  readonly payment: Payment;
  readonly attempt: Attempt;
  /** True when this request started the attempt, so that nobody else had sent it when it did. */
  readonly first: boolean;
  /** The attempt's answer is the answer to this request. */
  readonly mine: boolean;
}

/** Sends an attempt under its own key and reads the answer by what it proves. Null means: look at the document again. */
@Injectable()
export class ConfirmAnswers {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly steps: AttemptSteps,
    private readonly limits: DeclineLimits,
  ) {}

  async send(payment: Payment, attempt: Attempt, first: boolean, run: ConfirmRun): Promise<PaymentView | null> {
    const answer = await this.steps.send({ payment, attempt });
    const mine = first || attempt.paymentMethodId === run.paymentMethodId;
    const sent: Sent = { payment, attempt, first, mine };
    if (mine) run.ownAttempt = attempt.n;
    if (answer.tries.anyUnknown) run.unknown = true;
    switch (answer.outcome) {
      case 'done':
        return this.accepted(sent, answer, run);
      case 'declined':
        return this.declined(sent, answer, run);
      case 'unexpected_state':
        return this.unexpectedState(sent, answer, run);
      case 'refused':
        return this.refused(sent, answer, run);
      case 'unknown':
        return this.unknown(sent, answer);
    }
  }

  private async accepted(sent: Sent, answer: Confirmed<'done'>, run: ConfirmRun): Promise<PaymentView | null> {
    run.unknown = true;
    const settled = await this.steps.accept(sent, answer.value);
    if (settled?.state === 'SUCCEEDED') return viewOf(settled); // paid is the answer, whoever's attempt it was
    if (settled === null || isFinal(settled) || !sent.mine) return null;
    run.last = settled;
    // A replayed 200 is as old as its first try: the browser may have finished meanwhile.
    if (!answer.replayed && sent.first && answer.tries.count === 1) return viewOf(settled);
    const seen = await this.observer.observe(settled);
    if (seen === null) return viewOf(settled, 'processing');
    return isFinal(seen.payment) ? null : viewOf(seen.payment, seen.provider.status);
  }

  private async declined(sent: Sent, answer: Confirmed<'declined'>, run: ConfirmRun): Promise<PaymentView | null> {
    run.unknown = true;
    let current = await this.steps.decline(sent, answer.decline, answer.payment);
    if (current === null) {
      current = await atFailpoint('confirm.declined_reload', () => this.payments.reload(sent.payment));
      if (isFinal(current) || current.attempt?.n === sent.attempt.n) return null;
    } else {
      await this.limits.countOf(sent.payment, run, answer.payment?.latestChargeId ?? null);
    }
    run.last = current;
    if (!sent.mine) return null;
    // Looks again unless this is the answer to the first and only try: any other may be older than the browser's success
    // (ruling 3).
    if (!sent.first || answer.tries.count !== 1 || answer.replayed) {
      const seen = await this.observer.observe(current);
      if (seen === null) return viewOf(current, 'processing');
      if (seen.payment.state === 'SUCCEEDED') return null;
    }
    throw new AppError('card_declined', answer.decline.message, {
      reason: answer.decline.declineCode ?? answer.decline.code,
    });
  }

  private async unexpectedState(
    sent: Sent,
    answer: Confirmed<'unexpected_state'>,
    run: ConfirmRun,
  ): Promise<PaymentView | null> {
    run.unknown = true;
    const seen = await this.observer.observe(sent.payment);
    if (seen === null) return viewOf(sent.payment, 'processing');
    run.last = seen.payment;
    if (seen.raced || isFinal(seen.payment)) return null;
    if (sent.first && !answer.tries.anyUnknown) {
      const settled = await this.steps.refuse({ payment: seen.payment, attempt: sent.attempt });
      return settled === null ? null : viewOf(settled, seen.provider.status);
    }
    return viewOf(seen.payment, seen.provider.status === 'requires_action' ? 'requires_action' : 'processing');
  }

  /** Refused as the answer to its only try: attempt n did not happen, which the swap on the version that started it proves. */
  private async refused(sent: Sent, answer: Confirmed<'refused'>, run: ConfirmRun): Promise<PaymentView | null> {
    if (!sent.first || answer.tries.anyUnknown) return this.leaveUnsettled(sent);
    const settled = await this.steps.notSent(sent);
    if (settled === null) return viewOf(sent.payment, 'processing');
    run.unknown = false;
    run.last = settled;
    if (answer.status === 400 || answer.status === 404) {
      throw new AppError('payment_rejected', 'The payment provider did not accept this payment method', {
        reason: answer.code ?? undefined,
      });
    }
    throw providerRefused(answer);
  }

  /** The attempt stays unsettled. Only a 500 that Stripe keeps under the key, with nothing started, moves to the next key. */
  private async unknown(sent: Sent, answer: Confirmed<'unknown'>): Promise<PaymentView | null> {
    if (!answer.replayedServerError) return this.leaveUnsettled(sent);
    const seen = await this.observer.observe(sent.payment);
    if (seen === null) return viewOf(sent.payment, 'processing');
    if (seen.raced || isFinal(seen.payment)) return null;
    if (seen.provider.status !== 'requires_payment_method') return viewOf(seen.payment);
    await this.steps.nextKey({ payment: seen.payment, attempt: sent.attempt });
    return null;
  }

  /** Leaves the attempt unsettled, and gives its lease back: the next confirm need not wait, the resolver looks again soon. */
  private async leaveUnsettled(sent: Sent): Promise<PaymentView> {
    await this.steps.letGo(sent);
    return viewOf(sent.payment, 'processing');
  }
}
