import type Stripe from 'stripe';
import { type Running, idOf, MANDATE_DATA, refused, start } from './support.js';

/** https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment */
describe('US bank accounts', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterEach(() => running.sim('POST', 'settings', { verify_bank_accounts: false }));
  afterAll(() => running.close());

  const DAY_MS = 24 * 60 * 60 * 1000;
  const advance = (ms: number) => running.sim('POST', 'clock', { advance: ms });
  const account = (number: string, more: Partial<Stripe.PaymentMethodCreateParams> = {}) =>
    stripe.paymentMethods.create({
      type: 'us_bank_account',
      us_bank_account: { account_number: number, routing_number: '110000000', account_holder_type: 'individual' },
      billing_details: { name: 'Jenny Rosen' },
      ...more,
    });
  const debit = (payment_method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({
      amount: 1099,
      currency: 'usd',
      allowed_payment_method_types: ['us_bank_account'],
      confirm: true,
      mandate_data: MANDATE_DATA,
      payment_method,
      ...more,
    });
  const again = (intent: { id: string }, expand: string[] = []) =>
    stripe.paymentIntents.retrieve(intent.id, { expand });
  const WITH_MICRODEPOSITS = {
    payment_method_options: { us_bank_account: { verification_method: 'microdeposits' } },
  } as const;
  const unverified = async (number = '000123456789') => debit((await account(number)).id, WITH_MICRODEPOSITS);

  it.each([
    ['success', '000123456789', null],
    ['accountClosed', '000111111113', 'account_closed'],
    ['noAccount', '000111111116', 'no_account'],
    ['insufficientFunds', '000222222227', 'insufficient_funds'],
    ['debitNotAuthorized', '000333333335', 'debit_not_authorized'],
    ['invalidCurrency', '000444444440', 'invalid_currency'],
    ['weeklyLimitExceeded', '000777777771', 'charge_exceeds_source_limit'],
  ])('pm_usBankAccount_%s and %s end as documented', async (token, number, failure) => {
    const intents = [await debit(`pm_usBankAccount_${token}`), await debit((await account(number)).id)];
    expect(intents.map(({ status }) => status)).toEqual(['processing', 'processing']);
    await advance(5_000);
    for (const intent of intents) {
      const after = await again(intent, ['latest_charge']);
      expect(after.status).toBe(failure === null ? 'succeeded' : 'requires_payment_method');
      const { code, decline_code } = after.last_payment_error ?? {};
      expect(decline_code ?? code).toBe(failure ?? undefined);
      expect(after.latest_charge).toMatchObject({
        status: failure === null ? 'succeeded' : 'failed',
        failure_code: failure,
        payment_method_details: { type: 'us_bank_account', us_bank_account: { bank_name: 'STRIPE TEST BANK' } },
      });
      expect(idOf(after.latest_charge)).toMatch(/^py_/);
    }
  });

  it('000000000009 stays processing until it is canceled', async () => {
    const intents = [await debit('pm_usBankAccount_processing'), await debit((await account('000000000009')).id)];
    await advance(30 * DAY_MS);
    for (const intent of intents) {
      expect((await again(intent)).status).toBe('processing');
      expect((await stripe.paymentIntents.cancel(intent.id)).status).toBe('canceled');
    }
  });

  it('000555555559 is disputed once it was paid', async () => {
    const intent = await debit('pm_usBankAccount_dispute');
    await advance(5_000);
    await advance(1_000);
    expect((await again(intent)).status).toBe('succeeded');
    const { data } = await stripe.disputes.list({ payment_intent: intent.id });
    expect(data).toMatchObject([{ amount: 1099, reason: 'debit_not_authorized' }]);
  });

  it('a blocked account shows why and is refused from then on', async () => {
    const customer = await stripe.customers.create();
    const intent = await debit('pm_usBankAccount_accountClosed', {
      customer: customer.id,
      setup_future_usage: 'off_session',
    });
    await advance(5_000);
    const [kept] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    expect(kept?.us_bank_account?.status_details).toEqual({
      blocked: { network_code: 'R02', reason: 'bank_account_closed' },
    });
    const error = await refused(
      stripe.paymentIntents.confirm(intent.id, { payment_method: kept?.id ?? '', mandate_data: MANDATE_DATA }),
    );
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_method_bank_account_blocked' });
  });

  it('wants dollars and a routing number that exists', async () => {
    const error = await refused(debit('pm_usBankAccount_success', { currency: 'eur' }));
    expect(error).toMatchObject({ code: 'payment_intent_invalid_parameter', param: 'currency' });
    const wrong = { account_number: '000123456789', routing_number: '110000001' };
    expect(await refused(account('', { us_bank_account: wrong }))).toMatchObject({
      code: 'routing_number_invalid',
      param: 'us_bank_account[routing_number]',
    });
  });

  describe('mandates', () => {
    const charge = async (intent: Stripe.PaymentIntent) => (await again(intent, ['latest_charge'])).latest_charge;
    const mandateOf = async (intent: Stripe.PaymentIntent) => {
      const made = await charge(intent);
      const details = typeof made === 'object' ? made?.payment_method_details?.us_bank_account : undefined;
      return stripe.mandates.retrieve(idOf(details?.mandate ?? null));
    };

    it('without one nothing is debited', async () => {
      const error = await refused(debit('pm_usBankAccount_success', { mandate_data: '' }));
      expect(error.statusCode).toBe(400);
      expect(error.message).toContain('This PaymentIntent requires a mandate, but no existing mandate was found.');
      expect(error.payment_intent).toMatchObject({ status: 'requires_confirmation' });
    });

    it('one for a single payment is used up by it', async () => {
      const intent = await debit('pm_usBankAccount_success');
      expect(await mandateOf(intent)).toMatchObject({
        customer_acceptance: { type: 'online', online: { ip_address: '203.0.113.7', user_agent: 'Firefox' } },
        payment_method_details: { type: 'us_bank_account', us_bank_account: {} },
        single_use: { amount: 1099, currency: 'usd' },
        status: 'active',
        type: 'single_use',
      });
      await advance(5_000);
      const used = await mandateOf(intent);
      expect(used.status).toBe('inactive');
      const [event] = (await stripe.events.list({ type: 'mandate.updated', limit: 1 })).data;
      expect(event?.data).toMatchObject({ object: { id: used.id }, previous_attributes: { status: 'active' } });
    });

    it('one for later payments covers them without new consent, until the method is detached', async () => {
      const customer = await stripe.customers.create();
      const first = await debit('pm_usBankAccount_success', {
        customer: customer.id,
        setup_future_usage: 'off_session',
        mandate_data: { customer_acceptance: { type: 'offline', offline: {} } },
      });
      const mandate = await mandateOf(first);
      expect(mandate).toMatchObject({ multi_use: {}, type: 'multi_use', customer_acceptance: { type: 'offline' } });
      const method = idOf(first.payment_method);
      const later = { customer: customer.id, mandate_data: '', off_session: true } as const;
      expect(await mandateOf(await debit(method, later))).toEqual(mandate);
      const named = await debit(method, { ...later, mandate: mandate.id });
      expect(named.status).toBe('processing');
      await stripe.paymentMethods.detach(method);
      expect((await stripe.mandates.retrieve(mandate.id)).status).toBe('inactive');
    });

    it('one of another method is refused, and one that does not exist', async () => {
      const other = await mandateOf(await debit('pm_usBankAccount_success'));
      const error = await refused(debit('pm_usBankAccount_success', { mandate: other.id, mandate_data: '' }));
      expect(error).toMatchObject({ code: 'payment_intent_mandate_invalid', param: 'mandate' });
      expect(await refused(stripe.mandates.retrieve('mandate_x'))).toMatchObject({
        statusCode: 404,
        code: 'resource_missing',
      });
    });
  });

  describe('microdeposits', () => {
    it('are asked for only if told so (ruling 35)', async () => {
      const method = await account('000123456789');
      expect((await debit(method.id)).status).toBe('processing');
      await running.sim('POST', 'settings', { verify_bank_accounts: true });
      expect((await debit((await account('000123456789')).id)).status).toBe('requires_action');
      // A token stands for an account that somebody verified.
      expect((await debit('pm_usBankAccount_success', WITH_MICRODEPOSITS)).status).toBe('processing');
    });

    it.each([[{ amounts: [32, 45] }], [{ amounts: [45, 32] }], [{ descriptor_code: 'SM11AA' }]])(
      '%j verifies the account and debits it',
      async (values) => {
        const asked = await unverified();
        expect(asked).toMatchObject({
          status: 'requires_action',
          latest_charge: null,
          next_action: {
            type: 'verify_with_microdeposits',
            verify_with_microdeposits: { microdeposit_type: 'descriptor_code' },
          },
        });
        const done = await stripe.paymentIntents.verifyMicrodeposits(asked.id, values);
        expect(done).toMatchObject({ status: 'processing', next_action: null });
        await advance(5_000);
        expect((await again(asked)).status).toBe('succeeded');
      },
    );

    it('wrong amounts may be sent three times, wrong codes ten times', async () => {
      const asked = await unverified();
      const wrong = () => refused(stripe.paymentIntents.verifyMicrodeposits(asked.id, { amounts: [1, 2] }));
      expect(await wrong()).toMatchObject({
        statusCode: 400,
        code: 'payment_method_microdeposit_verification_amounts_mismatch',
        message:
          'The amounts provided do not match the amounts that were sent to the bank account. You have 2 verification attempts remaining.',
      });
      expect((await wrong()).message).toContain('You have 1 verification attempts remaining.');
      expect((await again(asked)).status).toBe('requires_action');
      const last = await wrong();
      expect(last.code).toBe('payment_method_microdeposit_verification_attempts_exceeded');
      expect(await again(asked)).toMatchObject({
        status: 'requires_payment_method',
        payment_method: null,
        last_payment_error: { code: last.code },
      });

      const coded = await unverified();
      const code = await refused(stripe.paymentIntents.verifyMicrodeposits(coded.id, { descriptor_code: 'SM99ZZ' }));
      expect(code.code).toBe('payment_method_microdeposit_verification_descriptor_code_mismatch');
      expect(code.message).toContain('You have 9 verification attempts remaining.');
    });

    it.each([
      [{ amounts: [10, 11] }, 'payment_method_microdeposit_verification_attempts_exceeded'],
      [{ descriptor_code: 'SM33CC' }, 'payment_method_microdeposit_verification_attempts_exceeded'],
      [{ amounts: [40, 41] }, 'payment_method_microdeposit_verification_timeout'],
      [{ descriptor_code: 'SM44DD' }, 'payment_method_microdeposit_verification_timeout'],
    ])('%j ends in %s', async (values, code) => {
      const asked = await unverified();
      expect((await refused(stripe.paymentIntents.verifyMicrodeposits(asked.id, values))).code).toBe(code);
      expect((await again(asked)).status).toBe('requires_payment_method');
    });

    it.each([
      [{ amounts: [32] }, 'payment_method_microdeposit_verification_amounts_invalid', 'amounts'],
      [{}, 'parameter_missing', 'amounts'],
      [{ amounts: [32, 45], descriptor_code: 'SM11AA' }, undefined, 'descriptor_code'],
    ])('%j is refused', async (values, code, param) => {
      const asked = await unverified();
      const error = await refused(stripe.paymentIntents.verifyMicrodeposits(asked.id, values));
      expect([error.statusCode, error.code, error.param]).toEqual([400, code, param]);
      expect((await again(asked)).status).toBe('requires_action');
    });

    it('are over after ten days', async () => {
      const asked = await unverified();
      await advance(10 * DAY_MS - 60_000);
      expect((await again(asked)).status).toBe('requires_action');
      await advance(60_000);
      expect(await again(asked)).toMatchObject({
        status: 'requires_payment_method',
        last_payment_error: { code: 'payment_method_microdeposit_verification_timeout' },
      });
    });

    it('that cannot be sent come back', async () => {
      const asked = await debit('pm_usBankAccount_failMicrodeposits');
      expect(asked.status).toBe('requires_action');
      await advance(5_000);
      expect((await again(asked)).last_payment_error?.code).toBe('payment_method_microdeposit_failed');
    });

    it('an account that was verified once is debited at once, and its mandate counts from then on', async () => {
      const customer = await stripe.customers.create();
      const method = await account('000123456789');
      const asked = await debit(method.id, {
        ...WITH_MICRODEPOSITS,
        customer: customer.id,
        setup_future_usage: 'off_session',
      });
      await stripe.paymentIntents.verifyMicrodeposits(asked.id, { amounts: [32, 45] });
      const [event] = (await stripe.events.list({ type: 'mandate.updated', limit: 1 })).data;
      expect(event?.data).toMatchObject({ object: { status: 'active' }, previous_attributes: { status: 'pending' } });
      const later = await debit(method.id, {
        ...WITH_MICRODEPOSITS,
        customer: customer.id,
        off_session: true,
        mandate_data: '',
      });
      expect(later.status).toBe('processing');
    });

    it('nobody is there to tell them off session', async () => {
      const error = await refused(
        debit((await account('000123456789')).id, { ...WITH_MICRODEPOSITS, off_session: true }),
      );
      expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_action_required' });
    });

    it('an intent that waits for none says so', async () => {
      const intent = await debit('pm_usBankAccount_success');
      const error = await refused(stripe.paymentIntents.verifyMicrodeposits(intent.id, { amounts: [32, 45] }));
      expect(error.code).toBe('payment_intent_unexpected_state');
      expect(error.payment_intent).toMatchObject({ id: intent.id, status: 'processing' });
    });
  });
});
