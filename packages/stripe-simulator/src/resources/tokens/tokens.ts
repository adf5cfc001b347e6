import type { Stripe } from 'stripe';
import { invalidRequest, missing, missingParam, type StripeError } from '../../api/errors.js';
import { operation } from '../../api/operation.js';
import { brandOf } from '../../cards/card-number.js';
import type { Token, TokenCard } from '../../objects/event.js';
import type { World } from '../../world.js';
import { cardFromNumber, type NewCard } from '../payment-methods/payment-method.make.js';

const BRAND_NAMES: Record<string, string> = {
  visa: 'Visa',
  mastercard: 'MasterCard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
};

const create = operation<Stripe.TokenCreateParams>({
  method: 'POST',
  path: '/v1/tokens',
  publishable: true,
  run({ world, params }) {
    const { card } = params;
    if (card === undefined) throw nothingToKeep(params);
    // The id of a card of a connected account's customer.
    if (typeof card === 'string') throw invalidRequest('Invalid object', { param: 'card' });
    const made = cardFromNumber(world, {
      number: card.number,
      cvc: card.cvc,
      exp_month: Number(card.exp_month),
      exp_year: Number(card.exp_year),
    });
    const token: Token = {
      id: world.ids.next('tok'),
      object: 'token',
      card: { ...tokenCard(world, made), ...addressOf(card), name: card.name ?? null },
      client_ip: '127.0.0.1',
      created: world.clock.seconds(),
      livemode: false,
      type: 'card',
      used: false,
      number: made.card.number,
    };
    return tokenView(world.store.put(world.tables.token, token));
  },
});

const retrieve = operation<Stripe.TokenRetrieveParams>({
  method: 'GET',
  path: '/v1/tokens/:token',
  run({ world, path }) {
    const token = world.tables.token.get(path['token'] ?? '');
    if (token === undefined) throw missing('token', path['token'] ?? '', 'token');
    return tokenView(token);
  },
});

/** Only cards are played. */
function nothingToKeep(params: object): StripeError {
  const other = Object.keys(params).find((name) => name !== 'customer');
  if (other !== undefined) return invalidRequest(`The simulator makes no tokens of \`${other}\`.`, { param: other });
  return missingParam('card');
}

/** A test card as a token holds it. */
export function unusedCard(world: World, made: NewCard): TokenCard {
  return { ...tokenCard(world, made), ...addressOf({}), name: null };
}

function tokenView(token: Token): Omit<Token, 'number'> {
  const { number: _number, ...shown } = token;
  return shown;
}

type Address = Record<`address_${'city' | 'country' | 'line1' | 'line2' | 'state' | 'zip'}`, string | undefined>;

function addressOf(card: Partial<Address>) {
  return {
    address_city: card.address_city ?? null,
    address_country: card.address_country ?? null,
    address_line1: card.address_line1 ?? null,
    address_line1_check: card.address_line1 === undefined ? null : 'unchecked',
    address_line2: card.address_line2 ?? null,
    address_state: card.address_state ?? null,
    address_zip: card.address_zip ?? null,
    address_zip_check: card.address_zip === undefined ? null : 'unchecked',
  };
}

function tokenCard(
  world: World,
  made: NewCard,
): Omit<TokenCard, keyof Address | 'address_line1_check' | 'address_zip_check' | 'name'> {
  return {
    id: world.ids.next('card'),
    object: 'card',
    brand: BRAND_NAMES[brandOf(made.card.number)] ?? 'Unknown',
    country: made.card.country ?? 'US',
    cvc_check: made.cvcGiven ? 'unchecked' : null,
    dynamic_last4: null,
    exp_month: made.month,
    exp_year: made.year,
    fingerprint: world.ids.of(`card|${made.card.number}`, 16),
    funding: made.card.funding ?? 'credit',
    last4: made.card.number.slice(-4),
    metadata: {},
    networks: { preferred: null },
    regulated_status: 'unregulated',
    tokenization_method: null,
  };
}

export const tokenOperations = [create, retrieve];
