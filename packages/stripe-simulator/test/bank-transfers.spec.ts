import type Stripe from 'stripe';
import { idOf, refused, type Running, start } from './support.js';

describe('payment by bank transfer, from a customer’s cash balance', () => {
  let running: Running;
  let stripe: Stripe;
  let customer: string;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  beforeEach(async () => {
    customer = (await stripe.customers.create()).id;
  });
  afterAll(() => running.close());

  const pay = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({
      amount: 2000,
      currency: 'eur',
      customer,
      confirm: true,
      allowed_payment_method_types: ['customer_balance'],
      payment_method_data: { type: 'customer_balance' },
      payment_method_options: {
        customer_balance: { funding_type: 'bank_transfer', bank_transfer: { type: 'eu_bank_transfer' } },
      },
      ...more,
    });
  const fund = (amount: number, currency = 'eur') =>
    stripe.testHelpers.customers.fundCashBalance(customer, { amount, currency });
  const available = async () => (await stripe.customers.retrieveCashBalance(customer)).available;
  const typesSince = async (before: string | undefined) =>
    (await stripe.events.list({ limit: 50, ...(before === undefined ? {} : { ending_before: before }) })).data
      .map((event) => event.type)
      .reverse();
  const newestEvent = async () => (await stripe.events.list({ limit: 1 })).data[0]?.id;

  it('tells the payer where to send the money, the same account each time', async () => {
    const [first, second] = [await pay(), await pay()];
    expect(first).toMatchObject({ status: 'requires_action', amount_received: 0 });
    const told = first.next_action?.display_bank_transfer_instructions;
    expect(told).toMatchObject({ amount_remaining: 2000, currency: 'eur', type: 'eu_bank_transfer' });
    expect(told?.financial_addresses?.[0]?.iban?.iban).toMatch(/^DE\d{20}$/);
    expect(second.next_action?.display_bank_transfer_instructions?.financial_addresses).toEqual(
      told?.financial_addresses,
    );
  });

  it('takes what arrives, in part and then in full, with an event for each', async () => {
    const { id } = await pay();
    let before = await newestEvent();
    await fund(500);
    const partly = await stripe.paymentIntents.retrieve(id);
    expect(partly).toMatchObject({ status: 'requires_action' });
    expect(partly.next_action?.display_bank_transfer_instructions?.amount_remaining).toBe(1500);
    expect(await typesSince(before)).toEqual([
      'customer_cash_balance_transaction.created',
      'customer_cash_balance_transaction.created',
      'payment_intent.partially_funded',
    ]);
    before = await newestEvent();
    await fund(1600);
    const paid = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    expect(paid).toMatchObject({
      status: 'succeeded',
      amount_received: 2000,
      latest_charge: { amount: 2000, payment_method_details: { type: 'customer_balance' } },
    });
    expect(await available()).toEqual({ eur: 100 });
    expect((await typesSince(before)).slice(-3)).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'cash_balance.funds_available',
    ]);
    const booked = await stripe.customers.listCashBalanceTransactions(customer);
    expect(booked.data.map(({ type, net_amount, ending_balance }) => [type, net_amount, ending_balance])).toEqual([
      ['applied_to_payment', -1500, 100],
      ['funded', 1600, 1600],
      ['applied_to_payment', -500, 0],
      ['funded', 500, 500],
    ]);
    const [newest] = booked.data;
    expect(await stripe.customers.retrieveCashBalanceTransaction(customer, newest?.id ?? '')).toEqual(newest);
  });

  it('pays at once from what is there already, and serves the oldest payment first', async () => {
    await fund(2500);
    expect((await pay()).status).toBe('succeeded');
    const [older, newer] = [await pay({ amount: 1000 }), await pay({ amount: 1000 })];
    expect(older.next_action?.display_bank_transfer_instructions?.amount_remaining).toBe(500);
    await fund(900);
    expect((await stripe.paymentIntents.retrieve(older.id)).status).toBe('succeeded');
    const waiting = await stripe.paymentIntents.retrieve(newer.id);
    expect(waiting.next_action?.display_bank_transfer_instructions?.amount_remaining).toBe(600);
    expect(await available()).toBeNull();
  });

  it('gives back what a canceled payment had taken', async () => {
    const { id } = await pay();
    await fund(700);
    expect(await available()).toBeNull();
    expect((await stripe.paymentIntents.cancel(id)).status).toBe('canceled');
    expect(await available()).toEqual({ eur: 700 });
    const [newest] = (await stripe.customers.listCashBalanceTransactions(customer)).data;
    expect(newest).toMatchObject({ type: 'unapplied_from_payment', net_amount: 700 });
    expect(idOf(newest?.unapplied_from_payment?.payment_intent ?? null)).toBe(id);
  });

  it.each(['usd', 'gbp', 'jpy', 'mxn'])('knows a transfer and an account for %s', async (currency) => {
    const type = `${{ usd: 'us', gbp: 'gb', jpy: 'jp', mxn: 'mx' }[currency]}_bank_transfer` as 'us_bank_transfer';
    const options = { customer_balance: { funding_type: 'bank_transfer' as const, bank_transfer: { type } } };
    const asked = await pay({ currency, amount: 5000, payment_method_options: options });
    expect(asked.next_action?.display_bank_transfer_instructions).toMatchObject({ type, currency });
    const { funded } = await fund(5000, currency);
    expect(funded?.bank_transfer.type).toBe(type);
    expect((await stripe.paymentIntents.retrieve(asked.id)).status).toBe('succeeded');
  });

  it.each<[Partial<Stripe.PaymentIntentCreateParams>, string]>([
    [{ payment_method_options: {} }, 'payment_method_options[customer_balance][funding_type]'],
    [
      { payment_method_options: { customer_balance: { funding_type: 'bank_transfer' } } },
      'payment_method_options[customer_balance][bank_transfer][type]',
    ],
    [{ currency: 'usd' }, 'payment_method_options[customer_balance][bank_transfer][type]'],
    [{ currency: 'sek' }, 'currency'],
  ])('refuses %j, naming %s', async (more, param) => {
    const error = await refused(pay(more));
    expect([error.statusCode, error.param]).toEqual([400, param]);
  });

  it('needs a customer, and a real amount', async () => {
    const alone = stripe.paymentIntents.create({
      amount: 2000,
      currency: 'eur',
      confirm: true,
      allowed_payment_method_types: ['customer_balance'],
      payment_method_data: { type: 'customer_balance' },
    });
    expect((await refused(alone)).param).toBe('customer');
    const error = await refused(stripe.testHelpers.customers.fundCashBalance(customer, { amount: 0, currency: 'eur' }));
    expect([error.statusCode, error.param]).toEqual([400, 'amount']);
    const unknown = await refused(
      stripe.testHelpers.customers.fundCashBalance('cus_x', { amount: 1, currency: 'eur' }),
    );
    expect(unknown.statusCode).toBe(404);
  });

  it('gives a refund back to the balance', async () => {
    const { id } = await pay();
    await fund(2000);
    const refund = await stripe.refunds.create({ payment_intent: id, amount: 700 });
    expect(refund).toMatchObject({ destination_details: { type: 'customer_cash_balance' }, status: 'succeeded' });
    expect(await available()).toEqual({ eur: 700 });
    const [newest] = (await stripe.customers.listCashBalanceTransactions(customer)).data;
    expect(newest).toMatchObject({
      net_amount: 700,
      refunded_from_payment: { refund: refund.id },
      type: 'refunded_from_payment',
    });
  });
});
