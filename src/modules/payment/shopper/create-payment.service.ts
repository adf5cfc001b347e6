import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { Principal } from '../../../platform/common/principal.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { providerUnreachable } from '../../../platform/stripe/provider-failure.js';
import type { ProviderPayment } from '../../../platform/stripe/provider.types.js';
import { ShopperCustomerService } from '../../customer/shopper/shopper-customer.service.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { OfferService } from './offer.service.js';
import type { ClientPrice, Price } from './offer.types.js';
import { UserRepository } from '../../user/user.repository.js';
import { DeclineLimits } from '../limits/decline-limits.js';
import { PaymentFence } from '../provider/payment-fence.js';
import { newPayment, type PaymentRequest, reopenedPayment } from '../record/new-payment.js';
import { ownerOf, paymentIdOf, requireShopperOf } from '../record/payment-owner.js';
import { PaymentIntentMaker } from '../provider/payment-intent-maker.js';
import { PaymentObserver } from '../provider/payment-observer.js';
import { isFinal } from '../record/payment-states.js';
import { type PaymentView, statusOf, viewOf } from '../record/payment-view.js';
import { PaymentRepository } from '../record/payment.repository.js';
import { RequestAge } from '../provider/request-age.js';
import type { Payment } from '../record/payment.types.js';

export interface CreatedPayment extends PaymentView {
  readonly clientSecret: string;
}

const REOPEN_RACES = 5;

@Injectable()
export class CreatePaymentService {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly observer: PaymentObserver,
    private readonly fence: PaymentFence,
    private readonly users: UserRepository,
    private readonly limits: DeclineLimits,
    private readonly intents: PaymentIntentMaker,
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
    const { payment, made } = await this.intents.make(first.payment, {
      age,
      holdsLease: first.started,
      busy: inProgress,
      replaceCustomer: (current) => this.customers.replaceIfGone(principal.id, current.customerId),
    });
    if (payment.state === 'REJECTED') throw await this.rejected(payment);
    if (payment.state === 'CANCELED') throw await this.canceled(payment);
    const created = made === null ? await this.repeated(payment) : withSecret(payment, made);
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

function withSecret(payment: Payment, provider: ProviderPayment): CreatedPayment {
  if (provider.id !== payment.providerPaymentId || provider.clientSecret === null) {
    throw new Error(`the client secret of another PaymentIntent than the stored one of ${payment._id}`);
  }
  return { ...viewOf(payment, statusOf(payment)), clientSecret: provider.clientSecret };
}

function inProgress(): AppError {
  return new AppError('payment_in_progress', 'Another request with this cuid is still being worked on', {
    retryAfterSeconds: 1,
  });
}
