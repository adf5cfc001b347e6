import type { Stripe } from 'stripe';
import { toBilling } from '../api/common-params.js';
import { invalidRequest, missing, missingParam } from '../api/errors.js';
import type { Read } from '../api/read-types.js';
import { cardByToken } from '../cards/test-cards.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import type { World } from '../world.js';
import {
  bankAccountFromNumber,
  cardFromNumber,
  cardFromToken,
  makeBankAccount,
  makeCard,
} from './payment-method.make.js';
import { cardFromMadeToken } from './token.use.js';

/** What `POST /v1/payment_methods` and `payment_method_data` share. */
export type MethodParams = Pick<
  Read<Stripe.PaymentMethodCreateParams>,
  'allow_redisplay' | 'billing_details' | 'card' | 'metadata' | 'type' | 'us_bank_account'
>;

/** Makes the payment method that these parameters describe. */
export function makePaymentMethod(world: World, params: MethodParams): PaymentMethod {
  const about = {
    billing: toBilling(params.billing_details),
    metadata: params.metadata,
    allowRedisplay: params.allow_redisplay,
  };
  if (params.type === undefined) throw missingParam('type');
  if (params.type === 'card') return makeCard(world, newCard(world, params.card), about);
  if (params.type === 'us_bank_account') return makeBankAccount(world, newBankAccount(params.us_bank_account), about);
  throw invalidRequest(`The simulator does not play payment methods of type ${params.type}.`, { param: 'type' });
}

function newCard(world: World, card: MethodParams['card']) {
  if (card?.token !== undefined) {
    const test = cardByToken(card.token);
    if (test !== undefined && card.token.startsWith('tok_')) return cardFromToken(world, test);
    const made = cardFromMadeToken(world, card.token);
    if (made === undefined) throw missing('token', card.token, 'card[token]', 400);
    return made;
  }
  if (card?.number === undefined) throw missingParam(card === undefined ? 'card' : 'card[number]');
  return cardFromNumber(world, { ...card, number: card.number });
}

function newBankAccount(account: MethodParams['us_bank_account']) {
  const { account_number, routing_number } = account ?? {};
  if (account_number === undefined) throw missingParam('us_bank_account[account_number]');
  if (routing_number === undefined) throw missingParam('us_bank_account[routing_number]');
  return bankAccountFromNumber({ ...account, account_number, routing_number });
}
