import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { Principal } from '../../../platform/common/principal.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { providerRefused, providerUnreachable } from '../../../platform/stripe/provider-failure.js';
import type { ProviderAnswer, ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { ShopperCustomerService } from '../../customer/shopper/shopper-customer.service.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { OfferService } from './offer.service.js';
import type { ClientPrice, Price } from './offer.types.js';
import { OrphanCanceler } from '../upkeep/orphan-canceler.js';
import { UserRepository } from '../../user/user.repository.js';
import { DeclineLimits } from '../limits/decline-limits.js';
import { PaymentFence } from '../provider/payment-fence.js';
import { newPayment, type PaymentRequest, reopenedPayment } from '../record/new-payment.js';
import { ownerOf, paymentIdOf, requireShopperOf } from '../record/payment-owner.js';
import { afterStoring } from '../record/payment-changes.js';
import { PaymentObserver } from '../provider/payment-observer.js';
import { isFinal } from '../record/payment-states.js';
import { type PaymentView, statusOf, viewOf } from '../record/payment-view.js';
import { PaymentRepository } from '../record/payment.repository.js';
import { RequestAge } from './request-age.js';
import type { Payment } from '../record/payment.types.js';

export interface CreatedPayment extends PaymentView {
  readonly clientSecret: string;
}

type Refusal = Extract<ProviderAnswer<unknown>, { outcome: 'refused' }>;

/** Look again this often while another request of the same cuid is at work. */
const LOOK_AGAIN_MS = 100;
/** Honour Stripe's `Retry-After` ourselves (the SDK does not), this often. */
const PATIENT_TRIES = 2;
const REOPEN_RACES = 5;

@Injectable()
export class CreatePaymentService {
  private readonly logger = new Logger(CreatePaymentService.name);

  constructor(
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly fence: PaymentFence,
    private readonly orphans: OrphanCanceler,
    private readonly users: UserRepository,
    private readonly limits: DeclineLimits,
    private readonly stripe: StripePayments,
    private readonly customers: ShopperCustomerService,
    private readonly offers: OfferService,
    private readonly deployment: DeploymentService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * One payment per (user, cuid), for ever: a repeat answers the same PaymentIntent with its current status.
   * @param named what the payer wants to pay, where that is allowed; a registered checkout beats it.
   * @param body the request body as the client sent it, for the fingerprint.
   * @throws AppError too_many_declines, rate_limited (429: nothing is written or asked), checkout_* (409), payment_canceled, payment_in_progress (409), payment_rejected (400),
   *   provider_unreachable (502), provider_refused (503), store_unavailable (503).
   */
  async create(
    principal: Principal,
    { cuid, named }: { cuid: string; named: ClientPrice | null },
    body: object,
  ): Promise<CreatedPayment> {
    const age = RequestAge.ofCurrentRequest(this.config.payments.requestDeadlineMs);
    const fingerprint = this.deployment.fingerprint({ ...body, cuid: undefined });
    const admitted = await this.limits.admitCreate(principal.id);
    const first = await this.findOrStart(principal, cuid, named, fingerprint);
    if (!first.started) this.limits.giveBack(admitted);
    if (first.payment.fingerprint !== fingerprint) {
      throw new AppError('payment_fingerprint_mismatch', 'This cuid was already used with another request');
    }
    const { payment, made } = await this.withPaymentIntent(first.payment, first.started, age);
    if (payment.state === 'REJECTED') throw await this.rejected(payment);
    if (payment.state === 'CANCELED') throw await this.canceled(payment);
    const created = made ?? (await this.repeated(payment));
    await this.refuseDeletedUser(payment);
    return created;
  }

  private async findOrStart(
    principal: Principal,
    cuid: string,
    named: ClientPrice | null,
    fingerprint: string,
  ): Promise<{ payment: Payment; started: boolean }> {
    const owner = { surface: 'storefront', userId: principal.id } as const;
    const { paymentId } = paymentIdOf(this.deployment.id, owner, cuid);
    // A cuid that nobody has used or registered yet, the usual case, is known by its claim: no payment has it either.
    const usual = principal.customerId !== undefined && named === null;
    const fresh = usual ? await this.offers.claimUnused(cuid) : null;
    const existing = fresh === null ? await atFailpoint('create.load', () => this.payments.load(paymentId)) : null;
    if (existing !== null) {
      return existing.state === 'REJECTED' ? this.reopen(existing, principal) : { payment: existing, started: false };
    }

    const customerId = principal.customerId ?? (await this.customers.ensureFor(principal.id));
    const price = fresh ?? (await this.offers.claim(principal.id, cuid, named));
    const { document, inserted } = await atFailpoint('create.insert', () =>
      this.payments.insert(newPayment(this.requestFor({ owner, key: cuid, fingerprint }, customerId, price))),
    );
    return { payment: document, started: inserted };
  }

  private requestFor(
    named: Pick<PaymentRequest, 'owner' | 'key' | 'fingerprint'>,
    customerId: string,
    price: Price,
  ): PaymentRequest {
    return {
      ...named,
      deploymentId: this.deployment.id,
      customerId,
      price,
      payerAddress: this.limits.address(),
      now: this.clock.date(),
      times: this.config.payments,
    };
  }

  /** Stripe refused it; once the shop has corrected the price it begins again. Whoever wins the swap is at work on it. */
  private async reopen(refused: Payment, principal: Principal): Promise<{ payment: Payment; started: boolean }> {
    const { cuid: key, fingerprint } = refused;
    let current = refused;
    for (let race = 0; race < REOPEN_RACES && current.state === 'REJECTED'; race++) {
      const seen = current;
      const price = await this.offers.reclaim(seen);
      if (price === null) break;
      const customerId = principal.customerId ?? (await this.customers.ensureFor(principal.id));
      const request = this.requestFor({ owner: ownerOf(seen), key, fingerprint }, customerId, price);
      const reopened = await atFailpoint('create.reopen', () =>
        this.payments.change(seen, reopenedPayment(seen, request)),
      );
      if (reopened !== null) return { payment: reopened, started: true };
      current = await atFailpoint('create.reopen_reload', () => this.payments.reload(seen));
    }
    return { payment: current, started: false };
  }

  /** The PaymentIntent of this payment, made now unless it is there. `made` is set when this request's own id was stored. */
  private async withPaymentIntent(
    payment: Payment,
    holdsLease: boolean,
    age: RequestAge,
  ): Promise<{ payment: Payment; made: CreatedPayment | null }> {
    let current = payment;
    if (!holdsLease && current.state === 'NEW') current = await this.takeOver(current, age);
    let patience = PATIENT_TRIES;
    for (let round = 0; round < 4 && current.state === 'NEW'; round++) {
      const answer = await atFailpoint('create.send', () =>
        this.stripe.create(paramsOf(current), `${current._id}:create:${current.createGeneration}`),
      );
      if (answer.outcome === 'done') {
        const stored = await this.store(current, answer.value, answer.replayed);
        if (stored === null) {
          current = await atFailpoint('create.reload', () => this.payments.reload(current));
          await this.endUnwanted(current, answer.value);
          continue; // the secret of a PaymentIntent that lost the race never leaves the process (ruling 6)
        }
        const firstHand = !answer.replayed && answer.tries.count === 1 && answer.value.clientSecret !== null;
        return { payment: stored, made: firstHand ? withSecret(stored, answer.value) : null };
      }
      if (answer.outcome === 'unknown' && answer.serverError) {
        // An unconfirmed twin is harmless, a 500 kept under the key for a day is not.
        current = await atFailpoint('create.next_key', () =>
          this.payments.changeOrReload(current, { createGeneration: current.createGeneration + 1 }),
        );
        continue;
      }
      if (answer.outcome === 'refused' && answer.code === 'resource_missing') {
        const customerId = await this.replaceCustomer(current);
        if (customerId !== null) {
          const createGeneration = current.createGeneration + 1; // other parameters need another key
          current = await atFailpoint('create.new_customer', () =>
            this.payments.changeOrReload(current, { customerId, createGeneration }),
          );
          continue;
        }
      }
      if (answer.outcome === 'refused' && answer.status === 429 && patience > 0) {
        const waitMs = (answer.retryAfterSeconds ?? 1) * 1000;
        if (age.leaves(waitMs)) {
          patience--;
          round--;
          await sleep(waitMs);
          continue;
        }
      }
      await this.giveUp(current, answer.outcome === 'refused' ? answer : null);
    }
    if (current.state === 'NEW') await this.giveUp(current, null);
    return { payment: current, made: null };
  }

  /** Simultaneous repeats wait for the first and get its answer; a dead one's work is taken over. */
  private async takeOver(payment: Payment, age: RequestAge): Promise<Payment> {
    const waiting = RequestAge.fromNow();
    let current = payment;
    while (current.state === 'NEW') {
      if (current.leaseUntil === null || current.leaseUntil.getTime() <= this.clock.now()) {
        const leaseUntil = new Date(this.clock.now() + this.config.payments.leaseMs);
        const taken = await atFailpoint('create.take_over', () =>
          this.payments.change(current, { leaseUntil, activeAt: this.clock.date() }),
        );
        if (taken !== null) return taken;
      } else if (waiting.elapsedMs() > this.config.payments.repeatWaitMs || !age.leaves(LOOK_AGAIN_MS)) {
        throw new AppError('payment_in_progress', 'Another request with this cuid is still being worked on', {
          retryAfterSeconds: 1,
        });
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

  /** Lets the next try begin at once, and says what is known: nothing was charged, and nothing can be. */
  private async giveUp(payment: Payment, refusal: Refusal | null): Promise<never> {
    if (refusal !== null && isForGood(refusal)) {
      const ended = await atFailpoint('create.reject', () =>
        this.payments.change(payment, {
          state: 'REJECTED',
          nextCheckAt: null,
          leaseUntil: null,
          finalAt: this.clock.date(),
        }),
      );
      throw ended === null ? providerUnreachable() : await this.rejected(ended);
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

  /** As `replaceIfGone`. A Customer that Stripe does not tell of may be there or not, so nothing is refused for good. */
  private async replaceCustomer(payment: Payment): Promise<string | null> {
    try {
      return await this.customers.replaceIfGone(requireShopperOf(payment), payment.customerId);
    } catch (error) {
      await this.letGo(payment);
      throw error;
    }
  }

  /** A repeat reads the secret from Stripe again, because it is never stored. */
  private async repeated(payment: Payment): Promise<CreatedPayment> {
    const seen = await this.observer.observe(payment);
    if (seen === null) {
      throw providerUnreachable();
    }
    if (seen.payment.state === 'CANCELED') throw await this.canceled(payment);
    await this.touch(seen.payment);
    return withSecret(seen.payment, seen.provider);
  }

  /**
   * The user was deleted since they proved who they are. Asked after the PaymentIntent is stored: whoever deletes them later
   * finds the payment, and ends it.
   * @throws AppError unauthenticated (401), once the PaymentIntent is canceled or the intent to is stored.
   */
  private async refuseDeletedUser(payment: Payment): Promise<void> {
    const user = await atFailpoint('create.payer', () => this.users.findById(requireShopperOf(payment)));
    if (user !== null) return;
    await this.fence.endUnpaid(payment);
    throw new AppError('unauthenticated', 'Unauthorized');
  }

  /** The payment has ended while its PaymentIntent was made. Nobody has its secret; if this fails the sweep ends it. */
  private async endUnwanted(payment: Payment, provider: ProviderPayment): Promise<void> {
    if (!isFinal(payment) || payment.providerPaymentId === provider.id) return;
    await this.orphans
      .cancel(provider.id, payment._id)
      .catch((error: unknown) => this.logger.warn({ err: error, paymentId: payment._id }, 'left to the sweep'));
  }

  private async canceled({ cuid }: Payment): Promise<AppError> {
    const advice = await this.offers.advice(cuid);
    return new AppError('payment_canceled', `The payment under this cuid has been canceled, ${advice}`);
  }

  private async rejected({ cuid }: Payment): Promise<AppError> {
    const advice = await this.offers.advice(cuid);
    return new AppError('payment_rejected', `The payment provider rejected the payment, ${advice}`);
  }

  /** A payer who comes back keeps the payment alive; written at most once a minute, and losing that race costs nothing. */
  private async touch(payment: Payment): Promise<void> {
    const now = this.clock.now();
    const { pollFirstMs } = this.config.payments;
    if (isFinal(payment) || payment.cancelRequested || now - payment.activeAt.getTime() <= pollFirstMs) return;
    const soon = now + pollFirstMs;
    const nextCheckAt = new Date(Math.min(payment.nextCheckAt?.getTime() ?? soon, soon));
    await atFailpoint('create.touch', () =>
      this.payments.change(payment, { activeAt: new Date(now), backoffMs: pollFirstMs, nextCheckAt }),
    );
  }
}

function paramsOf(payment: Payment) {
  return {
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    customerId: payment.customerId,
    ...(payment.description === null ? {} : { description: payment.description }),
    metadata: payment.metadata,
  };
}

function withSecret(payment: Payment, provider: ProviderPayment): CreatedPayment {
  if (provider.id !== payment.providerPaymentId || provider.clientSecret === null) {
    throw new Error(`the client secret of another PaymentIntent than the stored one of ${payment._id}`);
  }
  return { ...viewOf(payment, statusOf(payment)), clientSecret: provider.clientSecret };
}

/** What the shop or the payer said, as Stripe names it; the rest of a create is ours, or the account's. */
const OF_THE_PRICE = /^(amount|currency|description|metadata)(\[|$)/;

/**
 * Only the answer to a first and only try proves that nothing is there, and only a complaint about the price is answered the
 * same until the price is another one. Payment methods that are switched off in the dashboard can be switched on.
 */
function isForGood({ status, code, param, tries }: Refusal): boolean {
  if (tries.anyUnknown) return false;
  if (status === 404) return code === 'resource_missing';
  return status === 400 && (OF_THE_PRICE.test(param ?? '') || /^amount_too_(small|large)$/.test(code ?? ''));
}
