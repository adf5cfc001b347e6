import type Stripe from 'stripe';
import { type Running, createIntent, idOf, MANDATE_DATA, refused, RETURN_URL, start } from './support.js';

describe('PaymentIntents', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const visa = { payment_method: 'pm_card_visa', return_url: RETURN_URL };
  const typesFor = async (id: string) => {
    const events = await stripe.events.list({ limit: 100 });
    return events.data
      .filter(({ data }) => {
        const subject: unknown = data.object;
        return JSON.stringify(subject).includes(`"${id}"`);
      })
      .map(({ type }) => type)
      .reverse();
  };

  it('looks like Stripe’s', async () => {
    const intent = await createIntent(stripe, { metadata: { payment_id: 'p' }, description: 'Order 7' });
    expect(intent.id).toMatch(/^pi_[A-Za-z0-9]{24}$/);
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_[A-Za-z0-9]{25}$`));
    expect(intent).toMatchObject({
      object: 'payment_intent',
      amount: 1999,
      amount_capturable: 0,
      amount_received: 0,
      automatic_payment_methods: { allow_redirects: 'always', enabled: true },
      capture_method: 'automatic_async',
      confirmation_method: 'automatic',
      currency: 'usd',
      description: 'Order 7',
      livemode: false,
      metadata: { payment_id: 'p' },
      status: 'requires_payment_method',
    });
    expect(intent.lastResponse.headers['stripe-version']).toBe('2026-10-28.endive');
    expect(intent.lastResponse.requestId).toMatch(/^req_[A-Za-z0-9]{14}$/);
  });

  it('requires_payment_method → requires_confirmation → succeeded', async () => {
    const intent = await createIntent(stripe);
    const ready = await stripe.paymentIntents.update(intent.id, { payment_method: 'pm_card_visa' });
    expect(ready.status).toBe('requires_confirmation');
    const done = await stripe.paymentIntents.confirm(intent.id, { return_url: RETURN_URL });
    expect(done).toMatchObject({ status: 'succeeded', amount_received: 1999, amount_capturable: 0 });
    expect(done.latest_charge).toMatch(/^ch_/);
    expect(await typesFor(intent.id)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
  });

  it('confirms on creation', async () => {
    const done = await createIntent(stripe, { ...visa, confirm: true, expand: ['latest_charge'] });
    expect(done.status).toBe('succeeded');
    expect(done.latest_charge).toMatchObject({ object: 'charge', paid: true, captured: true, amount: 1999 });
  });

  it('stays payable after a decline', async () => {
    const intent = await createIntent(stripe);
    await refused(stripe.paymentIntents.confirm(intent.id, { ...visa, payment_method: 'pm_card_chargeDeclined' }));
    const open = await stripe.paymentIntents.retrieve(intent.id);
    expect(open).toMatchObject({ status: 'requires_payment_method', payment_method: null });
    expect(open.last_payment_error?.payment_method?.card?.last4).toBe('0002');
    const done = await stripe.paymentIntents.confirm(intent.id, visa);
    expect(done).toMatchObject({ status: 'succeeded', last_payment_error: null });
    expect(await typesFor(intent.id)).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
    expect((await stripe.charges.list({ payment_intent: intent.id })).data.map(({ status }) => status)).toEqual([
      'succeeded',
      'failed',
    ]);
  });

  it.each([
    ['succeeded', 'complete', null],
    [
      'requires_payment_method',
      'fail',
      { code: 'payment_intent_authentication_failure', type: 'invalid_request_error' },
    ],
  ])('requires_action → %s', async (status, outcome, last_payment_error) => {
    const intent = await createIntent(stripe);
    const asked = await stripe.paymentIntents.confirm(intent.id, {
      ...visa,
      payment_method: 'pm_card_threeDSecure2Required',
    });
    expect(asked.status).toBe('requires_action');
    await running.sim('POST', `3ds/${intent.id}`, { outcome });
    const after = await stripe.paymentIntents.retrieve(intent.id);
    expect(after).toMatchObject({ status, next_action: null, last_payment_error });
  });

  it('starts over when requires_action is confirmed with another method', async () => {
    const intent = await createIntent(stripe);
    const asked = await stripe.paymentIntents.confirm(intent.id, {
      ...visa,
      payment_method: 'pm_card_threeDSecure2Required',
    });
    const page = asked.next_action?.redirect_to_url?.url ?? '';
    const done = await stripe.paymentIntents.confirm(intent.id, visa);
    expect(done).toMatchObject({ status: 'succeeded', next_action: null });
    expect((await fetch(page)).status).toBe(410);
    const ledger = await running.sim('GET', `ledger?payment_intent=${intent.id}`);
    expect(ledger).toMatchObject({ count: 1, charged: 1999 });
  });

  it('asks anew when requires_action is confirmed with another card that needs authentication', async () => {
    const intent = await createIntent(stripe);
    const confirm = (payment_method: string) => stripe.paymentIntents.confirm(intent.id, { ...visa, payment_method });
    const first = await confirm('pm_card_threeDSecure2Required');
    const second = await confirm('pm_card_authenticationRequired');
    const urls = [first, second].map(({ next_action }) => next_action?.redirect_to_url?.url ?? '');
    expect((await fetch(urls[0] ?? '')).status).toBe(410);
    expect((await fetch(urls[1] ?? '')).status).toBe(200);
  });

  it('error_on_requires_action refuses instead of asking', async () => {
    const intent = await createIntent(stripe);
    const error = await refused(
      stripe.paymentIntents.confirm(intent.id, {
        ...visa,
        payment_method: 'pm_card_threeDSecure2Required',
        error_on_requires_action: true,
      }),
    );
    expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });

  it('request_three_d_secure: any asks whoever could pay without', async () => {
    const intent = await createIntent(stripe, { payment_method_options: { card: { request_three_d_secure: 'any' } } });
    expect((await stripe.paymentIntents.confirm(intent.id, visa)).status).toBe('requires_action');
  });

  it('requires_capture → succeeded, in part', async () => {
    const intent = await createIntent(stripe, { capture_method: 'manual' });
    const held = await stripe.paymentIntents.confirm(intent.id, visa);
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 1999, amount_received: 0 });
    expect((await running.sim('GET', `ledger?payment_intent=${intent.id}`)).count).toBe(0);
    const tooMuch = await refused(stripe.paymentIntents.capture(intent.id, { amount_to_capture: 2000 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, code: 'amount_too_large' });
    const done = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1500 });
    expect(done).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 1500 });
    expect(await running.sim('GET', `ledger?payment_intent=${intent.id}`)).toMatchObject({ charged: 1500, net: 1500 });
    const again = await refused(stripe.paymentIntents.capture(intent.id));
    expect(again).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(await typesFor(intent.id)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
      'charge.captured',
      'payment_intent.succeeded',
    ]);
  });

  it('cancel releases an authorization', async () => {
    const intent = await createIntent(stripe, { capture_method: 'manual' });
    await stripe.paymentIntents.confirm(intent.id, visa);
    const canceled = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'requested_by_customer' });
    expect(canceled).toMatchObject({
      status: 'canceled',
      amount_capturable: 0,
      cancellation_reason: 'requested_by_customer',
    });
    expect(canceled.canceled_at).toBeGreaterThan(0);
    expect(await running.sim('GET', `ledger?payment_intent=${intent.id}`)).toMatchObject({ count: 0, net: 0 });
  });

  it('gives up an authorization after seven days', async () => {
    const intent = await createIntent(stripe, { capture_method: 'manual' });
    await stripe.paymentIntents.confirm(intent.id, visa);
    await running.sim('POST', 'clock', { advance: 7 * 86_400_000 + 1000 });
    const after = await stripe.paymentIntents.retrieve(intent.id);
    expect(after).toMatchObject({ status: 'canceled', cancellation_reason: 'automatic' });
  });

  it('processing → succeeded or requires_payment_method for a bank account', async () => {
    for (const [token, status] of [
      ['pm_usBankAccount_success', 'succeeded'],
      ['pm_usBankAccount_insufficientFunds', 'requires_payment_method'],
    ]) {
      const intent = await createIntent(stripe);
      const under = await stripe.paymentIntents.confirm(intent.id, {
        ...visa,
        payment_method: token ?? '',
        mandate_data: MANDATE_DATA,
      });
      expect(under.status).toBe('processing');
      expect((await refused(stripe.paymentIntents.confirm(intent.id, visa))).code).toBe(
        'payment_intent_unexpected_state',
      );
      await running.sim('POST', 'clock', { advance: 60_000 });
      expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe(status);
    }
  });

  it.each(['requires_payment_method', 'requires_confirmation', 'requires_action', 'requires_capture'])(
    'cancels from %s',
    async (status) => {
      const intent = await createIntent(stripe, { capture_method: 'manual' });
      if (status === 'requires_confirmation') {
        await stripe.paymentIntents.update(intent.id, { payment_method: 'pm_card_visa' });
      } else if (status !== 'requires_payment_method') {
        const token = status === 'requires_action' ? 'pm_card_threeDSecure2Required' : 'pm_card_visa';
        await stripe.paymentIntents.confirm(intent.id, { ...visa, payment_method: token });
      }
      expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe(status);
      expect((await stripe.paymentIntents.cancel(intent.id)).status).toBe('canceled');
    },
  );

  it.each(['succeeded', 'canceled'])('%s is final', async (status) => {
    const intent = await createIntent(stripe);
    if (status === 'succeeded') await stripe.paymentIntents.confirm(intent.id, visa);
    else await stripe.paymentIntents.cancel(intent.id);
    const attempts = [
      stripe.paymentIntents.confirm(intent.id, visa),
      stripe.paymentIntents.cancel(intent.id),
      stripe.paymentIntents.capture(intent.id),
      stripe.paymentIntents.update(intent.id, { amount: 5 }),
    ];
    for (const attempt of attempts) {
      const error = await refused(attempt);
      expect(error).toMatchObject({
        statusCode: 400,
        rawType: 'invalid_request_error',
        code: 'payment_intent_unexpected_state',
      });
      expect(error.payment_intent).toMatchObject({ id: intent.id, status });
    }
    const described = await stripe.paymentIntents.update(intent.id, { metadata: { note: 'x' } });
    expect(described.metadata).toEqual({ note: 'x' });
  });

  it('merges metadata, removes keys and unsets everything', async () => {
    const { id } = await createIntent(stripe, { metadata: { a: '1', b: '2', constructor: 'c', 0: 'zero' } });
    const merged = await stripe.paymentIntents.update(id, { metadata: { a: '', d: '4' } });
    expect(merged.metadata).toEqual({ b: '2', constructor: 'c', 0: 'zero', d: '4' });
    expect((await stripe.paymentIntents.update(id, { metadata: '' })).metadata).toEqual({});
  });

  it('keeps a card for later when asked to', async () => {
    const customer = await stripe.customers.create();
    const paid = await createIntent(stripe, {
      ...visa,
      customer: customer.id,
      setup_future_usage: 'off_session',
      confirm: true,
    });
    const methods = await stripe.customers.listPaymentMethods(customer.id, { type: 'card' });
    expect(methods.data.map(({ id }) => id)).toEqual([paid.payment_method]);
    const later = await createIntent(stripe, {
      customer: customer.id,
      payment_method: idOf(paid.payment_method),
      confirm: true,
      off_session: true,
    });
    expect(later.status).toBe('succeeded');
  });

  it('uses an unattached method once', async () => {
    const { payment_method } = await createIntent(stripe, { ...visa, confirm: true });
    const error = await refused(createIntent(stripe, { ...visa, payment_method: idOf(payment_method), confirm: true }));
    expect(error.statusCode).toBe(400);
    expect(error.message).toContain('It may not be used again');
  });

  it('pays only with the customer’s own methods', async () => {
    const [ada, bob] = await Promise.all([stripe.customers.create(), stripe.customers.create()]);
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: ada.id });
    for (const customer of [{ customer: bob.id }, {}]) {
      const error = await refused(
        createIntent(stripe, { ...visa, ...customer, payment_method: method.id, confirm: true }),
      );
      expect(error.statusCode).toBe(400);
    }
  });

  it('refunds in parts, never more than was paid', async () => {
    const paid = await createIntent(stripe, { ...visa, confirm: true });
    const first = await stripe.refunds.create({ payment_intent: paid.id, amount: 1200, metadata: { rid: 'r1' } });
    expect(first).toMatchObject({ object: 'refund', amount: 1200, status: 'succeeded', charge: paid.latest_charge });
    const error = await refused(stripe.refunds.create({ payment_intent: paid.id, amount: 800 }));
    expect(error).toMatchObject({ statusCode: 400, param: 'amount' });
    expect(error.message).toBe('Refund amount ($8.00) is greater than unrefunded amount on charge ($7.99)');
    await stripe.refunds.create({ charge: idOf(paid.latest_charge) });
    expect((await refused(stripe.refunds.create({ payment_intent: paid.id }))).code).toBe('charge_already_refunded');
    const charge = await stripe.charges.retrieve(idOf(paid.latest_charge));
    expect(charge).toMatchObject({ amount_refunded: 1999, refunded: true });
    expect(await running.sim('GET', `ledger?payment_intent=${paid.id}`)).toMatchObject({
      charged: 1999,
      refunded: 1999,
      net: 0,
      count: 1,
    });
    const listed = await stripe.refunds.list({ payment_intent: paid.id });
    expect(listed.data.map(({ amount }) => amount)).toEqual([799, 1200]);
  });

  it('adds up the balance: pending at first, available at the second midnight', async () => {
    const euros = async () => {
      const { available, pending } = await stripe.balance.retrieve();
      return [available, pending].map((entries) => entries.find(({ currency }) => currency === 'eur')?.amount);
    };
    const paid = await createIntent(stripe, {
      ...visa,
      currency: 'eur',
      capture_method: 'automatic',
      amount: 10_000,
      confirm: true,
      expand: ['latest_charge.balance_transaction'],
    });
    const net = 10_000 - 290 - 30;
    const { balance_transaction } = paid.latest_charge as Stripe.Charge;
    expect(balance_transaction).toMatchObject({ net, status: 'pending', fee_details: [{ amount: 320 }] });
    expect(await euros()).toEqual([0, net]);
    await running.sim('POST', 'clock', { advance: 2 * 24 * 3_600_000 });
    expect(await euros()).toEqual([net, 0]);
    const { id } = balance_transaction as Stripe.BalanceTransaction;
    expect(await stripe.balanceTransactions.retrieve(id)).toMatchObject({ net, status: 'available' });
  });
});
