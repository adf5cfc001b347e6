import type { AskedMethod } from '../../../modules/customer/record/new-method.types.js';
import type { VaultCard } from '../../../modules/customer/record/payment-method.types.js';
import { invalidRequest } from '../../../platform/common/app-error.js';
import type { GhostCard, NewGhostCard } from './card.dto.js';

/** Throws AppError validation_failed when the fields of a card come beside a token: it would not be clear which card is meant. */
export function toNewCard({ token, number = '', expMonth, expYear, cvc }: NewGhostCard): AskedMethod {
  if (token === undefined)
    return { kind: 'card', card: { number, expiryMonth: Number(expMonth), expiryYear: Number(expYear), cvc } };
  if (number !== '' || [expMonth, expYear, cvc].some((field) => field !== undefined))
    throw invalidRequest('token must not be sent together with number, expMonth, expYear or cvc');
  return { kind: 'token', token, wallet: null, only: 'card' };
}

export function toGhostCard(card: VaultCard, customerId: string): GhostCard {
  return {
    id: `card_${card.id}`,
    customerId: `customer_${customerId}`,
    brand: card.brand,
    last4: card.maskedNumber.slice(-4),
    expMonth: String(card.expiryMonth).padStart(2, '0'),
    expYear: String(card.expiryYear),
    createdAt: card.createdAt.toISOString(),
  };
}
