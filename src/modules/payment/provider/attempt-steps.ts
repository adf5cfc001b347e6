import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { isLeased } from '../../../platform/common/lease.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { HiddenByLaterVersion } from '../../../platform/database/store-error.js';
import type { Decline, ProviderAnswer, ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { type ProviderConfirm, StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { afterAccepted, afterDeclined, afterNotRun, startingAttempt } from '../record/payment-changes.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Attempt, Payment } from '../record/payment.types.js';
import { ReaderPayer } from './reader-payer.js';
import type { RequestAge } from './request-age.js';

/** Pause between two looks at a payment that another request is at work on. */
const LOOK_AGAIN_MS = 100;

/** A payment with an attempt that its record says may have been sent. */
export interface Sending {
  readonly payment: Payment;
  readonly attempt: Attempt;
}

/**
 * The steps of a confirm, one write or call each: the attempt is in the record before Stripe is asked, and Stripe's answer to
 * the attempt's own key is swapped into the version that was sent. Null from a swap: somebody has moved the payment since.
 */
@Injectable()
export class AttemptSteps {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly stripe: StripePayments,
    private readonly reader: ReaderPayer,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  start(payment: Payment, confirm: ProviderConfirm & { readonly ref?: string }): Promise<Payment | null> {
    const times = {
      recheckAt: this.recheckAt(),
      backoffMs: this.config.payments.pollFirstMs,
      leaseUntil: this.leaseUntil(),
    };
    const change = startingAttempt(payment, confirm, this.clock.date(), times);
    return atFailpoint('confirm.start', () => this.payments.change(payment, change));
  }

  /** Stores that it is sent again, before it is: whoever started it then knows that its own answer is not the only one. */
  restart(payment: Payment): Promise<Payment | null> {
    const leases = { activeAt: this.clock.date(), nextCheckAt: this.recheckAt(), leaseUntil: this.leaseUntil() };
    return atFailpoint('confirm.resend', () => this.payments.change(payment, leases));
  }

  send({ payment, attempt }: Sending): Promise<ProviderAnswer<ProviderPayment>> {
    const key = `${payment._id}:confirm:${attempt.n}:${attempt.generation}`;
    const { readerId } = payment.terms ?? {};
    if (readerId !== undefined) return this.reader.pay(payment.providerPaymentId ?? '', readerId, key);
    return atFailpoint('confirm.send', () => this.stripe.confirm(payment.providerPaymentId ?? '', attempt, key));
  }

  accept({ payment, attempt }: Sending, provider: ProviderPayment): Promise<Payment | null> {
    const change = afterAccepted(payment, attempt, provider, this.clock.date(), this.pollAt());
    return atFailpoint('confirm.accepted', () => this.payments.change(payment, change));
  }

  decline({ payment, attempt }: Sending, decline: Decline, provider: ProviderPayment | null): Promise<Payment | null> {
    const change = afterDeclined(payment, attempt, decline, provider, this.clock.date(), this.pollAt());
    return atFailpoint('confirm.declined', () => this.payments.change(payment, change));
  }

  /** The PaymentIntent was in no state for it. */
  refuse({ payment, attempt }: Sending): Promise<Payment | null> {
    const change = afterNotRun(payment, attempt, 'refused', this.clock.date(), this.pollAt());
    return atFailpoint('confirm.refused_state', () => this.payments.change(payment, change));
  }

  /** Stripe refused the request: the attempt did not happen, which the swap on the version that started it proves. */
  notSent({ payment, attempt }: Sending): Promise<Payment | null> {
    const change = afterNotRun(payment, attempt, 'not_sent', this.clock.date(), this.pollAt());
    return atFailpoint('confirm.not_sent', () => this.payments.change(payment, change));
  }

  /** The attempt was started too late to be sent; the swap proves that nobody sent it. */
  takeBack({ payment, attempt }: Sending): Promise<Payment | null> {
    const change = afterNotRun(payment, attempt, 'not_sent', this.clock.date(), this.recheckAt());
    return atFailpoint('confirm.take_back', () => this.payments.change(payment, change));
  }

  /** Moves to the next key after a 500 that Stripe keeps, while nothing is started at the PaymentIntent (ruling 14). */
  nextKey({ payment, attempt }: Sending): Promise<Payment | null> {
    const next = { ...attempt, generation: attempt.generation + 1 };
    return atFailpoint('confirm.next_key', () => this.payments.change(payment, { attempt: next, leaseUntil: null }));
  }

  /** The attempt stays unsettled, and nobody is at work on it: the next confirm need not wait, the resolver looks soon. */
  letGo({ payment }: Sending): Promise<Payment | null> {
    return atFailpoint('confirm.let_go', () => this.payments.change(payment, { leaseUntil: null }));
  }

  /**
   * Waits while another request is at work on the attempt, so that a second one of the same gets the first one's answer and
   * need not send it again. Returns the payment when somebody has moved it, the lease is over, or the request has no time left.
   */
  async waitForOther(payment: Payment, age: RequestAge): Promise<Payment> {
    const started = age.elapsedMs();
    let current = payment;
    while (
      current.v === payment.v &&
      isLeased(current, this.clock.now()) &&
      age.elapsedMs() - started < this.config.payments.repeatWaitMs &&
      age.leaves(LOOK_AGAIN_MS)
    ) {
      await sleep(LOOK_AGAIN_MS);
      current = await atFailpoint('confirm.wait', () => this.payments.reload(current));
    }
    return current;
  }

  private pollAt(): Date {
    return new Date(this.clock.now() + this.config.payments.pollFirstMs);
  }

  private recheckAt(): Date {
    const { unansweredRecheckMs, quietAfterMs } = this.config.payments;
    return new Date(this.clock.now() + Math.min(unansweredRecheckMs, quietAfterMs));
  }

  /** Returns the end of a lease that lasts as long as one call can take, its hidden retry included. */
  private leaseUntil(): Date {
    const { timeoutMs, retries } = this.config.stripe;
    return new Date(this.clock.now() + (retries + 1) * (timeoutMs + 1_000));
  }
}

/** Returns the error for an attempt that is known not to have been sent. */
export function notStarted(): AppError {
  return new AppError('provider_refused', 'The payment could not be started, please try again', {
    retryAfterSeconds: 2,
  });
}

/**
 * Returns the payment when the answer of the write that settled it was lost, and somebody (the effects of a success come
 * within a second) has written since. That it is paid cannot become untrue; anything else is not told from a version that was
 * not awaited: null.
 */
export function paidMeanwhile(error: unknown): Payment | null {
  if (!(error instanceof HiddenByLaterVersion)) return null;
  const current = error.current as Payment | null;
  return current?.state === 'SUCCEEDED' ? current : null;
}
