import { billingDetails, metadata, toBilling } from '../api/common-params.js';
import { invalidRequest, missing, missingParam } from '../api/errors.js';
import { anything, type Fields, type HashOf, hash, integer, oneOf, required, string } from '../api/params.js';
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

/** Kinds of payment method that the API knows and the simulator does not play: their parameters are taken unread. */
const OTHER_KINDS = (
  'acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum blik boleto ' +
  'cashapp crypto customer_balance eps fpx giropay grabpay ideal interac_present kakao_pay klarna konbini kr_card link mb_way ' +
  'mobilepay multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow paypal paypay payto pix promptpay ' +
  'revolut_pay samsung_pay satispay scalapay sepa_debit sequra sofort sunbit swish twint upi wechat_pay zip'
).split(' ');

export const otherKinds: Fields = Object.fromEntries(OTHER_KINDS.map((kind) => [kind, anything()]));

const played = {
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  billing_details: billingDetails(),
  card: hash({
    cvc: string(),
    exp_month: integer(),
    exp_year: integer(),
    networks: hash({ preferred: oneOf('cartes_bancaires', 'mastercard', 'visa') }),
    number: string(),
    token: string(),
  }),
  metadata: metadata(),
  radar_options: hash({ session: string() }),
  type: string(),
  us_bank_account: hash({
    account_holder_type: oneOf('company', 'individual'),
    account_number: string(),
    account_type: oneOf('checking', 'savings'),
    financial_connections_account: string(),
    routing_number: string(),
  }),
};

type Played = HashOf<typeof played>;

/** `POST /v1/payment_methods` */
export const createFields = {
  ...otherKinds,
  custom: anything(),
  customer: string(),
  payment_method: string(),
  ...played,
};

/** `payment_method_data` of intents. The SDK's types leave `card` out, Stripe.js sends it. */
export function paymentMethodData() {
  return hash({ ...otherKinds, ...played, type: required(string()) });
}

/** Makes the payment method that these parameters describe. */
export function makePaymentMethod(world: World, params: Played): PaymentMethod {
  const about = {
    billing: toBilling(params.billing_details),
    metadata: params.metadata,
    allowRedisplay: params.allow_redisplay,
  };
  if (params.type === undefined) throw missingParam('type');
  if (params.type === 'card') return makeCard(world, newCard(world, params.card), about);
  if (params.type === 'us_bank_account') return makeBankAccount(world, newBankAccount(params.us_bank_account), about);
  if (OTHER_KINDS.includes(params.type)) {
    throw invalidRequest(`The simulator does not play payment methods of type ${params.type}.`, { param: 'type' });
  }
  throw invalidRequest(`Invalid type: must be one of card, us_bank_account, or ${OTHER_KINDS.join(', ')}`, {
    param: 'type',
  });
}

function newCard(world: World, card: Played['card']) {
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

function newBankAccount(account: Played['us_bank_account']) {
  const { account_number, routing_number } = account ?? {};
  if (account_number === undefined) throw missingParam('us_bank_account[account_number]');
  if (routing_number === undefined) throw missingParam('us_bank_account[routing_number]');
  return bankAccountFromNumber({ ...account, account_number, routing_number });
}
