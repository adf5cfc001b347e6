import { Inject, Injectable, Logger } from '@nestjs/common';
import { type DuePace, DueWorker } from '../../../platform/common/due-worker.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Metrics } from '../../../platform/operations/metrics.js';
import { Readiness } from '../../../platform/operations/readiness.js';
import { UserRepository } from '../../user/user.repository.js';
import { PaymentCapturer } from '../provider/payment-capturer.js';
import { PaymentFence } from '../provider/payment-fence.js';
import { PaymentObserver } from '../provider/payment-observer.js';
import { endedUnpaid } from '../record/payment-changes.js';
import { shopperOf } from '../record/payment-owner.js';
import { isBeingCaptured, isFenceable, isFinal, isInFlight, isUnsettled } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';
import { PaymentAftercare } from './payment-aftercare.js';
import { unknownAges } from './unknown-ages.js';

const BATCH = 50;
/** Number of Stripe calls at a time, so that payers keep their share. */
const LANES = 4;

/**
 * Finishes every payment, webhooks or not: unanswered attempts are asked about and, when nobody is in sight, fenced;
 * open PaymentIntents are polled; abandoned ones are canceled (ruling 4); captures and refunds that were asked for are carried
 * out. It never starts a charge.
 */
@Injectable()
export class PaymentResolver extends DueWorker<Payment> {
  protected override readonly pace: DuePace;
  private readonly logger = new Logger(PaymentResolver.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly fence: PaymentFence,
    private readonly capturer: PaymentCapturer,
    private readonly aftercare: PaymentAftercare,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(config.role, readiness, 'payment-resolver', config.payments.resolverTickMs);
    this.pace = { batch: BATCH, lanes: LANES, perSecond: config.payments.resolverRate };
  }

  protected override due(limit: number): Promise<readonly Payment[]> {
    return atFailpoint('resolver.due', () => this.payments.dueForCheck(this.clock.date(), limit));
  }

  protected override showDue(due: readonly Payment[]): void {
    const oldest = due[0]?.nextCheckAt?.getTime();
    this.metrics.gauge('payments_due', due.length);
    this.metrics.gauge('payments_due_oldest_seconds', oldest === undefined ? 0 : (this.clock.now() - oldest) / 1000);
  }

  protected override async showRest(): Promise<void> {
    const unsettled = await atFailpoint('resolver.unsettled', () => this.payments.unsettledSince());
    const ages = unknownAges(unsettled, this.clock.now());
    for (const [age, count] of Object.entries(ages)) this.metrics.gauge('payments_unknown', count, { age });
  }

  protected override async work(payment: Payment): Promise<boolean> {
    try {
      const claimed = await this.claim(payment);
      if (claimed !== null) await this.resolve(claimed);
      if (claimed === null) return true;
      this.metrics.count('resolver_runs_total', { result: 'looked' });
    } catch (error) {
      this.metrics.count('resolver_runs_total', { result: 'failed' });
      this.logger.warn({ err: error, paymentId: payment._id }, 'payment could not be resolved yet');
    }
    return true;
  }

  /** Moves the due date first: what is not finished now is looked at again, by whatever instance is alive then. */
  private claim(payment: Payment): Promise<Payment | null> {
    const { unansweredRecheckMs, pollMaxMs } = this.config.payments;
    const waitMs = isUnsettled(payment) || payment.cancelRequested ? unansweredRecheckMs : payment.backoffMs;
    return atFailpoint('resolver.claim', () =>
      this.payments.change(payment, {
        nextCheckAt: new Date(this.clock.now() + waitMs),
        backoffMs: Math.min(payment.backoffMs * 2, pollMaxMs),
      }),
    );
  }

  private async resolve(payment: Payment): Promise<void> {
    if (isFinal(payment)) return this.aftercare.look(payment);
    const quietMs = this.clock.now() - payment.activeAt.getTime();
    const abandoned = this.isAbandoned(payment, quietMs) || (await this.isWithoutUser(payment));
    if (payment.providerPaymentId === undefined) {
      if (abandoned)
        await atFailpoint('resolver.abandon', () => this.payments.change(payment, endedUnpaid(this.clock.date())));
      return;
    }
    if (payment.cancelRequested) {
      await this.fence.cancel(payment);
      return;
    }
    if (isBeingCaptured(payment)) {
      await this.capturer.capture(payment);
      return;
    }
    const seen = await this.observer.look(payment);
    if (seen === 'not_there') return; // asking more often would not bring it
    if (seen === null) {
      if (!isUnsettled(payment)) await this.unanswered(payment);
      return;
    }
    if (seen.raced || isFinal(seen.payment)) return;
    if ((abandoned || this.isQuiet(seen.payment, quietMs)) && isFenceable(seen.payment))
      await this.fence.raise(seen.payment);
  }

  /**
   * Nobody has come back for it in a day. What an account charges is not abandoned once Stripe has taken it up: a held amount
   * waits for its capture, a debit for the bank. An imported one has no terms and is an account's all the same.
   */
  private isAbandoned(payment: Payment, quietMs: number): boolean {
    const isTakenUp = payment.state === 'REQUIRES_CAPTURE' || payment.state === 'PROCESSING';
    if (isTakenUp && shopperOf(payment) === null) return false;
    return quietMs >= this.config.payments.abandonAfterMs;
  }

  /** Returns whether the payment's user was deleted, by a process that died over it: nobody can pay it here any more. */
  private async isWithoutUser(payment: Payment): Promise<boolean> {
    const userId = shopperOf(payment);
    if (isInFlight(payment) || payment.cancelRequested || userId === null) return false;
    return (await atFailpoint('resolver.payer', () => this.users.findById(userId))) === null;
  }

  /** Returns whether nobody has come back for an unsettled attempt; an open 3-D Secure page is given longer. */
  private isQuiet(payment: Payment, quietMs: number): boolean {
    const { quietAfterMs, quietAfter3dsMs } = this.config.payments;
    return (
      isUnsettled(payment) && quietMs >= (payment.providerStatus === 'requires_action' ? quietAfter3dsMs : quietAfterMs)
    );
  }

  /** Makes the payment due again soon: no answer is no reason to back off. */
  private async unanswered(payment: Payment): Promise<void> {
    const { unansweredRecheckMs, pollFirstMs } = this.config.payments;
    const nextCheckAt = new Date(this.clock.now() + unansweredRecheckMs);
    await atFailpoint('resolver.unanswered', () =>
      this.payments.change(payment, { nextCheckAt, backoffMs: Math.max(pollFirstMs, payment.backoffMs / 2) }),
    );
  }
}
