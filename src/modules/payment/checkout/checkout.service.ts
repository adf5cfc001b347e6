import { Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import type { Principal } from '../../../platform/common/principal.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { whyNotChargeable } from '../../calculator/currency.js';
import { CheckoutRepository } from './checkout.repository.js';
import type { Checkout, CheckoutTerms, Price } from './checkout.types.js';

const RACES = 10;

/** What a cuid costs. The payer's client never names a price. */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly checkouts: CheckoutRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Registers, or replaces while nobody has claimed it.
   * @throws AppError forbidden (403) unless an administrator asks, checkout_claimed (409), validation_failed (400).
   */
  async register(principal: Principal, cuid: string, terms: CheckoutTerms): Promise<Checkout> {
    if (!principal.isAdmin) throw new AppError('forbidden', 'Only an administrator may register a checkout');
    const problem = whyNotChargeable(terms.amountMinor, terms.currency);
    if (problem !== null) throw new AppError('validation_failed', problem, { messages: [problem] });
    for (let race = 0; race < RACES; race++) {
      const existing = await this.checkouts.load(cuid);
      if (existing === null) {
        const { document, inserted } = await this.checkouts.insert({
          _id: cuid,
          kind: 'registered',
          ...terms,
          claimedBy: null,
          createdAt: this.clock.date(),
        });
        if (inserted) return document;
      } else {
        if (existing.kind === 'registered' && sameTerms(existing, terms)) return existing; // sent again after a lost answer
        if (existing.kind === 'default' || existing.claimedBy !== null) {
          throw new AppError(
            'checkout_claimed',
            'A payment has already been started with this cuid, its price is fixed',
          );
        }
        const replaced = await this.checkouts.swap(existing, { ...terms });
        if (replaced !== null) return replaced;
      }
    }
    throw tooManyRaces();
  }

  /**
   * Fixes the price of a payment: the first user to claim a registered checkout owns it, and may claim it again.
   * @throws AppError checkout_taken, checkout_expired, checkout_required (all 409).
   */
  async claim(userId: string, cuid: string): Promise<Price> {
    for (let race = 0; race < RACES; race++) {
      const existing = await this.checkouts.load(cuid);
      if (existing === null) {
        const price = await this.claimDefault(cuid);
        if (price !== null) return price;
      } else if (existing.kind === 'default' || existing.claimedBy === userId) {
        return existing;
      } else {
        this.refuseUnclaimable(existing, userId);
        const claimed = await this.checkouts.swap(existing, { claimedBy: userId });
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
    return this.config.storefront.defaultPrice === null ? null : this.claimDefault(cuid);
  }

  private async claimDefault(cuid: string): Promise<Price | null> {
    const price = this.config.storefront.defaultPrice;
    if (price === null) throw new AppError('checkout_required', 'No checkout is registered for this cuid');
    const { document, inserted } = await this.checkouts.insert({
      _id: cuid,
      kind: 'default',
      ...price,
      description: null,
      metadata: {},
      expiresAt: null,
      userId: null,
      claimedBy: null,
      createdAt: this.clock.date(),
    });
    return inserted ? document : null;
  }

  private refuseUnclaimable(checkout: Checkout, userId: string): void {
    if (checkout.claimedBy !== null || (checkout.userId !== null && checkout.userId !== userId)) {
      throw new AppError('checkout_taken', 'This cuid belongs to another payment, use a new one');
    }
    if (checkout.expiresAt !== null && checkout.expiresAt.getTime() <= this.clock.now()) {
      throw new AppError('checkout_expired', 'The checkout for this cuid has expired');
    }
  }
}

function sameTerms(checkout: Checkout, terms: CheckoutTerms): boolean {
  const { amountMinor, currency, description, metadata, expiresAt, userId } = checkout;
  return isDeepStrictEqual({ amountMinor, currency, description, metadata, expiresAt, userId }, terms);
}

function tooManyRaces(): AppError {
  return new AppError(
    'payment_in_progress',
    'This cuid is being changed by others at the same time, please try again',
    { retryAfterSeconds: 1 },
  );
}
