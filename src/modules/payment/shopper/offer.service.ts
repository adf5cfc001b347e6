import { Inject, Injectable, Logger } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { whyNotChargeable, whyTooSmall } from '../../../platform/common/currency.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { Principal } from '../../../platform/common/principal.js';
import { type AmountBounds, CONFIG, type Config } from '../../../platform/config/config.js';
import { PaymentRepository } from '../record/payment.repository.js';
import type { Payment } from '../record/payment.types.js';
import { paymentIdOf, requireShopperOf } from '../record/payment-owner.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { OfferRepository } from './offer.repository.js';
import type { Offer, OfferTerms, ClientPrice, Price } from './offer.types.js';

const RACES = 10;

/** Finds what a cuid costs. The payer's client names a price only where the setting allows it, and within bounds. */
@Injectable()
export class OfferService {
  private readonly logger = new Logger(OfferService.name);

  constructor(
    private readonly offers: OfferRepository,
    private readonly payments: PaymentRepository,
    private readonly deployment: DeploymentService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Returns what is registered for the cuid, or null. */
  read(cuid: string): Promise<Offer | null> {
    return atFailpoint('offer.load', () => this.offers.load(cuid));
  }

  /**
   * Registers, or replaces while nobody has claimed it, or once Stripe has refused the claimant's payment (ruling 57).
   * @throws AppError forbidden (403) unless an administrator asks, checkout_claimed (409), validation_failed (400).
   */
  async register(principal: Principal, cuid: string, terms: OfferTerms): Promise<Offer> {
    if (!principal.isAdmin) throw new AppError('forbidden', 'Only an administrator may register a checkout');
    const { amountMinor, currency } = terms;
    const problem = whyNotChargeable(amountMinor, currency) ?? whyTooSmall(amountMinor, currency);
    if (problem !== null) throw new AppError('validation_failed', problem, { messages: [problem] });
    this.refusePast(terms);
    for (let race = 0; race < RACES; race++) {
      const existing = await this.read(cuid);
      if (existing === null) {
        const { document, inserted } = await atFailpoint('offer.register', () =>
          this.offers.insert({
            _id: cuid,
            kind: 'registered',
            ...terms,
            claimedBy: null,
            createdAt: this.clock.date(),
          }),
        );
        if (inserted) return document;
      } else {
        const replaced = await this.replace(existing, terms);
        if (replaced !== null) return replaced;
      }
    }
    throw tooManyRaces();
  }

  /** @returns null when somebody was first: look again. */
  private async replace(existing: Offer, terms: OfferTerms): Promise<Offer | null> {
    if (existing.kind !== 'registered') throw claimed();
    if (existing.claimedBy === null) {
      if (sameTerms(existing, terms)) return existing; // sent again after a lost answer
      return this.swapTerms(existing, terms);
    }
    const payment = await this.refusedPayment(existing, existing.claimedBy);
    if (payment === null && sameTerms(existing, terms)) return existing;
    const staysBound = terms.userId === null || terms.userId === existing.claimedBy;
    if (payment === null || !staysBound) throw claimed();
    if (!(await this.voidReopening(existing, payment))) return null;
    return this.swapTerms(existing, { ...terms, claimedFor: null });
  }

  private swapTerms(existing: Offer, changes: OfferTerms & Partial<Offer>): Promise<Offer | null> {
    return atFailpoint('offer.replace', () => this.offers.swap(existing, { ...changes }));
  }

  /** The claimant's payment, if Stripe refused to create it: nothing was charged at this price, and nothing can be. */
  private async refusedPayment({ _id: cuid }: Offer, claimedBy: string): Promise<Payment | null> {
    const id = paymentIdOf(this.deployment.id, { surface: 'storefront', userId: claimedBy }, cuid).paymentId;
    const payment = await atFailpoint('offer.claimant', () => this.payments.load(id));
    return payment?.state === 'REJECTED' && payment.providerPaymentId === undefined ? payment : null;
  }

  /**
   * A create that has claimed the old price for the next generation, and died or is about to begin again with it, loses its
   * swap from here on. @returns false when it was faster.
   */
  private async voidReopening({ claimedFor }: Offer, payment: Payment): Promise<boolean> {
    const generation = claimedFor ?? 0;
    if (generation <= payment.createGeneration) return true;
    const voided = await atFailpoint('offer.void', () =>
      this.payments.change(payment, { createGeneration: generation }),
    );
    return voided !== null;
  }

  /**
   * The price that a refused payment is created at now, claimed for its next generation before the payment changes: two
   * documents cannot change at once, and what is charged has to be what stands here.
   * @returns null while the shop has not corrected it.
   * @throws AppError checkout_expired (409).
   */
  async reclaim(payment: Payment): Promise<Price | null> {
    const { cuid, createGeneration } = payment;
    const userId = requireShopperOf(payment);
    const next = createGeneration + 1;
    for (let race = 0; race < RACES; race++) {
      const existing = await atFailpoint('offer.reclaim_look', () => this.offers.load(cuid));
      if (existing?.kind !== 'registered' || existing.claimedBy !== userId) return null;
      if (typeof existing.claimedFor === 'number' && existing.claimedFor >= next) return existing; // and died then
      if (existing.claimedFor !== null) return null;
      this.refuseExpired(existing);
      const anew = await atFailpoint('offer.reclaim', () => this.offers.swap(existing, { claimedFor: next }));
      if (anew !== null) return anew;
    }
    throw tooManyRaces();
  }

  /** Returns what a payer may do whose payment has ended: another cuid would cost the default price, not the registered one. */
  async advice(cuid: string): Promise<string> {
    try {
      const offer = await atFailpoint('offer.advice', () => this.offers.load(cuid));
      return offer?.kind === 'registered' ? 'ask the shop' : 'start a new one with a new cuid';
    } catch (error) {
      this.logger.warn({ err: error }, 'whether a checkout is registered is not known');
      return 'ask the shop';
    }
  }

  /**
   * Fixes the price of a payment: the first user to claim a registered checkout owns it, and may claim it again. What the
   * payer named counts only where none is registered.
   * @throws AppError checkout_taken, checkout_expired, checkout_required (all 409), validation_failed (400: out of bounds).
   */
  async claim(userId: string, cuid: string, named: ClientPrice | null): Promise<Price> {
    for (let race = 0; race < RACES; race++) {
      const existing = await atFailpoint('offer.look', () => this.offers.load(cuid));
      if (existing === null) {
        const price = this.unregistered(named);
        if (await this.leaveTombstone(cuid, price, named === null ? 'default' : 'client')) return price;
      } else if (existing.kind !== 'registered') {
        return named === null && existing.kind === 'default' ? existing : this.unregistered(named);
      } else if (existing.claimedBy === userId) {
        return existing;
      } else {
        this.refuseUnclaimable(existing, userId);
        const claimed = await atFailpoint('offer.claim', () => this.offers.swap(existing, { claimedBy: userId }));
        if (claimed !== null) return claimed;
      }
    }
    throw tooManyRaces();
  }

  /**
   * Takes the default price for a cuid that has no checkout, without looking first.
   * @returns null when it has one, or when there is no default price: `claim` decides then.
   */
  async claimUnused(cuid: string): Promise<Price | null> {
    if (this.config.storefront.defaultPrice === null) return null;
    const price = this.unregistered(null);
    return (await this.leaveTombstone(cuid, price, 'default')) ? price : null;
  }

  private unregistered(named: ClientPrice | null): Price {
    if (named !== null) refuseOutOfBounds(named, this.config.storefront.clientAmounts);
    const price = named ?? this.config.storefront.defaultPrice;
    if (price === null) throw new AppError('checkout_required', 'No checkout is registered for this cuid');
    return { ...price, description: null, metadata: {} };
  }

  private async leaveTombstone(cuid: string, price: Price, kind: 'default' | 'client'): Promise<boolean> {
    const { inserted } = await atFailpoint('offer.tombstone', () =>
      this.offers.insert({
        _id: cuid,
        kind,
        ...price,
        expiresAt: null,
        userId: null,
        claimedBy: null,
        createdAt: this.clock.date(),
      }),
    );
    return inserted;
  }

  private refuseUnclaimable(offer: Offer, userId: string): void {
    if (offer.claimedBy !== null || (offer.userId !== null && offer.userId !== userId)) {
      throw new AppError('checkout_taken', 'This cuid belongs to another payment, use a new one');
    }
    this.refuseExpired(offer);
  }

  /** Throws for an expired registration, which would be refused to every payer. */
  private refusePast({ expiresAt }: OfferTerms): void {
    if (expiresAt === null || expiresAt.getTime() > this.clock.now()) return;
    const problem = 'expiresAt must be in the future';
    throw new AppError('validation_failed', problem, { messages: [problem] });
  }

  private refuseExpired({ expiresAt }: Offer): void {
    if (expiresAt !== null && expiresAt.getTime() <= this.clock.now()) {
      throw new AppError('checkout_expired', 'The checkout for this cuid has expired');
    }
  }
}

function refuseOutOfBounds({ amountMinor, currency }: ClientPrice, allowed: AmountBounds | null): void {
  const bounds = allowed?.get(currency);
  const problem =
    bounds === undefined
      ? `currency must be one of ${[...(allowed?.keys() ?? [])].join(', ')}`
      : amountMinor < bounds.minMinor || amountMinor > bounds.maxMinor
        ? `amount in ${currency} must be from ${bounds.minMinor} to ${bounds.maxMinor}`
        : (whyNotChargeable(amountMinor, currency) ?? whyTooSmall(amountMinor, currency));
  if (problem !== null) throw new AppError('validation_failed', problem, { messages: [problem] });
}

function sameTerms(offer: Offer, terms: OfferTerms): boolean {
  const { amountMinor, currency, description, metadata, expiresAt, userId } = offer;
  return isDeepStrictEqual({ amountMinor, currency, description, metadata, expiresAt, userId }, terms);
}

function claimed(): AppError {
  return new AppError('checkout_claimed', 'A payment has already been started with this cuid, its price is fixed');
}

function tooManyRaces(): AppError {
  return new AppError(
    'payment_in_progress',
    'This cuid is being changed by others at the same time, please try again',
    { retryAfterSeconds: 1 },
  );
}
