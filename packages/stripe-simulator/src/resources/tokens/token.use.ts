import { invalidRequest } from '../../api/errors.js';
import { cardByNumber } from '../../cards/test-cards.js';
import type { World } from '../../world.js';
import type { NewCard } from '../payment-methods/payment-method.make.js';

/** The card inside a token that `POST /v1/tokens` made; undefined if there is none. A token works once. */
export function cardFromMadeToken(world: World, id: string): NewCard | undefined {
  const token = world.tables.token.get(id);
  if (token === undefined) return undefined;
  if (token.used) {
    throw invalidRequest(`You cannot use a Stripe token more than once: ${id}.`, { code: 'token_already_used' });
  }
  world.store.put(world.tables.token, { ...token, used: true });
  return {
    card: cardByNumber(token.number),
    month: token.card.exp_month,
    year: token.card.exp_year,
    cvcGiven: token.card.cvc_check !== null,
  };
}
