import type Stripe from 'stripe';
import { type Running, createIntent, refused, RETURN_URL, start } from './support.js';

describe('PaymentMethods', () => {
  let running: Running;
  let stripe: Stripe;
  let customer: string;
  beforeAll(async () => {
    running = await start({ allowRawCards: true });
    stripe = running.stripe;
  });
  beforeEach(async () => {
    customer = (await stripe.customers.create()).id;
  });
  afterAll(() => running.close());

  const attach = (method = 'pm_card_visa', to = customer) => stripe.paymentMethods.attach(method, { customer: to });
  const lastEvent = async (type: string) => (await stripe.events.list({ type, limit: 1 })).data[0];

  it('are attached once, found at their customer, and detached for good', async () => {
    const method = await attach();
    expect(method).toMatchObject({ customer, type: 'card' });
    expect((await lastEvent('payment_method.attached'))?.data.object).toMatchObject({ id: method.id, customer });
    expect((await attach(method.id)).customer).toBe(customer);
    expect(await stripe.customers.retrievePaymentMethod(customer, method.id)).toMatchObject({ id: method.id });
    const other = await stripe.customers.create();
    expect(await refused(attach(method.id, other.id))).toMatchObject({
      statusCode: 400,
      code: 'payment_method_unexpected_state',
      message: 'The payment method you provided has already been attached to a customer.',
    });
    expect((await stripe.paymentMethods.detach(method.id)).customer).toBeNull();
    expect((await lastEvent('payment_method.detached'))?.data).toMatchObject({
      object: { id: method.id, customer: null },
      previous_attributes: { customer },
    });
    expect(await refused(stripe.paymentMethods.detach(method.id))).toMatchObject({
      statusCode: 400,
      message: 'The payment method you provided is not attached to a customer so detachment is impossible.',
    });
    expect((await refused(attach(method.id))).message).toContain('It may not be used again.');
    const pay = createIntent(stripe, { confirm: true, payment_method: method.id, return_url: RETURN_URL });
    expect((await refused(pay)).message).toContain('It may not be used again.');
  });

  it('are not attached to customers who are gone or never were', async () => {
    const gone = await stripe.customers.create();
    await attach('pm_card_visa', gone.id);
    await stripe.customers.del(gone.id);
    for (const to of [gone.id, 'cus_none']) {
      expect(await refused(attach('pm_card_visa', to))).toMatchObject({
        statusCode: 400,
        code: 'resource_missing',
        param: 'customer',
      });
    }
    expect(await refused(attach('pm_none'))).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });

  it.each(['pm_card_mastercard', 'pm_usBankAccount_success', 'pm_success_de'])(
    '%s becomes an object when it is looked at or attached',
    async (token) => {
      expect((await stripe.paymentMethods.retrieve(token)).id).toMatch(/^pm_[A-Za-z0-9]{24}$/);
      expect((await attach(token)).customer).toBe(customer);
    },
  );

  it('that decline are not attached, except the one made for it', async () => {
    expect(await refused(attach('pm_card_chargeDeclinedInsufficientFunds'))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'insufficient_funds',
    });
    expect((await attach('pm_card_chargeCustomerFail')).customer).toBe(customer);
  });

  it('are changed while a customer has them', async () => {
    const loose = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
    expect(await refused(stripe.paymentMethods.update(loose.id, { metadata: { a: '1' } }))).toMatchObject({
      code: 'payment_method_unexpected_state',
    });
    const method = await attach(loose.id);
    const changed = await stripe.paymentMethods.update(method.id, {
      allow_redisplay: 'always',
      billing_details: { address: { city: 'Paris' }, name: 'Ada' },
      card: { exp_month: 3, exp_year: 2040 },
      metadata: { a: '1', b: '2' },
    });
    expect(changed).toMatchObject({
      allow_redisplay: 'always',
      billing_details: { address: { city: 'Paris' }, name: 'Ada' },
      card: { exp_month: 3, exp_year: 2040, last4: '4242' },
    });
    const again = await stripe.paymentMethods.update(method.id, {
      billing_details: { name: '' },
      metadata: { a: '', c: '3' },
    });
    expect(again).toMatchObject({ billing_details: { address: { city: 'Paris' }, name: null } });
    expect(again.metadata).toEqual({ b: '2', c: '3' });
    expect((await lastEvent('payment_method.updated'))?.data).toMatchObject({
      previous_attributes: { metadata: { a: '1', c: null } },
    });
  });

  it.each([
    [{ card: { exp_month: 13, exp_year: 2040 } }, 'invalid_expiry_month', 'exp_month'],
    [{ card: { exp_year: 2001 } }, 'invalid_expiry_year', 'exp_year'],
    [{ card: { networks: { preferred: 'cartes_bancaires' } } }, undefined, 'card[networks][preferred]'],
    [{ us_bank_account: { account_type: 'savings' } }, undefined, 'us_bank_account'],
  ] satisfies [Stripe.PaymentMethodUpdateParams, string | undefined, string][])(
    '%j is no change for a card',
    async (params, code, param) => {
      const method = await attach();
      const error = await refused(stripe.paymentMethods.update(method.id, params));
      expect([error.code, error.param]).toEqual([code, param]);
      expect((await stripe.paymentMethods.retrieve(method.id)).card).toEqual(method.card);
    },
  );

  it('of banks change their account type', async () => {
    const method = await attach('pm_usBankAccount_success');
    const changed = await stripe.paymentMethods.update(method.id, {
      us_bank_account: { account_holder_type: 'company', account_type: 'savings' },
    });
    expect(changed.us_bank_account).toMatchObject({ account_holder_type: 'company', account_type: 'savings' });
    const card = stripe.paymentMethods.update(method.id, { card: { exp_year: 2040 } });
    expect((await refused(card)).param).toBe('card');
  });

  it('are listed by type, newest first', async () => {
    const visa = await attach();
    const debit = await attach('pm_usBankAccount_success');
    const sepa = await attach('pm_success_de');
    const ids = async (params: Stripe.PaymentMethodListParams) =>
      (await stripe.paymentMethods.list({ customer, ...params })).data.map(({ id }) => id);
    expect(await ids({})).toEqual([sepa.id, debit.id, visa.id]);
    expect(await ids({ type: 'us_bank_account' })).toEqual([debit.id]);
    expect(await ids({ type: 'sepa_debit' })).toEqual([sepa.id]);
    expect(await ids({ type: 'link' })).toEqual([]);
    const { data } = await stripe.customers.listPaymentMethods(customer, { type: 'card', limit: 1 });
    expect(data.map(({ id }) => id)).toEqual([visa.id]);
  });
});
