import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { StoreError } from '../../../platform/database/store-error.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { DeclineLimits } from '../limits/decline-limits.js';
import { AttemptSteps, notStarted, paidMeanwhile } from '../provider/attempt-steps.js';
import { PaymentFence } from '../provider/payment-fence.js';
import { PaymentIntentMaker } from '../provider/payment-intent-maker.js';
import { RequestAge } from '../provider/request-age.js';
import { newPayment } from '../record/new-payment.js';
import { endedUnpaid } from '../record/payment-changes.js';
import { paymentIdOf } from '../record/payment-owner.js';
import { isFinal, isUnsettled } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { ChargeTerms, Payment } from '../record/payment.types.js';
import { ChargeAnswers, type ChargeRun } from './charge-answers.js';
import { chargeOutcomeOf } from './charge-outcome.js';
import type { Charged, ChargeOrder } from './charge.types.js';

/** Bound on rounds: each ends in an answer or in a document that somebody has moved. */
const ROUNDS = 8;

/**
 * Charges in one call (docs/payment-protocol.md): the PaymentIntent is created unconfirmed, stored, and confirmed once. It
 * succeeds at most once and nobody else has its secret, so a decline is an end; an unknown outcome is left to the resolver.
 */
@Injectable()
export class ChargeService {
  private readonly logger = new Logger(ChargeService.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly intents: PaymentIntentMaker,
    private readonly steps: AttemptSteps,
    private readonly answers: ChargeAnswers,
    private readonly fence: PaymentFence,
    private readonly limits: DeclineLimits,
    private readonly stripe: StripePayments,
    private readonly deployment: DeploymentService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Charges, or returns what became of the charge that has the order's key.
   * @throws AppError payment_fingerprint_mismatch, payment_in_progress (409), too_many_declines, rate_limited (429),
   *   provider_unreachable (502), provider_refused, store_unavailable (503): then the record proves that no confirm went out.
   *   An outcome that nobody knows is never thrown: it is `pending`.
   */
  async charge(order: ChargeOrder): Promise<Charged> {
    const age = RequestAge.ofCurrentRequest(this.config.payments.requestDeadlineMs);
    const { document, inserted } = await atFailpoint('charge.insert', () => this.payments.insert(this.recordOf(order)));
    return this.goOn(document, order, inserted, age);
  }

  /**
   * As `charge`, where only the key of the order and the fingerprint of the request are known.
   * @returns null when there is no charge of that key.
   */
  async repeat(order: Pick<ChargeOrder, 'owner' | 'key' | 'fingerprint' | 'isRepeatable'>): Promise<Charged | null> {
    const age = RequestAge.ofCurrentRequest(this.config.payments.requestDeadlineMs);
    const { paymentId } = paymentIdOf(this.deployment.id, order.owner, order.key);
    const payment = await atFailpoint('charge.load', () => this.payments.load(paymentId));
    return payment === null ? null : this.goOn(payment, order, false, age);
  }

  /**
   * Ends a charge that nobody goes on with, so that no request that stood still can send it later: what was never begun is
   * recorded as ended, what was not sent is canceled. One that was sent is left to the resolver.
   */
  async end(order: Pick<ChargeOrder, 'owner' | 'key' | 'fingerprint' | 'amountMinor' | 'currency'>): Promise<Charged> {
    const begun = this.recordOf({ ...NOTHING, ...order });
    const { document } = await atFailpoint('charge.end', () =>
      this.payments.insert({ ...begun, ...endedUnpaid(this.clock.date()) }),
    );
    const isUnsent = document.state === 'NEW' || document.state === 'PI_CREATED';
    const payment = isUnsent ? await this.fence.endUnpaid(document) : document;
    return { payment, outcome: chargeOutcomeOf(payment) };
  }

  /**
   * Cancels a charge that waits for its payer. What Stripe does not cancel now the resolver does; a success that was quicker
   * counts.
   */
  async cancel(payment: Payment): Promise<Charged> {
    const ended = await this.fence.endUnpaid(payment);
    return { payment: ended, outcome: chargeOutcomeOf(ended) };
  }

  /** Returns the charge as it stands; null when there is none. */
  async findById(paymentId: string): Promise<Charged | null> {
    const payment = await atFailpoint('charge.find', () => this.payments.load(paymentId));
    return payment === null ? null : { payment, outcome: chargeOutcomeOf(payment) };
  }

  /** Returns the id of the charge of that key, whether or not there is one yet. */
  idOf(owner: ChargeOrder['owner'], key: string): string {
    return paymentIdOf(this.deployment.id, owner, key).paymentId;
  }

  private async goOn(
    found: Payment,
    order: Pick<ChargeOrder, 'fingerprint' | 'isRepeatable'>,
    holdsLease: boolean,
    age: RequestAge,
  ): Promise<Charged> {
    if (found.fingerprint !== order.fingerprint)
      throw new AppError('payment_fingerprint_mismatch', 'This key was already used with another request');
    const run: ChargeRun = { unknown: false, sent: false, last: found, room: null };
    try {
      const payment = await this.run(run, holdsLease, age);
      return { payment, outcome: chargeOutcomeOf(payment) };
    } catch (error) {
      if (!run.unknown) {
        if (!order.isRepeatable) await this.abandon(run.last);
        throw error;
      }
      // Trouble of our own is no answer: once something may have run, only its outcome may be told.
      if (error instanceof AppError && !(error instanceof StoreError)) throw error;
      const paid = paidMeanwhile(error);
      if (paid !== null) return { payment: paid, outcome: 'succeeded' };
      this.logger.error({ err: error, paymentId: run.last._id }, 'the outcome of a charge is not recorded yet');
      return { payment: run.last, outcome: 'pending' };
    } finally {
      if (run.room !== null) this.limits.giveBack(run.room);
    }
  }

  private recordOf(order: ChargeOrder): Omit<Payment, 'v' | 'w'> {
    const { owner, key, fingerprint, customerId, terms } = order;
    const { amountMinor, currency, description, metadata } = order;
    const price = { amountMinor, currency, description, metadata };
    const named = { deploymentId: this.deployment.id, owner, key, fingerprint, customerId, price };
    return { ...newPayment({ ...named, now: this.clock.date(), times: this.config.payments }), terms };
  }

  private async run(run: ChargeRun, begun: boolean, age: RequestAge): Promise<Payment> {
    let holdsLease = begun;
    for (let round = 0; round < ROUNDS; round++) {
      const payment = run.last;
      if (isFinal(payment) || payment.cancelRequested) return payment;
      if (payment.state === 'NEW') {
        run.last = await this.make(payment, holdsLease, age);
        holdsLease = true;
      } else if (isUnsettled(payment)) {
        run.unknown = true; // whoever sent it
        const settled = await this.settle(payment, run, age);
        if (settled !== null) return settled;
      } else if (payment.state === 'PI_CREATED' && payment.terms !== undefined && mayStart(payment)) {
        const settled = await this.startAndSend(payment, payment.terms, run, age);
        if (settled !== null) return settled;
      } else return payment;
    }
    if (run.unknown) return run.last;
    throw notStarted();
  }

  private async make(payment: Payment, holdsLease: boolean, age: RequestAge): Promise<Payment> {
    const busyMaking = () =>
      new AppError('payment_in_progress', 'Another request with this key is still being worked on', {
        retryAfterSeconds: 1,
      });
    // No other Customer takes the place of one that is gone: it would not have the method.
    const asker = { age, holdsLease, busy: busyMaking, replaceCustomer: async () => null };
    return (await this.intents.make(payment, asker)).payment;
  }

  /** Writes the attempt, then sends it; returns null when somebody else was first. */
  private async startAndSend(
    payment: Payment,
    terms: ChargeTerms,
    run: ChargeRun,
    age: RequestAge,
  ): Promise<Payment | null> {
    if (age.isLate() || this.stripe.isUnusable) throw notStarted();
    run.room ??= await this.limits.takeRoom(payment, age);
    if (run.room === null) return this.again(run);
    if (age.isLate()) throw notStarted();
    const { paymentMethodId, offSession, mandate, keepsMethod, returnUrl, ref } = terms;
    run.unknown = true; // from here a lost answer of the store may leave an attempt that a repeat sends
    const started = await this.steps
      .start(payment, {
        paymentMethodId,
        offSession,
        ...(mandate === undefined ? {} : { mandate }),
        ...(keepsMethod === true ? { keepsMethod } : {}),
        ...(returnUrl === undefined ? {} : { returnUrl }),
        ref,
      })
      .catch((error: unknown) => {
        if (error instanceof StoreError && error.outcome === 'not_applied') run.unknown = run.sent;
        throw error;
      });
    if (started === null || started.attempt === null) {
      run.unknown = run.sent;
      return this.again(run);
    }
    run.last = started;
    if (age.isLate()) return this.takeBack(started, run);
    return this.answers.send({ payment: started, attempt: started.attempt }, true, run);
  }

  /** The write took so long that the caller may have gone another way; the swap proves that nobody has sent it. */
  private async takeBack(started: Payment, run: ChargeRun): Promise<Payment | null> {
    const { attempt } = started;
    const undone = attempt === null ? null : await this.steps.takeBack({ payment: started, attempt });
    if (undone === null) return started;
    run.unknown = run.sent;
    run.last = undone;
    throw notStarted();
  }

  /** Settles an attempt of another request, or of one that died: by that request's answer, or by sending it again under its key. */
  private async settle(payment: Payment, run: ChargeRun, age: RequestAge): Promise<Payment | null> {
    const waited = run.sent ? payment : await this.steps.waitForOther(payment, age);
    run.last = waited;
    if (waited.v !== payment.v) return null;
    if (age.isLate() || waited.attempt === null) return waited;
    const resent = await this.steps.restart(waited);
    if (resent === null || resent.attempt === null) return this.again(run);
    run.last = resent;
    return this.answers.send({ payment: resent, attempt: resent.attempt }, false, run);
  }

  private async again(run: ChargeRun): Promise<null> {
    run.last = await atFailpoint('charge.reload', () => this.payments.reload(run.last));
    return null;
  }

  /** Ends a charge whose key nobody knows, so that no later request can charge it. The resolver ends what fails here. */
  private async abandon(payment: Payment): Promise<void> {
    await this.fence
      .endUnpaid(payment)
      .catch((error: unknown) => this.logger.warn({ err: error, paymentId: payment._id }, 'left to the resolver'));
  }
}

/** The record of a charge that was never begun: it only keeps its place. */
const NOTHING = {
  description: null,
  metadata: {},
  customerId: '',
  isRepeatable: false,
  terms: {
    paymentMethodId: '',
    methodTypes: ['card'],
    capture: 'automatic',
    offSession: true,
    ref: '',
    instrument: '',
  },
} as const;

/** Returns whether an attempt may start: under one reference a second one starts only if Stripe took nothing of the first. */
function mayStart({ settled, terms }: Payment): boolean {
  return settled.every(({ ref, result }) => ref !== terms?.ref || result === 'not_sent');
}
