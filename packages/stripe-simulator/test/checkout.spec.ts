import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The package's CommonJS form has only the default export; its types also name it.
// oxlint-disable-next-line import/no-named-as-default
import Stripe from 'stripe';
import { idOf, refused, type Running, start } from './support.js';

const HOUR = 3_600_000;
const SUCCESS = 'https://shop.test/done?session={CHECKOUT_SESSION_ID}';
const CARD = { method: 'card', expiry: '12 / 34', cvc: '123', name: 'Ada Lovelace', country: 'GB', postal_code: 'W1' };

describe('Checkout Sessions', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  type Params = Partial<Stripe.Checkout.SessionCreateParams>;

  const tea = { currency: 'usd', product_data: { name: 'Tea' }, unit_amount: 1250 };

  function create(more: Params = {}) {
    return stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: SUCCESS,
      cancel_url: 'https://shop.test/cart',
      line_items: [{ price_data: tea, quantity: 2 }],
      ...more,
    });
  }

  function saving(more: Params = {}) {
    return stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', success_url: SUCCESS, ...more });
  }

  /** Fills in the page and presses the button, without following where it sends the browser. */
  async function submit(session: { url: string | null }, form: Record<string, string>) {
    const body = new URLSearchParams({ email: 'ada@example.com', ...form });
    const answer = await fetch(session.url ?? '', { method: 'POST', body, redirect: 'manual' });
    return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() };
  }

  const payByCard = (session: { url: string | null }, number = '4242424242424242') =>
    submit(session, { ...CARD, number });

  async function eventsOf(id: string): Promise<string[]> {
    const events = await stripe.events.list({ type: 'checkout.session.*', limit: 100 });
    const ofThis = events.data.filter((event) => 'id' in event.data.object && event.data.object.id === id);
    return ofThis.map((event) => event.type).reverse();
  }

  it('is made, open and unpaid, with a page; nothing else exists yet', async () => {
    const session = await create({ client_reference_id: 'cart-7', metadata: { cart: '7' } });
    expect(session).toMatchObject({
      object: 'checkout.session',
      amount_subtotal: 2500,
      amount_total: 2500,
      client_reference_id: 'cart-7',
      currency: 'usd',
      customer: null,
      customer_creation: 'if_required',
      metadata: { cart: '7' },
      mode: 'payment',
      payment_intent: null,
      payment_status: 'unpaid',
      status: 'open',
      success_url: SUCCESS,
    });
    expect(session.id).toMatch(/^cs_test_\w{58}$/);
    expect(session.expires_at).toBe(session.created + 24 * 3600);
    expect(session.url).toBe(`${running.url}/c/pay/${session.id}`);
    expect((await stripe.checkout.sessions.retrieve(session.id)).id).toBe(session.id);
    expect(await eventsOf(session.id)).toEqual([]);
  });

  it('sells what has a stored Price, and counts fractions of a cent exactly', async () => {
    const product = await stripe.products.create({ name: 'Screw' });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'eur',
      unit_amount_decimal: Stripe.Decimal.from('0.105'),
    });
    const session = await create({ line_items: [{ price: price.id, quantity: 1001 }] });
    // 105.105 cents
    expect(session).toMatchObject({ amount_total: 105, currency: 'eur' });
    const lines = await stripe.checkout.sessions.listLineItems(session.id);
    expect(lines.data).toEqual([
      expect.objectContaining({ object: 'item', amount_total: 105, description: 'Screw', quantity: 1001 }),
    ]);
    expect(lines.data[0]?.price?.id).toBe(price.id);
  });

  it('lists lines in their order, page by page, and shows them when they are asked for', async () => {
    const names = ['one', 'two', 'three'];
    const { id } = await create({
      line_items: names.map((name) => ({ price_data: { ...tea, product_data: { name } }, quantity: 1 })),
    });
    const first = await stripe.checkout.sessions.listLineItems(id, { limit: 2 });
    expect(first).toMatchObject({ has_more: true, url: `/v1/checkout/sessions/${id}/line_items` });
    const rest = await stripe.checkout.sessions.listLineItems(id, { starting_after: first.data[1]?.id ?? '' });
    expect([...first.data, ...rest.data].map((line) => line.description)).toEqual(names);
    expect(rest.has_more).toBe(false);
    const back = await stripe.checkout.sessions.listLineItems(id, { ending_before: rest.data[0]?.id ?? '', limit: 1 });
    expect(back).toMatchObject({ has_more: true, data: [{ description: 'two' }] });
    const session = await stripe.checkout.sessions.retrieve(id, { expand: ['line_items.data.price.product'] });
    expect(session.line_items?.data[0]?.price?.product).toMatchObject({ object: 'product', name: 'one' });
    expect((await stripe.checkout.sessions.retrieve(id)).line_items).toBeUndefined();
  });

  it('is paid by card on its page: PaymentIntent, charge, event, and on to the shop', async () => {
    const session = await create({
      payment_intent_data: { description: 'Two teas', metadata: { order: '7' }, statement_descriptor_suffix: 'TEA' },
    });
    const answer = await payByCard(session);
    expect(answer).toMatchObject({ status: 303, location: `https://shop.test/done?session=${session.id}` });
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent.latest_charge'] });
    expect(paid).toMatchObject({
      customer: null,
      customer_details: {
        address: { country: 'GB', postal_code: 'W1' },
        email: 'ada@example.com',
        name: 'Ada Lovelace',
      },
      payment_status: 'paid',
      status: 'complete',
      url: null,
      payment_intent: {
        amount: 2500,
        description: 'Two teas',
        metadata: { order: '7' },
        status: 'succeeded',
        latest_charge: {
          amount: 2500,
          paid: true,
          billing_details: { name: 'Ada Lovelace' },
          statement_descriptor_suffix: 'TEA',
        },
      },
    });
    expect(await eventsOf(session.id)).toEqual(['checkout.session.completed']);
    const [event] = (await stripe.events.list({ type: 'checkout.session.completed', limit: 1 })).data;
    expect(event?.data.object).toMatchObject({ id: session.id, payment_status: 'paid', status: 'complete' });
  });

  it('a decline is told on the page and leaves the session open; another card then pays, with the same PaymentIntent', async () => {
    const session = await create();
    const declined = await payByCard(session, '4000 0000 0000 9995');
    expect(declined).toMatchObject({ status: 402, location: null });
    expect(declined.text).toContain('Your card has insufficient funds.');
    expect(declined.text).not.toContain('9995 ');
    const open = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(open).toMatchObject({ status: 'open', payment_intent: { status: 'requires_payment_method' } });
    expect((await payByCard(session)).status).toBe(303);
    const paid = await stripe.checkout.sessions.retrieve(session.id);
    expect(paid.payment_status).toBe('paid');
    expect(idOf(paid.payment_intent)).toBe(idOf(open.payment_intent));
    expect((await stripe.charges.list({ payment_intent: idOf(paid.payment_intent) })).data).toHaveLength(2);
  });

  it.each([
    [{ number: '' }, 'Enter your card number.'],
    [{ number: '4242424242424241' }, 'Your card number is incorrect.'],
    [{ expiry: '13 / 34' }, 'Your card&#39;s expiration month is invalid.'],
    [{ expiry: '01 / 20' }, 'Your card&#39;s expiration year is invalid.'],
    [{ expiry: 'soon' }, 'Enter the expiry as MM / YY.'],
    [{ cvc: '12' }, 'Your card&#39;s security code is incomplete.'],
    [{ name: ' ' }, 'Enter the name on the card.'],
    [{ email: 'ada' }, 'Your email is incomplete.'],
    [
      { method: 'us_bank_account', routing_number: '123', account_number: '1', account_holder: 'A' },
      'You must use a valid routing number.',
    ],
  ])('what cannot be right is told beside its field: %j', async (form, text) => {
    const session = await create();
    const before = (await stripe.paymentIntents.list({ limit: 1 })).data[0]?.id;
    const answer = await submit(session, { ...CARD, number: '4242424242424242', ...form });
    expect([400, 402]).toContain(answer.status);
    expect(answer.text).toContain(text);
    expect(answer.text).toContain('aria-invalid');
    expect(answer.text).not.toContain('424242424242');
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_intent).toBeNull();
    expect((await stripe.paymentIntents.list({ limit: 1 })).data[0]?.id).toBe(before);
  });

  it('keeps no number that was typed', async () => {
    const session = await create();
    await payByCard(session, '4111111111111111');
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
    const { requests } = await running.sim('GET', 'requests');
    expect(JSON.stringify(requests)).not.toContain('4111111111111111');
  });

  it('3-D Secure: to the bank and back to the shop, complete without the browser coming back', async () => {
    const session = await create();
    const toBank = await payByCard(session, '4000002760003184');
    expect(toBank.status).toBe(303);
    expect(toBank.location).toContain('/3d_secure_2/hosted?');
    const waiting = await stripe.checkout.sessions.retrieve(session.id);
    expect(waiting).toMatchObject({ status: 'open', payment_status: 'unpaid' });
    const told = await running.sim('POST', `3ds/${idOf(waiting.payment_intent)}`, { outcome: 'complete' });
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('complete');
    const back = await fetch(told.return_url, { redirect: 'manual' });
    expect(back.headers.get('location')).toBe(`https://shop.test/done?session=${session.id}`);
    expect(await eventsOf(session.id)).toEqual(['checkout.session.completed']);
  });

  it('3-D Secure failed: back on the page, with the reason, and another card pays', async () => {
    const session = await create();
    await payByCard(session, '4000002760003184');
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
    const told = await running.sim('POST', `3ds/${idOf(intent)}`, { outcome: 'fail' });
    const back = await fetch(told.return_url, { redirect: 'manual' });
    expect([back.status, await back.text()]).toEqual([200, expect.stringContaining('We are unable to authenticate')]);
    expect((await payByCard(session)).status).toBe(303);
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
  });

  it('a bank debit completes unpaid, and the bank answers later', async () => {
    const bank = { method: 'us_bank_account', routing_number: '110000000', account_holder: 'Ada' };
    const good = await create();
    const bad = await create();
    expect((await submit(good, { ...bank, account_number: '000123456789' })).status).toBe(303);
    expect((await submit(bad, { ...bank, account_number: '000222222227' })).status).toBe(303);
    expect(await stripe.checkout.sessions.retrieve(good.id)).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
    });
    await running.sim('POST', 'clock', { advance: 10 * 24 * HOUR });
    expect((await stripe.checkout.sessions.retrieve(good.id)).payment_status).toBe('paid');
    expect((await stripe.checkout.sessions.retrieve(bad.id)).payment_status).toBe('unpaid');
    expect(await eventsOf(good.id)).toEqual(['checkout.session.completed', 'checkout.session.async_payment_succeeded']);
    expect(await eventsOf(bad.id)).toEqual(['checkout.session.completed', 'checkout.session.async_payment_failed']);
  });

  it('with manual capture it is complete and unpaid until the shop captures', async () => {
    const session = await create({ payment_intent_data: { capture_method: 'manual' } });
    await payByCard(session);
    const held = await stripe.checkout.sessions.retrieve(session.id);
    expect(held).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    await stripe.paymentIntents.capture(idOf(held.payment_intent));
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
    expect(await eventsOf(session.id)).toEqual(['checkout.session.completed']);
  });

  it('makes a customer when told to, and keeps the card for one', async () => {
    const always = await create({ customer_creation: 'always', customer_email: 'grace@example.com' });
    await payByCard(always);
    const made = await stripe.checkout.sessions.retrieve(always.id, { expand: ['customer'] });
    expect(made.customer).toMatchObject({ object: 'customer', email: 'grace@example.com', name: 'Ada Lovelace' });

    const keeps = await create({ payment_intent_data: { setup_future_usage: 'off_session' } });
    await payByCard(keeps);
    const customer = idOf((await stripe.checkout.sessions.retrieve(keeps.id)).customer);
    const cards = await stripe.customers.listPaymentMethods(customer);
    expect(cards.data).toEqual([expect.objectContaining({ type: 'card', customer })]);
    const listed = await stripe.checkout.sessions.list({ customer });
    expect(listed.data.map((session) => session.id)).toEqual([keeps.id]);
  });

  it('knows the customer it is given, and tells their e-mail if it has one', async () => {
    const customer = await stripe.customers.create({ name: 'Grace' });
    const session = await create({ customer: customer.id });
    expect(session).toMatchObject({ customer: customer.id, customer_creation: null });
    await payByCard(session);
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ email: 'ada@example.com', name: 'Grace' });
    const next = await create({ customer: customer.id });
    expect(next.customer_details?.email).toBe('ada@example.com');
    await submit(next, { ...CARD, number: '4242424242424242', email: 'mallory@example.com' });
    expect((await stripe.checkout.sessions.retrieve(next.id)).customer_details?.email).toBe('ada@example.com');
  });

  it('setup mode saves a card: SetupIntent from the start, attached to the customer, nothing charged', async () => {
    const customer = await stripe.customers.create();
    const session = await saving({ customer: customer.id, setup_intent_data: { metadata: { plan: 'gold' } } });
    expect(session).toMatchObject({ mode: 'setup', amount_total: null, payment_status: 'no_payment_required' });
    const setup = await stripe.setupIntents.retrieve(idOf(session.setup_intent));
    expect(setup).toMatchObject({ metadata: { plan: 'gold' }, status: 'requires_payment_method' });
    expect((await payByCard(session)).location).toBe(`https://shop.test/done?session=${session.id}`);
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'no_payment_required',
      payment_intent: null,
    });
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(1);
    expect(await eventsOf(session.id)).toEqual(['checkout.session.completed']);
  });

  it('setup mode asks for 3-D Secure and tells a decline', async () => {
    const session = await saving();
    const declined = await payByCard(session, '4000000000000002');
    expect([declined.status, declined.text]).toEqual([402, expect.stringContaining('Your card was declined.')]);
    expect((await payByCard(session, '4000002500003155')).location).toContain('/3d_secure_2/hosted?');
    await running.sim('POST', `3ds/${idOf(session.setup_intent)}`, { outcome: 'complete' });
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('complete');
  });

  it('what costs nothing is completed without a card', async () => {
    const session = await create({ line_items: [{ price_data: { ...tea, unit_amount: 0 }, quantity: 1 }] });
    expect(session.payment_status).toBe('no_payment_required');
    expect((await submit(session, {})).status).toBe(303);
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_intent: null,
      payment_status: 'no_payment_required',
    });
  });

  it('expires by the clock, with an event, and what was begun is canceled', async () => {
    const soon = (await create()).created + 31 * 60;
    const session = await create({ expires_at: soon });
    const declined = await payByCard(session, '4000000000000002');
    expect(declined.status).toBe(402);
    await running.sim('POST', 'clock', { advance: 32 * 60_000 });
    const expired = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(expired).toMatchObject({ status: 'expired', payment_status: 'unpaid', url: null });
    expect(expired.payment_intent).toMatchObject({ status: 'canceled' });
    expect(await eventsOf(session.id)).toEqual(['checkout.session.expired']);
    const late = await payByCard(session);
    expect([late.status, late.text]).toEqual([410, expect.stringContaining('This page has expired')]);
  });

  it('is expired by the shop, once; a paid one is not', async () => {
    const session = await create();
    expect(await stripe.checkout.sessions.expire(session.id)).toMatchObject({ status: 'expired', url: null });
    expect((await refused(stripe.checkout.sessions.expire(session.id))).message).toContain('status of expired');
    const paid = await create();
    await payByCard(paid);
    expect((await refused(stripe.checkout.sessions.expire(paid.id))).message).toContain('status of complete');
    expect(await eventsOf(session.id)).toEqual(['checkout.session.expired']);
  });

  it('leaves its intent to the page while it is open', async () => {
    const session = await create();
    await payByCard(session, '4000000000000002');
    const intent = idOf((await stripe.checkout.sessions.retrieve(session.id)).payment_intent);
    const setup = idOf((await saving()).setup_intent);
    for (const attempt of [
      stripe.paymentIntents.cancel(intent),
      stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa', return_url: 'https://shop.test' }),
      stripe.setupIntents.cancel(setup),
      stripe.setupIntents.confirm(setup, { payment_method: 'pm_card_visa', return_url: 'https://shop.test' }),
    ]) {
      expect((await refused(attempt)).message).toContain('created by Checkout');
    }
    await payByCard(session);
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
  });

  it('offers what the account has for its currency, SEPA for euros: paid when the bank says so', async () => {
    const euros = { ...tea, currency: 'eur' };
    const session = await create({ line_items: [{ price_data: euros, quantity: 1 }] });
    expect(session.payment_method_types).toEqual(['card', 'sepa_debit']);
    const debit = { method: 'sepa_debit', debit_holder: 'Ada Lovelace' };
    const wrong = await submit(session, { ...debit, iban: 'DE00370400440532013000' });
    expect([wrong.status, wrong.text]).toEqual([402, expect.stringContaining('id="iban-problem"')]);
    expect((await submit(session, { ...debit, iban: 'DE89 3704 0044 0532 0130 00' })).status).toBe(303);
    await running.sim('POST', 'clock', { advance: 10_000 });
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
  });

  it('a second press of the button pays nothing more, and a paid page says so', async () => {
    const session = await create();
    const [first, second] = await Promise.all([payByCard(session), payByCard(session)]);
    expect([first.status, second.status]).toEqual([303, 303]);
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
    expect((await stripe.charges.list({ payment_intent: idOf(intent) })).data).toHaveLength(1);
    const again = await fetch(session.url ?? '');
    expect([again.status, await again.text()]).toEqual([200, expect.stringContaining('all done here')]);
    expect((await fetch(`${running.url}/c/pay/cs_test_x`)).status).toBe(404);
  });

  it('is updated: metadata, and lines while nobody has begun to pay', async () => {
    const session = await create({ metadata: { a: '1', b: '2' } });
    const line = (await stripe.checkout.sessions.listLineItems(session.id)).data[0];
    const updated = await stripe.checkout.sessions.update(session.id, {
      metadata: { b: '', c: '3' },
      line_items: [
        { id: line?.id ?? '', quantity: 3 },
        { price_data: { ...tea, unit_amount: 100 }, quantity: 1 },
      ],
    });
    expect(updated).toMatchObject({ amount_total: 3850, metadata: { a: '1', c: '3' } });
    expect((await stripe.checkout.sessions.listLineItems(session.id)).data[0]).toMatchObject({
      id: line?.id,
      quantity: 3,
    });
    await payByCard(session);
    const late = stripe.checkout.sessions.update(session.id, { line_items: [{ id: line?.id ?? '', quantity: 1 }] });
    expect((await refused(late)).param).toBe('line_items');
  });

  it('is listed by PaymentIntent, by status and by e-mail', async () => {
    const session = await create({ customer_email: 'listed@example.com' });
    const by = async (params: Stripe.Checkout.SessionListParams) =>
      (await stripe.checkout.sessions.list({ limit: 100, ...params })).data.map(({ id }) => id);
    expect(await by({ status: 'open' })).toContain(session.id);
    await payByCard(session);
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
    expect(await by({ payment_intent: idOf(intent) })).toEqual([session.id]);
    expect(await by({ status: 'open' })).not.toContain(session.id);
    expect(await by({ status: 'complete' })).toContain(session.id);
    expect(await by({ customer_details: { email: 'listed@example.com' } })).toEqual([session.id]);
  });

  it.each<[Params, string]>([
    [{ mode: 'subscription' }, 'mode'],
    [{ mode: undefined }, 'mode'],
    [{ line_items: undefined }, 'line_items'],
    [{ success_url: undefined }, 'success_url'],
    [{ success_url: 'shop' }, 'success_url'],
    [{ cancel_url: 'javascript:alert(1)' }, 'cancel_url'],
    [{ line_items: [{ price: 'price_x', quantity: 1 }] }, 'line_items[0][price]'],
    [{ line_items: [{ price_data: tea }] }, 'line_items[0][quantity]'],
    [{ line_items: [{ price_data: tea, quantity: 0 }] }, 'line_items[0][quantity]'],
    [
      { line_items: [{ price_data: { currency: 'usd', unit_amount: 5 }, quantity: 1 }] },
      'line_items[0][price_data][product]',
    ],
    [
      { line_items: [{ price_data: { ...tea, recurring: { interval: 'month' } }, quantity: 1 }] },
      'line_items[0][price]',
    ],
    [
      {
        line_items: [
          { price_data: tea, quantity: 1 },
          { price_data: { ...tea, currency: 'eur' }, quantity: 1 },
        ],
      },
      'line_items',
    ],
    [{ allowed_payment_method_types: ['card', 'klarna'] }, 'allowed_payment_method_types[1]'],
    [{ allowed_payment_method_types: ['sepa_debit'] }, 'currency'],
    [{ expires_at: 1 }, 'expires_at'],
    [{ expires_at: 99_999_999_999 }, 'expires_at'],
    [{ customer: 'cus_x' }, 'customer'],
    [{ discounts: [{ coupon: 'x' }] }, 'discounts'],
    [{ ui_mode: 'embedded_page' }, 'ui_mode'],
    [{ automatic_tax: { enabled: true } }, 'automatic_tax[enabled]'],
    [{ setup_intent_data: { description: 'x' } }, 'setup_intent_data'],
  ])('refuses %j, naming %s', async (more, param) => {
    const error = await refused(create(more));
    expect([error.statusCode, error.param]).toEqual([400, param]);
  });

  it('refuses a total that no charge could have', async () => {
    const error = await refused(create({ line_items: [{ price_data: { ...tea, unit_amount: 10 }, quantity: 1 }] }));
    expect([error.statusCode, error.code]).toEqual([400, 'amount_too_small']);
  });
});

describe('a Checkout Session across a restart', () => {
  it('is still paid for at its page, which has moved with the simulator', async () => {
    const data = mkdtempSync(join(tmpdir(), 'checkout-'));
    const first = await start({ data });
    const session = await first.stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: SUCCESS,
      line_items: [{ price_data: { currency: 'usd', product_data: { name: 'Tea' }, unit_amount: 900 }, quantity: 1 }],
    });
    await first.close();
    const second = await start({ data });
    try {
      const { url } = await second.stripe.checkout.sessions.retrieve(session.id);
      expect(url).toBe(`${second.url}/c/pay/${session.id}`);
      const body = new URLSearchParams({ ...CARD, number: '4242424242424242', email: 'a@example.com' });
      expect((await fetch(url ?? '', { method: 'POST', body, redirect: 'manual' })).status).toBe(303);
      expect((await second.stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
      await second.sim('POST', 'clock', { advance: 25 * HOUR });
      expect((await second.stripe.checkout.sessions.retrieve(session.id)).status).toBe('complete');
    } finally {
      await second.close();
      rmSync(data, { recursive: true });
    }
  });
});
