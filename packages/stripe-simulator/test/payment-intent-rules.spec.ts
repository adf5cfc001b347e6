import type Stripe from 'stripe';
import { type Running, createIntent, idOf, refused, RETURN_URL, start } from './support.js';

describe('what PaymentIntents allow', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const hold = (card: Stripe.PaymentIntentCreateParams.PaymentMethodOptions.Card = {}) =>
    createIntent(stripe, {
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
      payment_method_options: { card },
      return_url: RETURN_URL,
    });
  const chargeOf = async (intent: Stripe.PaymentIntent) => stripe.charges.retrieve(idOf(intent.latest_charge));
  const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

  describe('several captures (https://docs.stripe.com/payments/multicapture)', () => {
    const several = () => hold({ request_multicapture: 'if_available' });

    it('take the money in parts and release the rest', async () => {
      const held = await several();
      expect((await chargeOf(held)).payment_method_details?.card?.multicapture?.status).toBe('available');
      const part = { amount_to_capture: 500, final_capture: false };
      expect(await stripe.paymentIntents.capture(held.id, part)).toMatchObject({
        amount_capturable: 1499,
        amount_received: 500,
        status: 'requires_capture',
      });
      expect(await stripe.paymentIntents.capture(held.id, part)).toMatchObject({ amount_capturable: 999 });
      const over = stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000, final_capture: false });
      expect(await refused(over)).toMatchObject({ code: 'amount_too_large', param: 'amount_to_capture' });
      const done = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 0, final_capture: true });
      expect(done).toMatchObject({ amount_capturable: 0, amount_received: 1000, status: 'succeeded' });
      expect(await chargeOf(held)).toMatchObject({ amount_captured: 1000, captured: true });
      const { data } = await stripe.balanceTransactions.list({ source: idOf(held.latest_charge) });
      expect(data.map(({ amount }) => amount)).toEqual([500, 500]);
      const all = stripe.refunds.create({ payment_intent: held.id, amount: 1001 });
      expect((await refused(all)).statusCode).toBe(400);
      expect((await stripe.refunds.create({ payment_intent: held.id })).amount).toBe(1000);
    });

    it('cannot be canceled in between, and are released by time', async () => {
      const held = await several();
      await stripe.paymentIntents.capture(held.id, { amount_to_capture: 500, final_capture: false });
      expect(await refused(stripe.paymentIntents.cancel(held.id))).toMatchObject({
        code: 'payment_intent_unexpected_state',
      });
      await running.sim('POST', 'clock', { advance: WEEK_MS });
      expect(await stripe.paymentIntents.retrieve(held.id)).toMatchObject({
        amount_received: 500,
        status: 'succeeded',
      });
    });

    it('have to be asked for', async () => {
      const held = await hold();
      const part = stripe.paymentIntents.capture(held.id, { amount_to_capture: 500, final_capture: false });
      expect(await refused(part)).toMatchObject({ statusCode: 400, param: 'final_capture' });
      const nothing = stripe.paymentIntents.capture(held.id, { amount_to_capture: 0 });
      expect(await refused(nothing)).toMatchObject({ param: 'amount_to_capture' });
      const over = stripe.paymentIntents.capture(held.id, { amount_to_capture: 2000 });
      expect(await refused(over)).toMatchObject({ code: 'amount_too_large' });
      expect((await stripe.paymentIntents.retrieve(held.id)).amount_received).toBe(0);
    });
  });

  describe('incremental authorization', () => {
    it('holds more, if it was asked for', async () => {
      const held = await hold({ request_incremental_authorization: 'if_available' });
      const more = await stripe.paymentIntents.incrementAuthorization(held.id, {
        amount: 3000,
        description: 'And breakfast',
        metadata: { nights: '2' },
      });
      expect(more).toMatchObject({
        amount: 3000,
        amount_capturable: 3000,
        description: 'And breakfast',
        metadata: { nights: '2' },
        status: 'requires_capture',
      });
      expect(await chargeOf(held)).toMatchObject({
        amount: 3000,
        payment_method_details: { card: { amount_authorized: 3000 } },
      });
      const less = stripe.paymentIntents.incrementAuthorization(held.id, { amount: 3000 });
      expect(await refused(less)).toMatchObject({ statusCode: 400, param: 'amount' });
      expect((await stripe.paymentIntents.capture(held.id)).amount_received).toBe(3000);
    });

    it('is refused otherwise', async () => {
      const held = await hold();
      const more = stripe.paymentIntents.incrementAuthorization(held.id, { amount: 3000 });
      expect((await refused(more)).code).toBe('payment_intent_invalid_parameter');
      const open = await createIntent(stripe);
      const early = stripe.paymentIntents.incrementAuthorization(open.id, { amount: 3000 });
      expect((await refused(early)).code).toBe('payment_intent_unexpected_state');
    });
  });

  describe('statement descriptors', () => {
    it.each([
      [{ statement_descriptor: 'TEA <3' }, 'statement_descriptor'],
      [{ statement_descriptor_suffix: 'TEA*7' }, 'statement_descriptor_suffix'],
      [{ statement_descriptor_suffix: '1234567' }, 'statement_descriptor_suffix'],
      [{ statement_descriptor_suffix: 'T'.repeat(23) }, 'statement_descriptor_suffix'],
    ])('%j is refused', async (params, param) => {
      expect(await refused(createIntent(stripe, params))).toMatchObject({ statusCode: 400, param });
      const open = await createIntent(stripe);
      expect((await refused(stripe.paymentIntents.update(open.id, params))).param).toBe(param);
    });

    it('of cards are suffixes', async () => {
      const open = await createIntent(stripe, { statement_descriptor: 'TEA SHOP' });
      const pay = () =>
        stripe.paymentIntents.confirm(open.id, { payment_method: 'pm_card_visa', return_url: RETURN_URL });
      expect(await refused(pay())).toMatchObject({ statusCode: 400, param: 'statement_descriptor' });
      await stripe.paymentIntents.update(open.id, { statement_descriptor: '', statement_descriptor_suffix: 'ORDER 7' });
      expect(await chargeOf(await pay())).toMatchObject({ statement_descriptor_suffix: 'ORDER 7' });
    });
  });

  describe('confirmation_method manual', () => {
    const ask = (payment_method: string) =>
      createIntent(stripe, { confirm: true, confirmation_method: 'manual', payment_method, return_url: RETURN_URL });

    it('the server confirms once more after the cardholder authenticated', async () => {
      const asked = await ask('pm_card_threeDSecure2Required');
      expect(asked.status).toBe('requires_action');
      await running.sim('POST', `3ds/${asked.id}`, { outcome: 'complete' });
      expect(await stripe.paymentIntents.retrieve(asked.id)).toMatchObject({
        latest_charge: null,
        next_action: null,
        status: 'requires_confirmation',
      });
      const done = await stripe.paymentIntents.confirm(asked.id, { return_url: RETURN_URL });
      expect(done.status).toBe('succeeded');
      expect((await chargeOf(done)).payment_method_details?.card?.three_d_secure?.result).toBe('authenticated');
    });

    it('another card has to authenticate itself', async () => {
      const asked = await ask('pm_card_threeDSecure2Required');
      await running.sim('POST', `3ds/${asked.id}`, { outcome: 'complete' });
      const other = { payment_method: 'pm_card_authenticationRequired', return_url: RETURN_URL };
      expect((await stripe.paymentIntents.confirm(asked.id, other)).status).toBe('requires_action');
    });

    it('a browser does not confirm it', async () => {
      const { id, client_secret: secret } = await createIntent(stripe, { confirmation_method: 'manual' });
      const form = { client_secret: secret ?? '', payment_method: 'pm_card_visa' };
      const told = await running.post(`/v1/payment_intents/${id}/confirm`, form, { key: 'pk_test_shop' });
      expect([told.status, told.body['error'].code]).toEqual([400, 'payment_intent_unexpected_state']);
    });
  });

  it('error_on_requires_action declines what would ask', async () => {
    const error = await refused(
      createIntent(stripe, {
        confirm: true,
        error_on_requires_action: true,
        payment_method: 'pm_card_threeDSecure2Required',
        return_url: RETURN_URL,
      }),
    );
    expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });

  it.each(['requires_payment_method', 'requires_confirmation', 'requires_action', 'requires_capture'])(
    '%s can be canceled for every reason',
    async (status) => {
      const at: Record<string, () => Promise<Stripe.PaymentIntent>> = {
        requires_payment_method: () => createIntent(stripe),
        requires_confirmation: () => createIntent(stripe, { payment_method: 'pm_card_visa' }),
        requires_action: () =>
          createIntent(stripe, {
            confirm: true,
            payment_method: 'pm_card_threeDSecure2Required',
            return_url: RETURN_URL,
          }),
        requires_capture: () => hold(),
      };
      for (const reason of ['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'] as const) {
        const intent = await at[status]?.();
        expect(intent?.status).toBe(status);
        const canceled = await stripe.paymentIntents.cancel(intent?.id ?? '', { cancellation_reason: reason });
        expect(canceled).toMatchObject({ amount_capturable: 0, cancellation_reason: reason, status: 'canceled' });
      }
    },
  );

  it('a customer balance is not applied to a payment by card', async () => {
    const intent = await createIntent(stripe);
    const apply = stripe.paymentIntents.applyCustomerBalance(intent.id, { amount: 100, currency: 'usd' });
    expect(await refused(apply)).toMatchObject({ statusCode: 400, code: 'payment_intent_invalid_parameter' });
  });

  it('another currency brings its own payment methods', async () => {
    const intent = await createIntent(stripe);
    expect(intent.payment_method_types).toEqual(['card', 'us_bank_account']);
    const changed = await stripe.paymentIntents.update(intent.id, { currency: 'eur' });
    expect(changed.payment_method_types).toEqual(['card', 'sepa_debit']);
    expect(Object.keys(changed.payment_method_options ?? {})).toEqual(['card', 'sepa_debit']);
    const cards = await stripe.paymentIntents.update(intent.id, { excluded_payment_method_types: ['sepa_debit'] });
    expect(cards.payment_method_types).toEqual(['card']);
  });

  it('setup_future_usage keeps the method with the customer, none does not', async () => {
    const customer = (await stripe.customers.create()).id;
    const pay = (more: Partial<Stripe.PaymentIntentCreateParams>) =>
      createIntent(stripe, {
        confirm: true,
        customer,
        payment_method: 'pm_card_visa',
        return_url: RETURN_URL,
        ...more,
      });
    await pay({});
    await pay({
      payment_method_options: { card: { setup_future_usage: 'none' } },
      setup_future_usage: 'off_session',
    });
    expect((await stripe.customers.listPaymentMethods(customer)).data).toEqual([]);
    const kept = await pay({ payment_method_options: { card: { setup_future_usage: 'on_session' } } });
    const { data } = await stripe.customers.listPaymentMethods(customer);
    expect(data.map(({ id }) => id)).toEqual([kept.payment_method]);
  });
});
