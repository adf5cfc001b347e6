import type { Stripe } from 'stripe';
import { toBilling } from '../../api/common-params.js';
import { invalidRequest, missing, missingParam, type StripeError } from '../../api/errors.js';
import type { Read } from '../../api/read-types.js';
import { REDIRECT_TYPES } from '../../cards/redirect-methods.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { bankAccountFromNumber, makeBankAccount, makeSepaDebit, sepaFromIban } from './bank-account.make.js';
import { cardFromNumber, cardFromToken, makeCard, makeCustomerBalance } from './payment-method.make.js';
import { makeRedirectMethod } from './redirect-method.make.js';
import { cardFromMadeToken } from '../tokens/token.use.js';

/** What `POST /v1/payment_methods` and `payment_method_data` share. */
export type MethodParams = Pick<
  Read<Stripe.PaymentMethodCreateParams>,
  'allow_redisplay' | 'billing_details' | 'card' | 'klarna' | 'metadata' | 'sepa_debit' | 'type' | 'us_bank_account'
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
  if (params.type === 'sepa_debit') {
    if (params.sepa_debit === undefined) throw missingParam('sepa_debit');
    return makeSepaDebit(world, sepaFromIban(params.sepa_debit.iban), about);
  }
  if (params.type === 'customer_balance') return makeCustomerBalance(world, about);
  const redirect = REDIRECT_TYPES.find((type) => type === params.type);
  if (redirect !== undefined) return makeRedirectMethod(world, redirect, params.klarna, about);
  throw notActivated(params.type, 'type');
}

function newCard(world: World, card: MethodParams['card']) {
  if (card?.token !== undefined) {
    const test = card.token.startsWith('tok_') ? cardFromToken(world, card.token) : undefined;
    if (test !== undefined) return test;
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

/** Stripe's 400 for a kind of payment method that the account has not switched on. */
export function notActivated(type: string, param: string): StripeError {
  return invalidRequest(
    `The payment method type provided: ${type} is invalid. Please ensure the provided type is activated in your dashboard (https://dashboard.stripe.com/account/payments/settings) and your account is enabled for any preview features that you are trying to use. See https://stripe.com/docs/payments/payment-methods/integration-options for supported payment method, currency, and country combinations.`,
    { code: 'payment_method_unactivated', param },
  );
}
