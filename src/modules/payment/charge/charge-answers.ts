import { Injectable } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { providerRefused } from '../../../platform/stripe/provider-failure.js';
import type { ProviderAnswer, ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { DeclineLimits, type DeclineRoom } from '../limits/decline-limits.js';
import { AttemptSteps, type Sending } from '../provider/attempt-steps.js';
import { PaymentFence } from '../provider/payment-fence.js';
import { PaymentObserver } from '../provider/payment-observer.js';
import { isFinal } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';

/** Knowledge of one charge request so far. */
export interface ChargeRun {
  /** Something may have been sent, by this request or left behind by it, whose outcome it does not know. */
  unknown: boolean;
  /** True once the request has sent the attempt itself, so that nobody else is at work on it. */
  sent: boolean;
  /** The newest version seen. */
  last: Payment;
  /** Place among the payer's declines, taken for the attempt that this request starts; a decline keeps it. */
  room: DeclineRoom | null;
}

type Answered<O extends ProviderAnswer<ProviderPayment>['outcome']> = Extract<
  ProviderAnswer<ProviderPayment>,
  { outcome: O }
>;

/** Sends the attempt of a charge under its own key, and swaps in what the answer proves. */
@Injectable()
export class ChargeAnswers {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly steps: AttemptSteps,
    private readonly observer: PaymentObserver,
    private readonly fence: PaymentFence,
    private readonly limits: DeclineLimits,
  ) {}

  /**
   * @param first whether this request started the attempt, so that nobody else had sent it by then
   * @returns the payment as far as it is known now; null: look at `run.last` again, somebody has moved it.
   * @throws AppError provider_refused (503): Stripe refused the request, and nothing ran.
   */
  async send(sending: Sending, first: boolean, run: ChargeRun): Promise<Payment | null> {
    const answer = await this.steps.send(sending);
    run.sent = true;
    run.unknown = true;
    switch (answer.outcome) {
      case 'done':
        return this.told(run, await this.steps.accept(sending, answer.value));
      case 'declined':
        return this.declined(sending, answer, run);
      case 'unexpected_state':
        return this.unexpectedState(sending, first && !answer.tries.anyUnknown, run);
      case 'refused':
        return this.refused(sending, answer, first && !answer.tries.anyUnknown, run);
      case 'unknown':
        return this.unknown(sending, answer, run);
    }
  }

  private async told(run: ChargeRun, settled: Payment | null): Promise<Payment | null> {
    run.last = settled ?? (await atFailpoint('charge.answer_reload', () => this.payments.reload(run.last)));
    return settled;
  }

  private async declined(sending: Sending, answer: Answered<'declined'>, run: ChargeRun): Promise<Payment | null> {
    const settled = await this.steps.decline(sending, answer.decline, answer.payment);
    if (settled !== null) await this.limits.countOf(settled, run, answer.payment?.latestChargeId ?? null);
    return this.told(run, settled);
  }

  /** Looks at the PaymentIntent: an earlier send was quicker, or somebody canceled it in Stripe's dashboard. */
  private async unexpectedState(sending: Sending, nothingRan: boolean, run: ChargeRun): Promise<Payment | null> {
    const seen = await this.observer.observe(sending.payment);
    if (seen === null) return sending.payment;
    run.last = seen.payment;
    if (seen.raced) return null;
    if (isFinal(seen.payment) || seen.payment.state !== 'CONFIRMING') return seen.payment;
    if (!nothingRan) return seen.payment;
    const refused = await this.steps.refuse({ payment: seen.payment, attempt: sending.attempt });
    return refused === null ? this.told(run, null) : this.end(refused, run);
  }

  private async refused(
    sending: Sending,
    answer: Answered<'refused'>,
    nothingRan: boolean,
    run: ChargeRun,
  ): Promise<Payment | null> {
    const settled = nothingRan ? await this.steps.notSent(sending) : await this.steps.letGo(sending);
    if (!nothingRan) return settled ?? sending.payment;
    if (settled === null) return this.told(run, null);
    run.last = settled;
    run.unknown = false;
    run.sent = false;
    // The method or the terms will not be taken later either: it has ended, and says so under its key for ever.
    if (answer.status === 400 || answer.status === 404) return this.end(settled, run);
    throw providerRefused(answer);
  }

  /**
   * Leaves the attempt unsettled. A 500 that Stripe keeps under the key, with nothing started, moves to the next key (ruling
   * 14).
   */
  private async unknown(sending: Sending, answer: Answered<'unknown'>, run: ChargeRun): Promise<Payment | null> {
    if (!answer.replayedServerError) return (await this.steps.letGo(sending)) ?? sending.payment;
    const seen = await this.observer.observe(sending.payment);
    if (seen === null) return sending.payment;
    run.last = seen.payment;
    if (seen.raced) return null;
    const isOpen = seen.payment.state === 'CONFIRMING' && seen.provider.status === 'requires_payment_method';
    if (!isOpen) return seen.payment;
    await this.told(run, await this.steps.nextKey({ payment: seen.payment, attempt: sending.attempt }));
    return null;
  }

  private async end(payment: Payment, run: ChargeRun): Promise<Payment> {
    run.last = await this.fence.endUnpaid(payment);
    return run.last;
  }
}
