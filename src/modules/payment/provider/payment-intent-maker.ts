import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { isLeased } from '../../../platform/common/lease.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { providerRefused, providerUnreachable } from '../../../platform/stripe/provider-failure.js';
import { askUnderKey, type KeyedAnswer } from '../../../platform/stripe/keyed-call.js';
import type { ProviderAnswer, ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { afterStoring } from '../record/payment-changes.js';
import { isFinal } from '../record/payment-states.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';
import { OrphanCanceler } from './orphan-canceler.js';
import { RequestAge } from './request-age.js';

type Refusal = Extract<ProviderAnswer<unknown>, { outcome: 'refused' }>;

/** Looks again this often while another request for the same payment is at work. */
const LOOK_AGAIN_MS = 100;
/** Bound on rounds: each ends in a PaymentIntent, in an answer, or in a payment that somebody else has moved. */
const ROUNDS = 4;

/** The part of making a PaymentIntent that differs between the forms of a payment. */
export interface IntentAsker {
  readonly age: RequestAge;
  /** True when this request began the payment, so that nobody else is at work on it. */
  readonly holdsLease: boolean;
  /** Returns the error for a payment on which another request is at work for longer than this one may wait. */
  readonly busy: () => AppError;
  /** Returns the id of another Stripe Customer when the payment's is gone, null when it is there. */
  readonly replaceCustomer: (payment: Payment) => Promise<string | null>;
}

export interface MadeIntent {
  readonly payment: Payment;
  /** PaymentIntent as Stripe answered it, when this request's own was stored at the first try: only then is it news. */
  readonly made: ProviderPayment | null;
}

/**
 * Makes the one PaymentIntent of a payment, unconfirmed, from its record alone: under a key that follows from the record and
 * its generation, so that a repeat, on whatever instance, meets its own.
 */
@Injectable()
export class PaymentIntentMaker {
  private readonly logger = new Logger(PaymentIntentMaker.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly orphans: OrphanCanceler,
    private readonly stripe: StripePayments,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes the PaymentIntent of a payment, unless it is there. A payment that Stripe refuses for good, or that has ended
   * meanwhile, is answered as it is.
   * @throws AppError provider_unreachable (502), provider_refused (503), what `asker` throws, StoreError.
   */
  async make(payment: Payment, asker: IntentAsker): Promise<MadeIntent> {
    const { age } = asker;
    let current = payment;
    if (!asker.holdsLease && current.state === 'NEW') current = await this.takeOver(current, asker);
    for (let round = 0; round < ROUNDS && current.state === 'NEW'; round++) {
      const { record, answer } = await this.ask(current, age);
      current = record ?? current;
      if (answer === null) continue;
      if (answer.outcome === 'done') {
        const stored = await this.store(current, answer.value, answer.replayed);
        if (stored === null) {
          current = await atFailpoint('create.reload', () => this.payments.reload(current));
          await this.endUnwanted(current, answer.value);
          continue; // the secret of a PaymentIntent that lost the race never leaves the process (ruling 6)
        }
        const firstHand = !answer.replayed && answer.tries.count === 1 && answer.value.clientSecret !== null;
        return { payment: stored, made: firstHand ? answer.value : null };
      }
      const healed = await this.withOtherCustomer(current, answer, asker);
      if (healed === null)
        return { payment: await this.giveUp(current, answer.outcome === 'refused' ? answer : null), made: null };
      current = healed;
    }
    return { payment: current.state === 'NEW' ? await this.giveUp(current, null) : current, made: null };
  }

  /** A 500 may leave an unconfirmed twin, which is harmless and swept. */
  private ask(payment: Payment, age: RequestAge): Promise<KeyedAnswer<Payment, ProviderPayment>> {
    return askUnderKey(payment, {
      send: (current) =>
        atFailpoint('create.send', () =>
          this.stripe.create(paramsOf(current), `${current._id}:create:${current.createGeneration}`),
        ),
      nextKey: (current) =>
        atFailpoint('create.next_key', () =>
          this.payments.changeOrReload(current, { createGeneration: current.createGeneration + 1 }),
        ),
      wants: ({ state }) => state === 'NEW',
      mayWait: (ms) => age.leaves(ms),
    });
  }

  /** Returns the payment with another Customer, when Stripe misses the one that it names; null when it is not that. */
  private async withOtherCustomer(
    payment: Payment,
    answer: ProviderAnswer<ProviderPayment>,
    asker: IntentAsker,
  ): Promise<Payment | null> {
    if (answer.outcome !== 'refused' || answer.code !== 'resource_missing') return null;
    const customerId = await this.replaceCustomer(payment, asker);
    if (customerId === null) return null;
    const createGeneration = payment.createGeneration + 1; // other parameters need another key
    return atFailpoint('create.new_customer', () =>
      this.payments.changeOrReload(payment, { customerId, createGeneration }),
    );
  }

  /** Simultaneous repeats wait for the first and get its answer; a dead one's work is taken over. */
  private async takeOver(payment: Payment, { age, busy }: IntentAsker): Promise<Payment> {
    const waiting = RequestAge.fromNow();
    let current = payment;
    while (current.state === 'NEW') {
      if (!isLeased(current, this.clock.now())) {
        const leaseUntil = new Date(this.clock.now() + this.config.payments.leaseMs);
        const taken = await atFailpoint('create.take_over', () =>
          this.payments.change(current, { leaseUntil, activeAt: this.clock.date() }),
        );
        if (taken !== null) return taken;
      } else if (waiting.elapsedMs() > this.config.payments.repeatWaitMs || !age.leaves(LOOK_AGAIN_MS)) {
        throw busy();
      }
      await sleep(LOOK_AGAIN_MS);
      current = await atFailpoint('create.wait', () => this.payments.reload(current));
    }
    return current;
  }

  private async store(payment: Payment, provider: ProviderPayment, replayed: boolean): Promise<Payment | null> {
    const now = this.clock.date();
    return atFailpoint('create.store', () =>
      this.payments.change(
        payment,
        afterStoring(provider, replayed, now, new Date(now.getTime() + this.config.payments.pollFirstMs)),
      ),
    );
  }

  /**
   * Lets the next try begin at once, and says what is known: nothing was charged, and nothing can be.
   * @returns the payment that Stripe has refused for good.
   */
  private async giveUp(payment: Payment, refusal: Refusal | null): Promise<Payment> {
    if (refusal !== null && isForGood(refusal)) {
      const ended = await atFailpoint('create.reject', () =>
        this.payments.change(payment, {
          state: 'REJECTED',
          nextCheckAt: null,
          leaseUntil: null,
          finalAt: this.clock.date(),
        }),
      );
      if (ended === null) throw providerUnreachable();
      return ended;
    }
    if (refusal?.status === 400 || refusal?.status === 404) {
      const { status, code, param } = refusal;
      this.logger.error({ paymentId: payment._id, status, code, reason: param }, 'create_refused');
      // Stripe may keep the refusal under the key for a day; whatever it is about may be mended sooner.
      await atFailpoint('create.not_for_good', () =>
        this.payments.change(payment, { leaseUntil: null, createGeneration: payment.createGeneration + 1 }),
      );
    } else await this.letGo(payment);
    throw refusal === null
      ? providerUnreachable()
      : providerRefused({ ...refusal, retryAfterSeconds: refusal.retryAfterSeconds ?? 5 });
  }

  private async letGo(payment: Payment): Promise<void> {
    await atFailpoint('create.let_go', () => this.payments.change(payment, { leaseUntil: null }));
  }

  /** A Customer that Stripe does not tell of may be there or not, so nothing is refused for good. */
  private async replaceCustomer(payment: Payment, asker: IntentAsker): Promise<string | null> {
    try {
      return await asker.replaceCustomer(payment);
    } catch (error) {
      await this.letGo(payment);
      throw error;
    }
  }

  /** The payment has ended while its PaymentIntent was made. Nobody has its secret; if this fails the sweep ends it. */
  private async endUnwanted(payment: Payment, provider: ProviderPayment): Promise<void> {
    if (!isFinal(payment) || payment.providerPaymentId === provider.id) return;
    await this.orphans
      .cancel(provider.id, payment._id)
      .catch((error: unknown) => this.logger.warn({ err: error, paymentId: payment._id }, 'left to the sweep'));
  }
}

function paramsOf(payment: Payment) {
  return {
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    ...(payment.customerId === '' ? {} : { customerId: payment.customerId }),
    ...(payment.description === null ? {} : { description: payment.description }),
    metadata: payment.metadata,
    ...(payment.terms === undefined ? {} : { methodTypes: payment.terms.methodTypes }),
    ...(payment.terms?.statementDescriptor === undefined
      ? {}
      : { statementDescriptor: payment.terms.statementDescriptor }),
    ...(payment.terms?.capture === 'manual' ? { captureMethod: 'manual' as const } : {}),
  };
}

/** Parameters of a create that come from the shop or the payer, as Stripe names them; the others are ours or the account's. */
const OF_THE_PRICE = /^(amount|currency|description|metadata)(\[|$)/;

/**
 * Tells whether a refusal is final. The answer to a first and only try alone proves that nothing is there, and a complaint
 * about the price alone is answered the same until the price is another one. Payment methods that are switched off in the
 * dashboard can be switched on.
 */
function isForGood({ status, code, param, tries }: Refusal): boolean {
  if (tries.anyUnknown) return false;
  if (status === 404) return code === 'resource_missing';
  return status === 400 && (OF_THE_PRICE.test(param ?? '') || /^amount_too_(small|large)$/.test(code ?? ''));
}
