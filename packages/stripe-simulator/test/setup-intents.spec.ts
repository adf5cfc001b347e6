import type Stripe from 'stripe';
import { type Running, idOf, MANDATE_DATA, refused, RETURN_URL, start } from './support.js';

describe('SetupIntents', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start({ allowRawCards: true });
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const setup = (payment_method: string, more: Partial<Stripe.SetupIntentCreateParams> = {}) =>
    stripe.setupIntents.create({ confirm: true, payment_method, return_url: RETURN_URL, ...more });
  const again = (intent: { id: string }) => stripe.setupIntents.retrieve(intent.id, { expand: ['latest_attempt'] });
  const bank = async (number = '000123456789') =>
    stripe.paymentMethods.create({
      type: 'us_bank_account',
      us_bank_account: { account_number: number, routing_number: '110000000', account_holder_type: 'company' },
    });
  const WITH_MICRODEPOSITS = {
    mandate_data: MANDATE_DATA,
    payment_method_options: { us_bank_account: { verification_method: 'microdeposits' } },
  } as const;
  const lastEvent = async () => (await stripe.events.list({ limit: 1 })).data[0];

  it('requires_payment_method → requires_confirmation → succeeded', async () => {
    const customer = await stripe.customers.create();
    const made = await stripe.setupIntents.create({ customer: customer.id });
    expect(made).toMatchObject({ latest_attempt: null, status: 'requires_payment_method', usage: 'off_session' });
    const ready = await stripe.setupIntents.update(made.id, { payment_method: 'pm_card_visa' });
    expect(ready.status).toBe('requires_confirmation');
    const done = await stripe.setupIntents.confirm(made.id, { return_url: RETURN_URL });
    expect(done).toMatchObject({ mandate: null, next_action: null, status: 'succeeded' });
    expect(await lastEvent()).toMatchObject({ type: 'setup_intent.succeeded', data: { object: { id: made.id } } });
    expect(await again(made)).toMatchObject({
      latest_attempt: {
        customer: customer.id,
        object: 'setup_attempt',
        payment_method_details: { card: { brand: 'visa', last4: '4242', network: 'visa' }, type: 'card' },
        setup_error: null,
        setup_intent: made.id,
        status: 'succeeded',
        usage: 'off_session',
      },
    });
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(1);
  });

  it('a declined card leaves a failed attempt', async () => {
    const error = await refused(setup('pm_card_chargeDeclined'));
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
    const intent = await again({ id: idOf(error.setup_intent ?? null) });
    expect(intent).toMatchObject({
      last_setup_error: { code: 'card_declined' },
      latest_attempt: { setup_error: { code: 'card_declined' }, status: 'failed' },
      payment_method: null,
      status: 'requires_payment_method',
    });
    const done = await stripe.setupIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      return_url: RETURN_URL,
    });
    expect(done).toMatchObject({ last_setup_error: null, status: 'succeeded' });
    expect(done.latest_attempt).not.toBe(idOf(intent.latest_attempt));
  });

  it.each([
    ['complete', 'succeeded', 'succeeded'],
    ['fail', 'requires_payment_method', 'failed'],
  ])('requires_action, then %s: %s', async (outcome, status, attempt) => {
    const asked = await setup('pm_card_authenticationRequired');
    expect(await again(asked)).toMatchObject({
      latest_attempt: { status: 'requires_action' },
      status: 'requires_action',
    });
    await running.sim('POST', `3ds/${asked.id}`, { outcome });
    const after = await again(asked);
    expect(after).toMatchObject({ latest_attempt: { status: attempt }, status });
    const made = typeof after.latest_attempt === 'object' ? after.latest_attempt : null;
    expect(made?.payment_method_details.card?.three_d_secure?.result).toBe(
      outcome === 'complete' ? 'authenticated' : undefined,
    );
  });

  it.each([
    ['requires_payment_method', {}],
    ['requires_confirmation', { payment_method: 'pm_card_visa' }],
    ['requires_action', { confirm: true, payment_method: 'pm_card_authenticationRequired', return_url: RETURN_URL }],
  ])('%s can be canceled', async (status, params) => {
    const intent = await stripe.setupIntents.create(params);
    expect(intent.status).toBe(status);
    const canceled = await stripe.setupIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ cancellation_reason: 'abandoned', next_action: null, status: 'canceled' });
    expect((await lastEvent())?.type).toBe('setup_intent.canceled');
    for (const call of [
      stripe.setupIntents.cancel(intent.id),
      stripe.setupIntents.confirm(intent.id),
      stripe.setupIntents.update(intent.id, { description: 'x' }),
    ]) {
      expect(await refused(call)).toMatchObject({ statusCode: 400, code: 'setup_intent_unexpected_state' });
    }
  });

  it('off_session, an authenticated card pays later without the cardholder', async () => {
    const customer = await stripe.customers.create();
    const asked = await setup('pm_card_authenticationRequiredOnSetup', { customer: customer.id });
    await running.sim('POST', `3ds/${asked.id}`, { outcome: 'complete' });
    const paid = await stripe.paymentIntents.create({
      amount: 1999,
      confirm: true,
      currency: 'usd',
      customer: customer.id,
      off_session: true,
      payment_method: idOf(asked.payment_method),
    });
    expect(paid.status).toBe('succeeded');
  });

  describe('bank accounts', () => {
    it('give a mandate, under which they are debited later', async () => {
      const customer = await stripe.customers.create();
      const done = await setup('pm_usBankAccount_success', { customer: customer.id, mandate_data: MANDATE_DATA });
      expect(done.status).toBe('succeeded');
      expect(await stripe.mandates.retrieve(idOf(done.mandate))).toMatchObject({
        payment_method: done.payment_method,
        status: 'active',
        type: 'multi_use',
      });
      const debit = await stripe.paymentIntents.create({
        amount: 1099,
        confirm: true,
        currency: 'usd',
        customer: customer.id,
        off_session: true,
        payment_method: idOf(done.payment_method),
      });
      expect(debit.status).toBe('processing');
    });

    it('single_use makes a mandate for this much', async () => {
      const done = await setup('pm_usBankAccount_success', {
        mandate_data: MANDATE_DATA,
        single_use: { amount: 500, currency: 'usd' },
      });
      expect(done.mandate).toBeNull();
      expect(await stripe.mandates.retrieve(idOf(done.single_use_mandate))).toMatchObject({
        single_use: { amount: 500, currency: 'usd' },
        type: 'single_use',
      });
    });

    it('without consent are refused', async () => {
      const error = await refused(setup('pm_usBankAccount_success'));
      expect(error.statusCode).toBe(400);
      expect(error.message).toContain('This SetupIntent requires a mandate');
      expect(error.setup_intent).toMatchObject({ status: 'requires_confirmation' });
    });

    it.each([[{ amounts: [32, 45] }], [{ descriptor_code: 'SM11AA' }]])(
      'are saved once %j was told',
      async (values) => {
        const customer = await stripe.customers.create();
        const method = await bank();
        const asked = await setup(method.id, { ...WITH_MICRODEPOSITS, customer: customer.id });
        expect(asked).toMatchObject({ next_action: { type: 'verify_with_microdeposits' }, status: 'requires_action' });
        expect((await stripe.mandates.retrieve(idOf(asked.mandate))).status).toBe('pending');
        expect((await stripe.customers.listPaymentMethods(customer.id)).data).toEqual([]);
        const done = await stripe.setupIntents.verifyMicrodeposits(asked.id, values);
        expect(done).toMatchObject({ next_action: null, status: 'succeeded' });
        expect((await stripe.mandates.retrieve(idOf(asked.mandate))).status).toBe('active');
        expect((await stripe.customers.listPaymentMethods(customer.id)).data.map(({ id }) => id)).toEqual([method.id]);
      },
    );

    it.each([
      [{ amounts: [10, 11] }, 'payment_method_microdeposit_verification_attempts_exceeded'],
      [{ descriptor_code: 'SM44DD' }, 'payment_method_microdeposit_verification_timeout'],
    ])('%j ends in %s', async (values, code) => {
      const asked = await setup((await bank()).id, WITH_MICRODEPOSITS);
      const error = await refused(stripe.setupIntents.verifyMicrodeposits(asked.id, values));
      expect(error).toMatchObject({ statusCode: 400, code });
      expect(await again(asked)).toMatchObject({
        last_setup_error: { code },
        latest_attempt: { setup_error: { code }, status: 'failed' },
        mandate: null,
        status: 'requires_payment_method',
      });
    });

    it('wrong amounts change nothing', async () => {
      const asked = await setup((await bank()).id, WITH_MICRODEPOSITS);
      const error = await refused(stripe.setupIntents.verifyMicrodeposits(asked.id, { amounts: [1, 1] }));
      expect(error.code).toBe('payment_method_microdeposit_verification_amounts_mismatch');
      expect((await again(asked)).status).toBe('requires_action');
    });

    it('time out after ten days, or come back', async () => {
      const [slow, bad] = [await bank(), await bank('000666666661')];
      const asked = await setup(slow.id, WITH_MICRODEPOSITS);
      const doomed = await setup(bad.id, { mandate_data: MANDATE_DATA });
      await running.sim('POST', 'clock', { advance: 5_000 });
      expect((await again(doomed)).last_setup_error?.code).toBe('payment_method_microdeposit_failed');
      await running.sim('POST', 'clock', { advance: 10 * 24 * 60 * 60 * 1000 });
      expect((await again(asked)).last_setup_error?.code).toBe('payment_method_microdeposit_verification_timeout');
    });

    it('that wait for none say so', async () => {
      const done = await setup('pm_card_visa');
      const error = await refused(stripe.setupIntents.verifyMicrodeposits(done.id, { amounts: [32, 45] }));
      expect(error.code).toBe('setup_intent_unexpected_state');
    });

    it('of Europe are saved under a mandate with a reference', async () => {
      const done = await setup('pm_success_fr', { mandate_data: MANDATE_DATA, expand: ['mandate'] });
      expect(done).toMatchObject({
        mandate: { payment_method_details: { sepa_debit: { url: expect.stringContaining('http') as string } } },
        status: 'succeeded',
      });
    });
  });
});
