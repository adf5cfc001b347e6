import type Stripe from 'stripe';
import { type Running, MANDATE_DATA, refused, start } from './support.js';

/** https://docs.stripe.com/payments/sepa-debit/accept-a-payment#test-ibans */
describe('SEPA Direct Debit', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const advance = (ms: number) => running.sim('POST', 'clock', { advance: ms });
  const account = (iban: string) => stripe.paymentMethods.create({ type: 'sepa_debit', sepa_debit: { iban } });
  const debit = (payment_method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({
      amount: 1099,
      currency: 'eur',
      allowed_payment_method_types: ['sepa_debit'],
      confirm: true,
      mandate_data: MANDATE_DATA,
      payment_method,
      ...more,
    });
  const statusOf = async (intent: { id: string }) => (await stripe.paymentIntents.retrieve(intent.id)).status;

  it.each([
    ['success', 'DE89370400440532013000', null],
    ['failed', 'DE62370400440532013001', 'generic_decline'],
    ['exceedsWeeklyVolumeLimit', 'DE65370400440000343434', 'charge_exceeds_source_limit'],
    ['exceedsWeeklyTransactionLimit', 'DE27370400440000121212', 'charge_exceeds_weekly_limit'],
    ['insufficientFunds', 'DE65370400440002222227', 'insufficient_funds'],
    ['success', 'AT61 1904 3002 3457 3201', null],
    ['failed', 'fr8420041010050500013m02607', 'generic_decline'],
    ['success', 'NO9386011117947', null],
  ])('%s %s ends as documented', async (outcome, iban, failure) => {
    const country = iban.slice(0, 2).toLowerCase();
    const intents = [await debit(`pm_${outcome}_${country}`), await debit((await account(iban)).id)];
    expect(intents.map(({ status }) => status)).toEqual(['processing', 'processing']);
    await advance(5_000);
    for (const intent of intents) {
      const after = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
      expect(after.status).toBe(failure === null ? 'succeeded' : 'requires_payment_method');
      const { code, decline_code } = after.last_payment_error ?? {};
      expect(decline_code ?? code).toBe(failure ?? undefined);
      expect(after.latest_charge).toMatchObject({
        failure_code: failure,
        payment_method_details: { sepa_debit: { country: country.toUpperCase() }, type: 'sepa_debit' },
      });
    }
  });

  it.each([
    ['successDelayed', 'DE08370400440532013003', 'succeeded'],
    ['failedDelayed', 'DE78370400440532013004', 'requires_payment_method'],
  ])('%s %s takes three minutes', async (outcome, iban, status) => {
    const intents = [await debit(`pm_${outcome}_de`), await debit((await account(iban)).id)];
    await advance(179_000);
    expect(await Promise.all(intents.map(statusOf))).toEqual(['processing', 'processing']);
    await advance(1_000);
    expect(await Promise.all(intents.map(statusOf))).toEqual([status, status]);
  });

  it('disputed DE35370400440532013002 is paid and disputed', async () => {
    const intent = await debit((await account('DE35370400440532013002')).id);
    await advance(5_000);
    await advance(1_000);
    expect(await statusOf(intent)).toBe('succeeded');
    const { data } = await stripe.disputes.list({ payment_intent: intent.id });
    expect(data).toMatchObject([{ amount: 1099, reason: 'debit_not_authorized' }]);
  });

  it('the account shows bank, country and last digits, never the IBAN', async () => {
    const method = await account('DE89370400440532013000');
    expect(method.sepa_debit).toEqual({
      bank_code: '37040044',
      branch_code: null,
      country: 'DE',
      fingerprint: expect.any(String) as string,
      generated_from: null,
      last4: '3000',
    });
    expect(JSON.stringify(method)).not.toContain('0532013');
    expect((await account('GB82WEST12345698765432')).sepa_debit).toMatchObject({
      bank_code: 'WEST',
      branch_code: '123456',
    });
  });

  it('the mandate is for any number of debits, with a reference', async () => {
    const customer = await stripe.customers.create();
    const first = await debit('pm_success_de', { customer: customer.id, setup_future_usage: 'off_session' });
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(first.id, { expand: ['latest_charge'] });
    const id = typeof charge === 'object' ? charge?.payment_method_details?.sepa_debit?.mandate : null;
    const mandate = await stripe.mandates.retrieve(id ?? '', { expand: ['payment_method'] });
    expect(mandate).toMatchObject({
      multi_use: {},
      payment_method: { sepa_debit: { last4: '3000' } },
      payment_method_details: { sepa_debit: { reference: expect.stringMatching(/^[A-Z0-9]{16}$/) as string } },
      status: 'active',
      type: 'multi_use',
    });
    const later = await debit(typeof first.payment_method === 'string' ? first.payment_method : '', {
      customer: customer.id,
      mandate_data: '',
      off_session: true,
    });
    expect(later.status).toBe('processing');
    expect((await refused(debit('pm_success_de', { mandate_data: '' }))).message).toContain('requires a mandate');
  });

  it.each([
    ['DE89370400440532013001', 'invalid_bank_account_iban'],
    ['DE8937040044053201300', 'invalid_bank_account_iban'],
    ['DE', 'invalid_bank_account_iban'],
    ['89370400440532013000', 'invalid_bank_account_iban'],
    ['BR1500000000000010932840814P2', 'sepa_unsupported_account'],
  ])('%s is refused', async (iban, code) => {
    expect(await refused(account(iban))).toMatchObject({ statusCode: 400, code, param: 'sepa_debit[iban]' });
  });

  it('wants euros, and is offered for them', async () => {
    expect(await refused(debit('pm_success_de', { currency: 'usd' }))).toMatchObject({ param: 'currency' });
    const open = await stripe.paymentIntents.create({ amount: 1099, currency: 'eur' });
    expect(open.payment_method_types).toEqual(['card', 'sepa_debit']);
  });
});
