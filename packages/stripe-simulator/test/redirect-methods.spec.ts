import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { idOf, refused, RETURN_URL, type Running, start } from './support.js';

type Redirect = 'alipay' | 'klarna' | 'oxxo' | 'wechat_pay';

const TYPES: readonly Redirect[] = ['alipay', 'klarna', 'oxxo', 'wechat_pay'];
const CURRENCY = { alipay: 'cny', klarna: 'eur', oxxo: 'mxn', wechat_pay: 'usd' };
/** Of a payer who does not pay a voucher by themselves. */
const BILLING = { name: 'Ada Lovelace', email: 'ada.fill_never@example.com', address: { country: 'DE' } };
/** Wednesday, 2026-12-02 18:00 in Mexico City, where it is a day earlier than in UTC. */
const NOW = Date.UTC(2026, 11, 3, 0, 0, 0);

describe('methods that are paid on another page', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  beforeEach(() => running.sim('POST', 'clock', { set: NOW, freeze: true }));
  afterAll(() => running.close());

  const methodOf = async (type: Redirect, billing: Stripe.PaymentMethodCreateParams.BillingDetails = BILLING) =>
    (await stripe.paymentMethods.create({ type, billing_details: billing })).id;
  const create = (type: Redirect, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({
      amount: 5000,
      currency: CURRENCY[type],
      allowed_payment_method_types: [type],
      ...(type === 'wechat_pay' ? { payment_method_options: { wechat_pay: { client: 'web' as const } } } : {}),
      ...more,
    });
  const pay = async (
    type: Redirect,
    { email = BILLING.email, more = {} }: { email?: string; more?: Partial<Stripe.PaymentIntentCreateParams> } = {},
  ) => {
    const { id } = await create(type, more);
    const method = await methodOf(type, { ...BILLING, email });
    return stripe.paymentIntents.confirm(id, { payment_method: method, return_url: RETURN_URL });
  };
  const paid = async (type: Redirect) => {
    const { id } = await pay(type);
    await running.sim('POST', `3ds/${id}`, { outcome: 'complete' });
    return id;
  };
  const pageOf = ({ next_action: next }: Stripe.PaymentIntent) =>
    next?.alipay_handle_redirect?.url ??
    next?.redirect_to_url?.url ??
    next?.oxxo_display_details?.hosted_voucher_url ??
    next?.wechat_pay_display_qr_code?.hosted_instructions_url ??
    '';
  const submit = (url: string, outcome: string) =>
    fetch(url.split('?')[0] ?? '', {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ source: new URL(url).searchParams.get('source') ?? '', outcome }),
    });
  const advance = (ms: number) => running.sim('POST', 'clock', { advance: ms });
  const statusOf = async (id: string) => (await stripe.paymentIntents.retrieve(id)).status;
  const eventsOf = async (id: string) =>
    (await stripe.events.list({ limit: 100 })).data
      .filter(({ data }) => JSON.stringify(data.object).includes(id))
      .map(({ type }) => type)
      .reverse();

  describe('a PaymentMethod', () => {
    it.each(TYPES)('%s is made of billing details alone', async (type) => {
      const made = await stripe.paymentMethods.create({ type, billing_details: BILLING });
      expect(made).toMatchObject({ type, [type]: {}, billing_details: { name: BILLING.name }, customer: null });
      expect(await stripe.paymentMethods.retrieve(made.id)).toEqual(made);
    });

    it.each<[Redirect, Stripe.PaymentMethodCreateParams.BillingDetails, string]>([
      ['klarna', { address: { country: 'DE' } }, 'billing_details[email]'],
      ['klarna', { email: 'ada@example.com' }, 'billing_details[address][country]'],
      ['oxxo', { email: 'ada@example.com' }, 'billing_details[name]'],
      ['oxxo', { name: 'Ada Lovelace' }, 'billing_details[email]'],
      ['oxxo', { name: 'Ada L', email: 'ada@example.com' }, 'billing_details[name]'],
      ['oxxo', { name: 'Ada', email: 'ada@example.com' }, 'billing_details[name]'],
    ])('%s is refused with %j, naming %s', async (type, billing, param) => {
      const error = await refused(stripe.paymentMethods.create({ type, billing_details: billing }));
      expect([error.statusCode, error.param]).toEqual([400, param]);
    });

    it.each(TYPES)('%s cannot be saved', async (type) => {
      const [method, customer] = [await methodOf(type), (await stripe.customers.create()).id];
      expect((await refused(stripe.paymentMethods.attach(method, { customer }))).param).toBe('payment_method');
      const setup = stripe.setupIntents.create({ payment_method: method, allowed_payment_method_types: [type] });
      expect((await refused(setup)).param).toBe('payment_method');
      const { id } = await create(type, { customer, setup_future_usage: 'off_session' });
      const later = stripe.paymentIntents.confirm(id, { payment_method: method, return_url: RETURN_URL });
      expect((await refused(later)).param).toBe('setup_future_usage');
    });
  });

  describe('the next action', () => {
    it('of Alipay is a page to be redirected to', async () => {
      const { status, next_action: next } = await pay('alipay');
      expect(status).toBe('requires_action');
      expect(next).toEqual({
        type: 'alipay_handle_redirect',
        alipay_handle_redirect: {
          native_data: null,
          native_url: null,
          return_url: RETURN_URL,
          url: expect.stringContaining(`${running.url}/`),
        },
      });
    });

    it('of Klarna is a page to be redirected to', async () => {
      expect((await pay('klarna')).next_action).toEqual({
        type: 'redirect_to_url',
        redirect_to_url: { return_url: RETURN_URL, url: expect.stringContaining(`${running.url}/`) },
      });
    });

    it('of WeChat Pay is a code, and a page that shows it', async () => {
      expect((await pay('wechat_pay')).next_action).toMatchObject({
        type: 'wechat_pay_display_qr_code',
        wechat_pay_display_qr_code: {
          data: expect.stringMatching(/^weixin:/),
          hosted_instructions_url: expect.stringContaining(`${running.url}/`),
          image_data_url: expect.stringMatching(/^data:image\/png;base64,/),
        },
      });
    });

    it.each([
      [undefined, Date.UTC(2026, 11, 6, 5, 59, 59)],
      [1, Date.UTC(2026, 11, 4, 5, 59, 59)],
      [7, Date.UTC(2026, 11, 10, 5, 59, 59)],
    ])('of OXXO is a voucher, good until the end of a day in Mexico City: %p days', async (days, until) => {
      const oxxo = days === undefined ? {} : { expires_after_days: days };
      const { next_action: next } = await pay('oxxo', { more: { payment_method_options: { oxxo } } });
      expect(next).toEqual({
        type: 'oxxo_display_details',
        oxxo_display_details: {
          expires_after: until / 1000,
          hosted_voucher_url: expect.stringContaining(`${running.url}/`),
          number: expect.stringMatching(/^\d{32}$/),
        },
      });
    });

    it.each(['oxxo', 'wechat_pay'] as const)('of %s needs no way back', async (type) => {
      const { id } = await create(type);
      const asked = await stripe.paymentIntents.confirm(id, { payment_method: await methodOf(type) });
      const answer = await submit(pageOf(asked), 'complete');
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('Payment completed');
      expect(await statusOf(id)).toBe('succeeded');
    });

    it('is announced', async () => {
      const { id } = await pay('alipay');
      expect(await eventsOf(id)).toEqual(['payment_intent.created', 'payment_intent.requires_action']);
    });
  });

  describe('the page', () => {
    it.each([
      ['alipay', 'Alipay'],
      ['klarna', 'Klarna'],
      ['oxxo', 'OXXO'],
      ['wechat_pay', 'WeChat Pay'],
    ] as const)('of %s says who is paid with what', async (type, name) => {
      const asked = await pay(type);
      const answer = await fetch(pageOf(asked));
      expect(answer.status).toBe(200);
      const text = await answer.text();
      for (const part of [name, asked.id, 'Test merchant', 'Authorize test payment', 'Fail test payment']) {
        expect(text).toContain(part);
      }
      expect(text).not.toContain('<dt>Card</dt>');
    });

    it.each(TYPES)('of %s takes the money and goes back to the shop', async (type) => {
      const asked = await pay(type);
      const answer = await submit(pageOf(asked), 'complete');
      expect([answer.status, answer.headers.get('location')]).toEqual([
        303,
        `${RETURN_URL}&payment_intent=${asked.id}&payment_intent_client_secret=${asked.client_secret}&redirect_status=succeeded`,
      ]);
      const done = await stripe.paymentIntents.retrieve(asked.id, { expand: ['latest_charge'] });
      expect(done).toMatchObject({ status: 'succeeded', amount_received: 5000, next_action: null });
      expect(done.latest_charge).toMatchObject({
        captured: true,
        paid: true,
        amount_captured: 5000,
        payment_method_details: { type },
        billing_details: { name: BILLING.name },
      });
      expect(idOf(done.latest_charge)).toMatch(/^py_/);
      expect((await submit(pageOf(asked), 'complete')).status).toBe(410);
      expect((await fetch(pageOf(asked))).status).toBe(410);
    });

    it.each(['alipay', 'klarna', 'wechat_pay'] as const)('of %s fails the attempt', async (type) => {
      const asked = await pay(type);
      const answer = await submit(pageOf(asked), 'fail');
      expect(answer.headers.get('location')).toContain('redirect_status=failed');
      const open = await stripe.paymentIntents.retrieve(asked.id);
      expect(open).toMatchObject({
        status: 'requires_payment_method',
        amount_received: 0,
        next_action: null,
        payment_method: null,
        last_payment_error: { code: 'payment_intent_authentication_failure', payment_method: { type } },
      });
      expect((await eventsOf(asked.id)).at(-1)).toBe('payment_intent.payment_failed');
    });

    it('is void after a cancel', async () => {
      const asked = await pay('alipay');
      expect((await stripe.paymentIntents.cancel(asked.id)).status).toBe('canceled');
      expect((await submit(pageOf(asked), 'complete')).status).toBe(410);
      expect(await statusOf(asked.id)).toBe('canceled');
    });

    it('takes the money although the confirmation is manual', async () => {
      const asked = await pay('klarna', { more: { confirmation_method: 'manual' } });
      await submit(pageOf(asked), 'complete');
      expect(await statusOf(asked.id)).toBe('succeeded');
    });
  });

  it('shows the voucher’s number on its charge', async () => {
    const asked = await pay('oxxo');
    await running.sim('POST', `3ds/${asked.id}`, { outcome: 'complete' });
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(asked.id, { expand: ['latest_charge'] });
    expect(charge).toMatchObject({
      payment_method_details: { oxxo: { number: asked.next_action?.oxxo_display_details?.number } },
    });
  });

  describe('a voucher', () => {
    it('cannot be canceled while it may be paid', async () => {
      const { id } = await pay('oxxo');
      const error = await refused(stripe.paymentIntents.cancel(id));
      expect([error.statusCode, error.code]).toEqual([400, 'payment_intent_unexpected_state']);
      expect(await statusOf(id)).toBe('requires_action');
      await running.sim('POST', `3ds/${id}`, { outcome: 'complete' });
      expect(await statusOf(id)).toBe('succeeded');
    });

    it('that nobody pays is processing after its last day, and then fails', async () => {
      const asked = await pay('oxxo');
      await advance(Date.UTC(2026, 11, 6, 5, 59, 58) - NOW);
      expect(await statusOf(asked.id)).toBe('requires_action');
      await advance(1_000);
      expect(await statusOf(asked.id)).toBe('processing');
      expect((await submit(pageOf(asked), 'complete')).status).toBe(410);
      expect((await refused(stripe.paymentIntents.cancel(asked.id))).code).toBe('payment_intent_unexpected_state');
      await advance(5_000);
      expect(await stripe.paymentIntents.retrieve(asked.id)).toMatchObject({
        status: 'requires_payment_method',
        last_payment_error: { code: 'payment_intent_payment_attempt_expired', payment_method: { type: 'oxxo' } },
      });
      expect((await stripe.paymentIntents.cancel(asked.id)).status).toBe('canceled');
      expect(await eventsOf(asked.id)).toEqual([
        'payment_intent.created',
        'payment_intent.requires_action',
        'payment_intent.processing',
        'payment_intent.payment_failed',
        'payment_intent.canceled',
      ]);
    });

    it('that is failed by hand expires at once', async () => {
      const { id } = await pay('oxxo');
      await running.sim('POST', `3ds/${id}`, { outcome: 'fail' });
      const { status, last_payment_error: error } = await stripe.paymentIntents.retrieve(id);
      expect([status, error?.code]).toEqual(['requires_payment_method', 'payment_intent_payment_attempt_expired']);
    });

    it.each([
      ['fulano@test.com', [179_000, 'requires_action', 1_000, 'succeeded']],
      ['fulano.succeed_immediately@test.com', [4_000, 'requires_action', 1_000, 'succeeded']],
      ['expire_immediately@test.com', [4_000, 'processing', 1_000, 'requires_payment_method']],
      [
        'expire_with_delay@test.com',
        [179_000, 'requires_action', 1_000, 'processing', 5_000, 'requires_payment_method'],
      ],
    ])('of %s goes so: %j', async (email, steps) => {
      const { id } = await pay('oxxo', { email });
      for (const step of steps) {
        if (typeof step === 'number') await advance(step);
        else expect(await statusOf(id)).toBe(step);
      }
    });

    it('of an attempt that was given up changes nothing', async () => {
      const { id } = await pay('oxxo', { email: 'expire_with_delay@test.com' });
      await stripe.paymentIntents.confirm(id, { payment_method: await methodOf('oxxo') });
      await advance(200_000);
      expect(await statusOf(id)).toBe('requires_action');
    });

    it.each([0, 8])('is not good for %i days', async (days) => {
      const error = await refused(create('oxxo', { payment_method_options: { oxxo: { expires_after_days: days } } }));
      expect([error.statusCode, error.param]).toEqual([400, 'payment_method_options[oxxo][expires_after_days]']);
    });
  });

  describe('what is refused', () => {
    it.each([
      ['alipay', 'mxn'],
      ['klarna', 'cny'],
      ['oxxo', 'usd'],
      ['wechat_pay', 'mxn'],
    ] as const)('%s in %s', async (type, currency) => {
      const error = await refused(create(type, { currency }));
      expect([error.statusCode, error.param]).toEqual([400, 'currency']);
      expect(error.message).toContain(type);
    });

    it.each(['alipay', 'oxxo', 'wechat_pay'] as const)('money held by %s', async (type) => {
      const error = await refused(create(type, { capture_method: 'manual' }));
      expect([error.statusCode, error.param]).toEqual([400, 'capture_method']);
      const { id } = await create(type);
      expect((await refused(stripe.paymentIntents.update(id, { capture_method: 'manual' }))).param).toBe(
        'capture_method',
      );
    });

    it.each(['alipay', 'klarna'] as const)('%s without a way back', async (type) => {
      const { id } = await create(type);
      const error = await refused(stripe.paymentIntents.confirm(id, { payment_method: await methodOf(type) }));
      expect([error.statusCode, error.param]).toEqual([400, 'return_url']);
      expect(await statusOf(id)).toBe('requires_payment_method');
    });

    it.each(TYPES)('%s without the payer', async (type) => {
      const { id } = await create(type);
      const confirm = { payment_method: await methodOf(type), return_url: RETURN_URL };
      const alone = await refused(stripe.paymentIntents.confirm(id, { ...confirm, off_session: true }));
      expect([alone.statusCode, alone.code]).toEqual([400, 'payment_intent_action_required']);
      const strict = await refused(stripe.paymentIntents.confirm(id, { ...confirm, error_on_requires_action: true }));
      expect(strict.code).toBe('payment_intent_action_required');
    });

    it('WeChat Pay on an unnamed client, and in an app', async () => {
      const confirm = { payment_method: await methodOf('wechat_pay') };
      const { id } = await create('wechat_pay', { payment_method_options: {} });
      const param = 'payment_method_options[wechat_pay][client]';
      expect((await refused(stripe.paymentIntents.confirm(id, confirm))).param).toBe(param);
      const app = { wechat_pay: { client: 'android' as const, app_id: 'wx1' } };
      const error = await refused(stripe.paymentIntents.confirm(id, { ...confirm, payment_method_options: app }));
      expect([error.statusCode, error.param]).toEqual([400, param]);
    });

    it('a type that the intent does not list', async () => {
      const { id } = await stripe.paymentIntents.create({ amount: 5000, currency: 'usd' });
      const error = await refused(
        stripe.paymentIntents.confirm(id, { payment_method: await methodOf('alipay'), return_url: RETURN_URL }),
      );
      expect(error.code).toBe('payment_intent_incompatible_payment_method');
    });

    it('a method that has paid', async () => {
      const method = await methodOf('alipay');
      const { id } = await create('alipay');
      await stripe.paymentIntents.confirm(id, { payment_method: method, return_url: RETURN_URL });
      await running.sim('POST', `3ds/${id}`, { outcome: 'complete' });
      const again = await create('alipay');
      const confirm = stripe.paymentIntents.confirm(again.id, { payment_method: method, return_url: RETURN_URL });
      expect((await refused(confirm)).param).toBe('payment_method');
    });
  });

  describe('Klarna', () => {
    const DAY = 24 * 3_600_000;
    it.each<Partial<Stripe.PaymentIntentCreateParams>>([
      { capture_method: 'manual' },
      { payment_method_options: { klarna: { capture_method: 'manual' } } },
    ])('holds the money: %j', async (more) => {
      const { id } = await pay('klarna', { more });
      await running.sim('POST', `3ds/${id}`, { outcome: 'complete' });
      expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
        status: 'requires_capture',
        amount_capturable: 5000,
      });
      await advance(27 * DAY);
      expect(await stripe.paymentIntents.capture(id, { amount_to_capture: 4000 })).toMatchObject({
        status: 'succeeded',
        amount_received: 4000,
      });
    });

    it('holds it for 28 days', async () => {
      const { id } = await pay('klarna', { more: { capture_method: 'manual' } });
      await running.sim('POST', `3ds/${id}`, { outcome: 'complete' });
      await advance(28 * DAY + 1000);
      expect(await statusOf(id)).toBe('canceled');
    });

    it('is told the payer’s language and date of birth', async () => {
      const dob = { day: 10, month: 12, year: 1985 };
      const method = await stripe.paymentMethods.create({ type: 'klarna', klarna: { dob }, billing_details: BILLING });
      expect(method.klarna).toEqual({ dob });
      const { id } = await create('klarna', { payment_method_options: { klarna: { preferred_locale: 'de-DE' } } });
      await stripe.paymentIntents.confirm(id, { payment_method: method.id, return_url: RETURN_URL });
      await running.sim('POST', `3ds/${id}`, { outcome: 'complete' });
      const { latest_charge: charge } = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
      expect(charge).toMatchObject({
        payment_method_details: {
          klarna: { preferred_locale: 'de-DE', payer_details: { address: { country: 'DE' } } },
        },
      });
    });
  });

  it.each(TYPES)('the page of %s is found at the new address after a start on another port', async (type) => {
    const data = mkdtempSync(join(tmpdir(), 'redirect-methods-'));
    const first = await start({ data });
    const { id } = await first.stripe.paymentIntents.create({
      amount: 5000,
      currency: CURRENCY[type],
      confirm: true,
      return_url: RETURN_URL,
      allowed_payment_method_types: [type],
      payment_method_data: { type, billing_details: BILLING },
      ...(type === 'wechat_pay' ? { payment_method_options: { wechat_pay: { client: 'web' } } } : {}),
    });
    await first.close();
    // The first one's port is taken, so that the second gets another.
    const occupant = await start({ port: Number(new URL(first.url).port) });
    const second = await start({ data });
    const page = pageOf(await second.stripe.paymentIntents.retrieve(id));
    expect(page).toContain(`${second.url}/`);
    const answer = await submit(page, 'complete');
    expect(answer.headers.get('location')).toContain(RETURN_URL);
    expect((await second.stripe.paymentIntents.retrieve(id)).status).toBe('succeeded');
    await second.close();
    await occupant.close();
    rmSync(data, { recursive: true });
  });

  describe('a refund', () => {
    it.each(['alipay', 'klarna'] as const)('of %s goes back to the payer', async (type) => {
      const id = await paid(type);
      const refund = await stripe.refunds.create({ payment_intent: id, amount: 2000 });
      expect(refund).toMatchObject({ status: 'succeeded', amount: 2000, destination_details: { type } });
      expect((await stripe.refunds.create({ payment_intent: id })).amount).toBe(3000);
    });

    it('of WeChat Pay takes its time', async () => {
      const refund = await stripe.refunds.create({ payment_intent: await paid('wechat_pay') });
      expect(refund).toMatchObject({ status: 'pending', destination_details: { type: 'wechat_pay' } });
      await advance(5_000);
      expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
    });

    it('of OXXO is refused', async () => {
      const id = await paid('oxxo');
      const error = await refused(stripe.refunds.create({ payment_intent: id }));
      expect([error.statusCode, error.code]).toEqual([400, 'charge_not_refundable']);
      const { charges } = await running.sim('GET', `ledger?payment_intent=${id}`);
      expect(charges).toMatchObject([{ amount: 5000 }]);
    });
  });
});
