import type Stripe from 'stripe';
import { createIntent, idOf, MANDATE_DATA, refused, RETURN_URL, type Running, start } from './support.js';

describe('refunds', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const pay = (payment_method = 'pm_card_visa', more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    createIntent(stripe, {
      capture_method: 'automatic',
      confirm: true,
      payment_method,
      return_url: RETURN_URL,
      ...more,
    });
  const later = (ms: number) => running.sim('POST', 'clock', { advance: ms });
  const typesOf = async (object: string) => {
    const events = await stripe.events.list({ limit: 100 });
    return events.data
      .filter(({ data }) => 'id' in data.object && data.object.id === object)
      .map(({ type }) => type)
      .reverse();
  };
  const net = async () => {
    const { available, pending } = await stripe.balance.retrieve();
    return [...available, ...pending].reduce((sum, { amount }) => sum + amount, 0);
  };

  it('give back part, then the rest, and count on the charge', async () => {
    const { id, latest_charge } = await pay();
    const before = await net();
    const part = await stripe.refunds.create({
      payment_intent: id,
      amount: 500,
      reason: 'requested_by_customer',
      metadata: { rid: '1' },
      expand: ['balance_transaction', 'charge'],
    });
    expect(part).toMatchObject({
      amount: 500,
      balance_transaction: { amount: -500, fee: 0, net: -500, type: 'refund', reporting_category: 'refund' },
      charge: { amount_refunded: 500, refunded: false },
      reason: 'requested_by_customer',
      status: 'succeeded',
    });
    await stripe.refunds.create({ charge: idOf(latest_charge) });
    expect(await stripe.charges.retrieve(idOf(latest_charge))).toMatchObject({ amount_refunded: 1999, refunded: true });
    expect(await net()).toBe(before - 1999);
    expect(await typesOf(part.id)).toEqual(['refund.created']);
    const [refunded] = (await stripe.events.list({ type: 'charge.refunded', limit: 1 })).data;
    expect(refunded?.data.previous_attributes).toEqual({ amount_refunded: 500, refunded: false });
  });

  it('are refused beyond what is left, with Stripe’s words', async () => {
    const { id, latest_charge } = await pay();
    const charge = idOf(latest_charge);
    const whole = await refused(stripe.refunds.create({ charge, amount: 2000 }));
    expect(whole.message).toBe('Refund amount ($20.00) is greater than charge ($19.99)');
    await stripe.refunds.create({ charge, amount: 1500 });
    const rest = await refused(stripe.refunds.create({ payment_intent: id, amount: 500 }));
    expect(rest).toMatchObject({ statusCode: 400, param: 'amount' });
    expect(rest.message).toBe('Refund amount ($5.00) is greater than unrefunded amount on charge ($4.99)');
    await stripe.refunds.create({ charge });
    const again = await refused(stripe.refunds.create({ charge, amount: 1 }));
    expect(again).toMatchObject({
      code: 'charge_already_refunded',
      message: `Charge ${charge} has already been refunded.`,
    });
  });

  it('are refused where there is nothing to give back', async () => {
    const held = await pay('pm_card_visa', { capture_method: 'manual' });
    const uncaptured = await refused(stripe.refunds.create({ payment_intent: held.id }));
    expect(uncaptured.code).toBe('payment_intent_unexpected_state');
    const byCharge = await refused(stripe.refunds.create({ charge: idOf(held.latest_charge) }));
    expect(byCharge.code).toBe('charge_not_refundable');
    const open = await createIntent(stripe);
    const unpaid = await refused(stripe.refunds.create({ payment_intent: open.id }));
    expect(unpaid.message).toContain('does not have a successful charge to refund');
    const both = { charge: 'ch_1', payment_intent: 'pi_1' };
    expect((await refused(stripe.refunds.create(both))).message).toContain('only specify one');
    expect((await refused(stripe.refunds.create({}))).code).toBe('parameter_missing');
    expect(await refused(stripe.refunds.create({ charge: 'ch_nothing' }))).toMatchObject({
      code: 'resource_missing',
      param: 'charge',
    });
    const { id } = await pay();
    expect((await refused(stripe.refunds.create({ payment_intent: id, amount: 0 }))).param).toBe('amount');
  });

  it('of a processing bank debit have to wait for it', async () => {
    const { latest_charge } = await pay('pm_usBankAccount_success', { mandate_data: MANDATE_DATA });
    const early = await refused(stripe.refunds.create({ charge: idOf(latest_charge) }));
    expect(early).toMatchObject({ code: 'charge_not_refundable', message: expect.stringContaining('is pending') });
    await later(10_000);
    const refund = await stripe.refunds.create({ charge: idOf(latest_charge), expand: ['balance_transaction'] });
    expect(refund.id).toMatch(/^pyr_/);
    expect(refund).toMatchObject({
      balance_transaction: { type: 'payment_refund' },
      destination_details: { type: 'us_bank_transfer' },
      pending_reason: 'processing',
      status: 'pending',
    });
    await later(10_000);
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
  });

  it('stay pending for a while with pm_card_pendingRefund', async () => {
    const { id } = await pay('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: id });
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    await later(3_000);
    const done = await stripe.refunds.retrieve(refund.id);
    expect(done.status).toBe('succeeded');
    expect(done).not.toHaveProperty('pending_reason');
    expect(await typesOf(refund.id)).toEqual(['refund.created', 'refund.updated', 'charge.refund.updated']);
  });

  it('fail later with pm_card_refundFail, and the money comes back', async () => {
    const { id, latest_charge } = await pay('pm_card_refundFail');
    const before = await net();
    const refund = await stripe.refunds.create({ payment_intent: id });
    await later(3_000);
    const failed = await stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] });
    expect(failed).toMatchObject({
      failure_balance_transaction: { amount: 1999, type: 'refund_failure', source: refund.id },
      failure_reason: 'expired_or_canceled_card',
      status: 'failed',
    });
    expect(await net()).toBe(before);
    expect(await stripe.charges.retrieve(idOf(latest_charge))).toMatchObject({ amount_refunded: 0, refunded: false });
    expect(await typesOf(refund.id)).toEqual([
      'refund.created',
      'refund.updated',
      'refund.failed',
      'charge.refund.updated',
    ]);
    const [event] = (await stripe.events.list({ type: 'charge.refund.updated', limit: 1 })).data;
    expect(event?.data.previous_attributes).toMatchObject({ status: 'succeeded' });
  });

  it('cannot be canceled, since none waits for the customer', async () => {
    const { id } = await pay('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: id });
    expect((await refused(stripe.refunds.cancel(refund.id))).message).toContain('it has a status of pending');
    expect((await refused(stripe.refunds.cancel('re_nothing'))).statusCode).toBe(404);
  });

  it('take metadata, with both of Stripe’s events', async () => {
    const { id } = await pay();
    const refund = await stripe.refunds.create({ payment_intent: id, metadata: { a: '1' } });
    const updated = await stripe.refunds.update(refund.id, { metadata: { a: '', order_id: '6735' } });
    expect(updated.metadata).toEqual({ order_id: '6735' });
    expect(await typesOf(refund.id)).toEqual(['refund.created', 'refund.updated', 'charge.refund.updated']);
  });

  it('of a fraud mark the charge', async () => {
    const { latest_charge } = await pay();
    await stripe.refunds.create({ charge: idOf(latest_charge), reason: 'fraudulent' });
    expect((await stripe.charges.retrieve(idOf(latest_charge))).fraud_details).toEqual({ user_report: 'fraudulent' });
  });

  it('are listed by charge and PaymentIntent, newest first', async () => {
    const { id, latest_charge } = await pay();
    const made: string[] = [];
    for (const amount of [1, 2, 3]) made.unshift((await stripe.refunds.create({ payment_intent: id, amount })).id);
    const ids = (page: Stripe.ApiList<Stripe.Refund>) => page.data.map((refund) => refund.id);
    expect(ids(await stripe.refunds.list({ payment_intent: id }))).toEqual(made);
    expect(ids(await stripe.refunds.list({ charge: idOf(latest_charge), limit: 2 }))).toEqual(made.slice(0, 2));
    expect(ids(await stripe.refunds.list({ charge: idOf(latest_charge), starting_after: made[1] ?? '' }))).toEqual(
      made.slice(2),
    );
    expect(ids(await stripe.refunds.list({ charge: idOf(latest_charge), payment_intent: 'pi_other' }))).toEqual([]);
  });

  it('are shown in their charge when they are asked for', async () => {
    const { id, latest_charge } = await pay();
    expect(await stripe.charges.retrieve(idOf(latest_charge))).not.toHaveProperty('refunds');
    const made = await stripe.refunds.create({ payment_intent: id, amount: 700 });
    const expand = ['latest_charge.refunds.data.balance_transaction'];
    expect(await stripe.paymentIntents.retrieve(id, { expand })).toMatchObject({
      latest_charge: {
        refunds: { object: 'list', data: [{ id: made.id, balance_transaction: { net: -700 } }], has_more: false },
      },
    });
    const wrong = await refused(stripe.charges.retrieve(idOf(latest_charge), { expand: ['refunds.data.nothing'] }));
    expect(wrong.param).toBe('expand[0]');
  });
});
