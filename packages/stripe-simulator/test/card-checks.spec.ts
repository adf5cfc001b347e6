import type Stripe from 'stripe';
import { passesLuhn } from '../src/cards/card-number.js';
import { cardByToken, TEST_CARDS } from '../src/cards/test-cards.js';
import { type Running, createIntent, idOf, refused, RETURN_URL, start } from './support.js';

type Result = 'pass' | 'fail' | 'unavailable';

/** https://docs.stripe.com/testing#fraud-prevention: name, number, then line 1, postal code and CVC. */
const CHECKS: [name: string, number: string, line1: Result, postal: Result, cvc: Result][] = [
  ['visa', '4242424242424242', 'pass', 'pass', 'pass'],
  ['avsFail', '4000000000000010', 'fail', 'fail', 'pass'],
  ['avsLine1Fail', '4000000000000028', 'fail', 'pass', 'pass'],
  ['avsZipFail', '4000000000000036', 'pass', 'fail', 'pass'],
  ['avsUnchecked', '4000000000000044', 'unavailable', 'unavailable', 'pass'],
  ['cvcCheckFail', '4000000000000101', 'pass', 'pass', 'fail'],
  ['cvcCheckFailElevatedRisk', '4000058400307872', 'pass', 'pass', 'fail'],
  ['avsZipFailElevatedRisk', '4000058400306072', 'pass', 'fail', 'pass'],
];
const ADDRESS = { line1: '1 Main Street', postal_code: '94110', country: 'US' };

describe('checks of a card', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start({ allowRawCards: true });
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const makers = (name: string, number: string): Stripe.PaymentMethodCreateParams.Card[] => [
    { token: `tok_${name}` },
    { number, exp_month: 12, exp_year: 2034, cvc: '123' },
  ];
  const make = (card: Stripe.PaymentMethodCreateParams.Card, address: Stripe.AddressParam = ADDRESS) =>
    stripe.paymentMethods.create({ type: 'card', card, billing_details: { address } });
  const charged = async (payment_method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) => {
    const paid = await createIntent(stripe, { payment_method, confirm: true, return_url: RETURN_URL, ...more });
    return stripe.charges.retrieve(idOf(paid.latest_charge));
  };

  it.each(CHECKS)('%s (%s): line 1 %s, postal code %s, CVC %s', async (name, number, line1, postal, cvc) => {
    const results = { address_line1_check: line1, address_postal_code_check: postal, cvc_check: cvc };
    const unchecked = {
      address_line1_check: 'unchecked',
      address_postal_code_check: 'unchecked',
      cvc_check: 'unchecked',
    };
    for (const maker of makers(name, number)) {
      const method = await make(maker);
      expect(method.card?.checks).toEqual(unchecked);
      expect((await charged(method.id)).payment_method_details?.card?.checks).toEqual(results);
      const customer = await stripe.customers.create();
      const saved = await stripe.paymentMethods.attach((await make(maker)).id, { customer: customer.id });
      expect(saved.card?.checks).toEqual(results);
      const later = await charged(saved.id, { customer: customer.id });
      expect(later.payment_method_details?.card?.checks).toEqual(results);
    }
  });

  it.each(CHECKS)('%s: what was not given is not checked', async (name, number, _line1, postal, cvc) => {
    const bare = await stripe.paymentMethods.create({
      type: 'card',
      card: { number, exp_month: 12, exp_year: 2034 },
    });
    const none = { address_line1_check: null, address_postal_code_check: null, cvc_check: null };
    expect(bare.card?.checks).toEqual(none);
    expect((await charged(bare.id)).payment_method_details?.card?.checks).toEqual(none);
    const zip = await make({ token: `tok_${name}` }, { postal_code: '94110' });
    expect((await charged(zip.id)).payment_method_details?.card?.checks).toEqual({
      address_line1_check: null,
      address_postal_code_check: postal,
      cvc_check: cvc,
    });
  });

  it('a SetupIntent checks the card that it keeps', async () => {
    const customer = await stripe.customers.create();
    const setup = await stripe.setupIntents.create({
      customer: customer.id,
      payment_method: 'pm_card_cvcCheckFail',
      confirm: true,
      return_url: RETURN_URL,
    });
    const method = await stripe.paymentMethods.retrieve(idOf(setup.payment_method));
    expect(method.card?.checks?.cvc_check).toBe('fail');
  });

  it('the attempt of a SetupIntent tells what the bank said, also of a card that nobody keeps', async () => {
    const { id } = await make({ token: 'tok_avsFail' });
    const setup = await stripe.setupIntents.create({
      payment_method: id,
      confirm: true,
      return_url: RETURN_URL,
      expand: ['latest_attempt'],
    });
    const { payment_method_details: details } = setup.latest_attempt as Stripe.SetupAttempt;
    expect([setup.status, details.card?.checks]).toEqual([
      'succeeded',
      { address_line1_check: 'fail', address_postal_code_check: 'fail', cvc_check: 'pass' },
    ]);
  });

  it('a wrong CVC shows on the failed charge', async () => {
    const error = await refused(charged('pm_card_chargeDeclinedIncorrectCvc'));
    const charge = await stripe.charges.retrieve(String(error.charge));
    expect(charge.payment_method_details?.card?.checks?.cvc_check).toBe('fail');
  });

  it.each([
    ['radarBlock', { type: 'blocked', risk_level: 'highest', network_status: 'not_sent_to_network' }],
    ['chargeDeclined', { type: 'issuer_declined', risk_level: 'normal', network_status: 'declined_by_network' }],
  ])('the outcome of pm_card_%s tells who refused it', async (name, outcome) => {
    const error = await refused(charged(`pm_card_${name}`));
    expect((await stripe.charges.retrieve(String(error.charge))).outcome).toMatchObject(outcome);
  });

  it('has numbers with a right check digit, and a country where the token names one', async () => {
    const countries = ['gb', 'fr', 'jp', 'mx', 'se'].map((code) => cardByToken(`pm_card_${code}`));
    for (const card of [...TEST_CARDS, ...countries])
      expect([card?.number, passesLuhn(card?.number ?? '')]).toEqual([card?.number, true]);
    const british = await stripe.paymentMethods.create({ type: 'card', card: makers('gb', '4000008260000000')[1] });
    expect(british.card).toMatchObject({ country: 'GB', brand: 'visa', last4: '0000' });
  });
});
