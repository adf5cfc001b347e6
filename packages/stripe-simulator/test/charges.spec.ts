import type Stripe from 'stripe';
import { createIntent, idOf, refused, RETURN_URL, type Running, start } from './support.js';

describe('charges', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start({ allowRawCards: true });
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const visa = { amount: 1999, currency: 'usd', source: 'tok_visa' };
  const newest = async (type: string) => (await stripe.events.list({ type, limit: 1 })).data[0];

  it('are made of a test token, and booked at once', async () => {
    const charge = await stripe.charges.create({
      ...visa,
      description: 'a book',
      metadata: { order: '7' },
      shipping: { name: 'Ada', address: { line1: '1 Main St' } },
      expand: ['balance_transaction'],
    });
    expect(charge).toMatchObject({
      object: 'charge',
      amount_captured: 1999,
      captured: true,
      description: 'a book',
      metadata: { order: '7' },
      paid: true,
      payment_intent: null,
      status: 'succeeded',
    });
    expect(charge.source).toMatchObject({ object: 'card', brand: 'Visa', last4: '4242', id: charge.payment_method });
    expect(charge.balance_transaction).toMatchObject({ amount: 1999, fee: 88, net: 1911, source: charge.id });
    expect((await newest('charge.succeeded'))?.data.object).toMatchObject({ id: charge.id });
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({ id: charge.id });
  });

  it('are made of a token of a card, once', async () => {
    const { id: source } = await stripe.tokens.create({
      card: { number: '5555555555554444', exp_month: '12', exp_year: '2034', cvc: '123' },
    });
    const charge = await stripe.charges.create({ ...visa, source });
    expect(charge.payment_method_details?.card).toMatchObject({ brand: 'mastercard', last4: '4444' });
    expect((await refused(stripe.charges.create({ ...visa, source }))).code).toBe('token_already_used');
  });

  it('fail with 402 and leave a failed charge', async () => {
    const error = await refused(stripe.charges.create({ ...visa, source: 'tok_chargeDeclinedInsufficientFunds' }));
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'insufficient_funds' });
    const failed = await stripe.charges.retrieve(String(error.charge));
    expect(failed).toMatchObject({ status: 'failed', paid: false, failure_code: 'card_declined', captured: false });
    expect((await newest('charge.failed'))?.data.object).toMatchObject({ id: failed.id });
    const asks = await refused(stripe.charges.create({ ...visa, source: 'tok_threeDSecure2Required' }));
    expect(asks).toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });

  it.each([
    [{ currency: 'usd', source: 'tok_visa' }, 400, 'parameter_missing', 'amount'],
    [{ amount: 100, source: 'tok_visa' }, 400, 'parameter_missing', 'currency'],
    [{ amount: 100, currency: 'usd' }, 400, 'parameter_missing', undefined],
    [{ amount: 10, currency: 'usd', source: 'tok_visa' }, 400, 'amount_too_small', 'amount'],
    [{ ...visa, source: 'tok_nothing' }, 400, 'resource_missing', 'source'],
    [{ ...visa, source: 'pm_card_visa' }, 400, 'resource_missing', 'source'],
    [{ ...visa, customer: 'cus_nobody' }, 400, 'resource_missing', 'customer'],
  ])('refuses %j', async (params, statusCode, code, param) => {
    expect(await refused(stripe.charges.create(params))).toMatchObject({ statusCode, code, param });
  });

  it('have nothing to charge with a customer alone', async () => {
    const customer = (await stripe.customers.create()).id;
    const error = await refused(stripe.charges.create({ amount: 100, currency: 'usd', customer }));
    expect(error).toMatchObject({ statusCode: 402, code: 'missing', param: 'card' });
    expect(await refused(stripe.charges.create({ ...visa, customer }))).toMatchObject({
      code: 'missing',
      param: 'source',
    });
  });

  it('are captured later, in part, once', async () => {
    const held = await stripe.charges.create({ ...visa, capture: false });
    expect(held).toMatchObject({ captured: false, amount_captured: 0, balance_transaction: null });
    expect((await refused(stripe.charges.capture(held.id, { amount: 2000 }))).param).toBe('amount');
    const captured = await stripe.charges.capture(held.id, { amount: 1500, receipt_email: 'ada@shop.test' });
    expect(captured).toMatchObject({ captured: true, amount_captured: 1500, receipt_email: 'ada@shop.test' });
    const booked = await stripe.balanceTransactions.list({ source: held.id });
    expect(booked.data).toMatchObject([{ amount: 1500, id: captured.balance_transaction }]);
    const event = await newest('charge.captured');
    expect(event?.data).toMatchObject({ object: { id: held.id }, previous_attributes: { captured: false } });
    expect((await refused(stripe.charges.capture(held.id))).code).toBe('charge_already_captured');
  });

  it('of a PaymentIntent are captured with it', async () => {
    const { latest_charge } = await createIntent(stripe, {
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: RETURN_URL,
    });
    const error = await refused(stripe.charges.capture(idOf(latest_charge)));
    expect(error.message).toContain('created by a PaymentIntent');
  });

  it('expire after seven days', async () => {
    const held = await stripe.charges.create({ ...visa, capture: false });
    await running.sim('POST', 'clock', { advance: 7 * 24 * 3_600_000 + 1000 });
    expect(await stripe.charges.retrieve(held.id)).toMatchObject({ refunded: true, amount_refunded: 1999 });
    expect((await newest('charge.expired'))?.data.object).toMatchObject({ id: held.id });
    expect((await refused(stripe.charges.capture(held.id))).code).toBe('charge_expired_for_capture');
  });

  it('are refunded and disputed like any other', async () => {
    const { id } = await stripe.charges.create(visa);
    expect(await stripe.refunds.create({ charge: id })).toMatchObject({ payment_intent: null, status: 'succeeded' });
    const disputed = await stripe.charges.create({ ...visa, source: 'tok_createDispute' });
    expect((await stripe.disputes.list({ charge: disputed.id })).data).toMatchObject([{ payment_intent: null }]);
  });

  it('are updated, with what they were before in the event', async () => {
    const { id } = await stripe.charges.create({ ...visa, description: 'old', metadata: { a: '1' } });
    const customer = (await stripe.customers.create()).id;
    const changed = await stripe.charges.update(id, {
      customer,
      description: 'new',
      fraud_details: { user_report: 'safe' },
      metadata: { a: '', b: '2' },
      shipping: { name: 'Ada', address: { line1: '1 Main St' } },
    });
    expect(changed).toMatchObject({ customer, description: 'new', fraud_details: { user_report: 'safe' } });
    expect(changed.metadata).toEqual({ b: '2' });
    expect((await newest('charge.updated'))?.data.previous_attributes).toMatchObject({
      customer: null,
      description: 'old',
      metadata: { a: '1', b: null },
    });
    expect((await stripe.charges.update(id, { fraud_details: { user_report: '' } })).fraud_details).toEqual({});
    const other = (await stripe.customers.create()).id;
    expect((await refused(stripe.charges.update(id, { customer: other }))).param).toBe('customer');
  });

  it('are listed by customer and transfer group', async () => {
    const { id } = await stripe.charges.create({ ...visa, transfer_group: 'group 7' });
    const customer = (await stripe.customers.create()).id;
    await stripe.charges.update(id, { customer });
    expect((await stripe.charges.list({ customer })).data.map((charge) => charge.id)).toEqual([id]);
    expect((await stripe.charges.list({ transfer_group: 'group 7' })).data.map((charge) => charge.id)).toEqual([id]);
    expect((await stripe.charges.list({ customer, transfer_group: 'other' })).data).toEqual([]);
  });

  it('are booked in the background with automatic_async', async () => {
    const { latest_charge } = await createIntent(stripe, {
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: RETURN_URL,
    });
    const id = idOf(latest_charge);
    expect((await stripe.charges.retrieve(id)).balance_transaction).toBeNull();
    await running.sim('POST', 'clock', { advance: 1_000 });
    expect((await stripe.charges.retrieve(id)).balance_transaction).toMatch(/^txn_/);
    expect((await newest('charge.updated'))?.data.previous_attributes).toEqual({ balance_transaction: null });
  });
});
