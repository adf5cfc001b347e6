import type { Offer, OfferTerms } from '../../../modules/payment/shopper/offer.types.js';
import type { CheckoutRegistered, RegisterCheckout } from './checkout.dto.js';

export function toCheckoutTerms(body: RegisterCheckout): OfferTerms {
  return {
    amountMinor: body.amount,
    currency: body.currency,
    description: body.description ?? null,
    metadata: body.metadata ?? {},
    expiresAt: body.expiresAt === undefined ? null : new Date(body.expiresAt),
    userId: body.userId ?? null,
  };
}

export function toCheckoutRegistered(checkout: Offer): CheckoutRegistered {
  return {
    cuid: checkout._id,
    amount: checkout.amountMinor,
    currency: checkout.currency,
    ...(checkout.description === null ? {} : { description: checkout.description }),
    metadata: { ...checkout.metadata },
    ...(checkout.expiresAt === null ? {} : { expiresAt: checkout.expiresAt.toISOString() }),
    ...(checkout.userId === null ? {} : { userId: checkout.userId }),
  };
}
