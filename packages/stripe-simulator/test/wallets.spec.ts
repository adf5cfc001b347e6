import type Stripe from 'stripe';
import { type Running, createIntent, refused, RETURN_URL, start } from './support.js';

/** Wallets are cards that sit in a phone (ruling 36); their test tokens are the simulator's own. */
describe('wallets', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const ofToken = (token: string) => stripe.paymentMethods.create({ type: 'card', card: { token } });

  it.each([
    ['applePay', 'apple_pay'],
    ['googlePay', 'google_pay'],
  ])('tok_%s_… is a card with the wallet %s', async (name, wallet) => {
    const method = await ofToken(`tok_${name}_mastercard`);
    expect(method).toMatchObject({
      card: { brand: 'mastercard', last4: '4444', wallet: { [wallet]: {}, type: wallet } },
      type: 'card',
    });
    expect(method.card?.wallet?.dynamic_last4).toMatch(/^\d{4}$/);
    const paid = await createIntent(stripe, {
      confirm: true,
      expand: ['latest_charge'],
      payment_method: method.id,
      return_url: RETURN_URL,
    });
    expect(paid.latest_charge).toMatchObject({
      payment_method_details: { card: { wallet: { type: wallet, dynamic_last4: method.card?.wallet?.dynamic_last4 } } },
    });
  });

  it('pm_card_applePay_visa pays, and the setup shows the wallet', async () => {
    const customer = await stripe.customers.create();
    const intent = await stripe.setupIntents.create({
      confirm: true,
      customer: customer.id,
      expand: ['latest_attempt'],
      payment_method: 'pm_card_applePay_visa',
      return_url: RETURN_URL,
    });
    expect(intent.latest_attempt).toMatchObject({
      payment_method_details: { card: { wallet: { apple_pay: {}, type: 'apple_pay' } } },
    });
    const [kept] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    expect(kept?.card?.wallet).toMatchObject({ type: 'apple_pay' });
  });

  it('a card in a wallet declines like the card', async () => {
    const declined = createIntent(stripe, {
      confirm: true,
      payment_method: 'pm_card_googlePay_chargeDeclined',
      return_url: RETURN_URL,
    });
    expect(await refused(declined)).toMatchObject({ statusCode: 402, code: 'card_declined' });
  });

  it('a plain card has no wallet', async () => {
    expect((await ofToken('tok_visa')).card?.wallet).toBeNull();
  });

  it.each(['tok_applePay_nothing', 'tok_samsungPay_visa', 'tok_applePay'])('%s does not exist', async (token) => {
    expect(await refused(ofToken(token))).toMatchObject({ code: 'resource_missing', param: 'card[token]' });
  });

  it.each(['link', 'cashapp', 'affirm', 'paypal', 'amazon_pay'] as const)('%s is not activated', async (type) => {
    const error = await refused(stripe.paymentMethods.create({ type }));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_method_unactivated', param: 'type' });
    expect(error.message).toContain(`The payment method type provided: ${type} is invalid.`);
  });
});
