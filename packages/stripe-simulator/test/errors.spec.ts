import type Stripe from 'stripe';
import { type Running, createIntent, refused, RETURN_URL, start } from './support.js';

describe('errors', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const form = { amount: '1999', currency: 'usd' };

  it.each<[string, Record<string, string>, Record<string, unknown>]>([
    ['nothing', {}, { code: 'parameter_missing', param: 'amount', message: 'Missing required param: amount.' }],
    ['no currency', { amount: '1' }, { code: 'parameter_missing', param: 'currency' }],
    [
      'an unknown name',
      { ...form, amont: '1' },
      { code: 'parameter_unknown', param: 'amont', message: 'Received unknown parameter: amont' },
    ],
    ['two unknown names', { ...form, a: '1', b: '2' }, { message: 'Received unknown parameters: a, b' }],
    [
      'an unknown nested name',
      { ...form, 'shipping[address][line9]': 'x', 'shipping[name]': 'A' },
      { code: 'parameter_unknown', param: 'shipping[address][line9]' },
    ],
    [
      'a parameter that endive removed',
      { ...form, 'payment_method_types[]': 'card' },
      { code: 'parameter_unknown', param: 'payment_method_types' },
    ],
    [
      'a decimal amount',
      { ...form, amount: '19.99' },
      { code: 'parameter_invalid_integer', param: 'amount', message: 'Invalid integer: 19.99' },
    ],
    ['a hexadecimal amount', { ...form, amount: '0x10' }, { code: 'parameter_invalid_integer', param: 'amount' }],
    ['an exponent', { ...form, amount: '1e3' }, { code: 'parameter_invalid_integer' }],
    ['an empty amount', { ...form, amount: '' }, { code: 'parameter_invalid_empty', param: 'amount' }],
    ['a huge amount', { ...form, amount: '9007199254740993' }, { code: 'parameter_invalid_integer' }],
    ['zero', { ...form, amount: '0' }, { code: 'parameter_invalid_integer', param: 'amount' }],
    [
      '49 cents',
      { ...form, amount: '49' },
      { code: 'amount_too_small', param: 'amount', message: 'Amount must be at least $0.50 usd' },
    ],
    [
      '29 pence',
      { amount: '29', currency: 'gbp' },
      { code: 'amount_too_small', message: 'Amount must be at least £0.30 gbp' },
    ],
    ['a hundred million', { ...form, amount: '100000000' }, { code: 'amount_too_large', param: 'amount' }],
    ['a wrong currency', { ...form, currency: 'xxx' }, { param: 'currency' }],
    [
      'a wrong choice',
      { ...form, capture_method: 'later' },
      {
        param: 'capture_method',
        message: 'Invalid capture_method: must be one of automatic, automatic_async, or manual',
      },
    ],
    ['a wrong boolean', { ...form, confirm: 'yes' }, { param: 'confirm', message: 'Invalid boolean: yes' }],
    ['a hash for text', { ...form, 'description[$ne]': 'x' }, { param: 'description' }],
    ['text for a hash', { ...form, shipping: 'x' }, { param: 'shipping' }],
    [
      'a missing nested name',
      { ...form, 'shipping[address][line1]': 'x' },
      { code: 'parameter_missing', param: 'shipping[name]' },
    ],
    [
      'a customer that is not there',
      { ...form, customer: 'cus_x' },
      { code: 'resource_missing', param: 'customer', message: "No such customer: 'cus_x'" },
    ],
    ['a long metadata key', { ...form, [`metadata[${'k'.repeat(41)}]`]: 'x' }, { param: 'metadata' }],
    ['a long metadata value', { ...form, 'metadata[k]': 'x'.repeat(501) }, { param: 'metadata[k]' }],
    [
      '51 metadata keys',
      { ...form, ...Object.fromEntries(Array.from({ length: 51 }, (_v, n) => [`metadata[k${n}]`, 'x'])) },
      { param: 'metadata' },
    ],
    ['a contradiction', { ...form, 'metadata[a]': '1', 'metadata[a][b]': '2' }, { type: 'invalid_request_error' }],
    ['return_url without confirm', { ...form, return_url: RETURN_URL }, { param: 'return_url' }],
    ['off_session without confirm', { ...form, off_session: 'true' }, { param: 'off_session' }],
    [
      'a path that cannot be expanded',
      { ...form, 'expand[]': 'amount' },
      { param: 'expand[0]', message: 'This property cannot be expanded (amount).' },
    ],
    [
      'too deep an expansion',
      { ...form, 'expand[0]': 'latest_charge.payment_intent.latest_charge.payment_intent.customer' },
      { param: 'expand[0]' },
    ],
    [
      'a long statement descriptor',
      { ...form, statement_descriptor: 'x'.repeat(23) },
      { param: 'statement_descriptor' },
    ],
  ])('refuses a PaymentIntent with %s', async (_what, fields, error) => {
    const before = (await stripe.paymentIntents.list({ limit: 1 })).data[0]?.id;
    const { status, body } = await running.post('/v1/payment_intents', fields);
    expect(status).toBe(400);
    expect(body['error']).toMatchObject({ type: 'invalid_request_error', message: expect.any(String), ...error });
    const { code, doc_url: docUrl } = body['error'];
    expect(docUrl).toBe(
      code === undefined ? undefined : `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`,
    );
    expect((await stripe.paymentIntents.list({ limit: 1 })).data[0]?.id).toBe(before);
  });

  it.each([
    ['/v1/payment_intents/pi_x', 'intent', "No such payment_intent: 'pi_x'"],
    ['/v1/customers/cus_x', 'id', "No such customer: 'cus_x'"],
    ['/v1/charges/ch_x', 'id', "No such charge: 'ch_x'"],
    ['/v1/payment_methods/pm_x', 'payment_method', "No such PaymentMethod: 'pm_x'"],
    ['/v1/refunds/re_x', 'refund', "No such refund: 're_x'"],
    ['/v1/events/evt_x', 'id', "No such event: 'evt_x'"],
  ])('answers 404 for %s', async (path, param, message) => {
    const { status, body } = await running.get(path);
    expect(status).toBe(404);
    expect(body['error']).toMatchObject({ type: 'invalid_request_error', code: 'resource_missing', param, message });
  });

  it('answers Stripe’s 404 for an unknown URL', async () => {
    const { status, body } = await running.get('/v1/nothing');
    expect(status).toBe(404);
    expect(body['error'].message).toBe(
      'Unrecognized request URL (GET: /v1/nothing). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.',
    );
    expect((await running.post('/v1/events')).status).toBe(404);
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty', '0'])('keeps a metadata key named %s', async (name) => {
    const { body } = await running.post('/v1/customers', { [`metadata[${name}]`]: 'x' });
    expect(Object.entries(body['metadata'])).toEqual([[name, 'x']]);
    const updated = await running.post(`/v1/customers/${body['id']}`, { [`metadata[${name}]`]: 'y' });
    expect(Object.entries(updated.body['metadata'])).toEqual([[name, 'y']]);
    const { status, body: refusal } = await running.post('/v1/customers', { [`${name}[a]`]: 'x', [name]: 'y' });
    expect([status, refusal['error'].type]).toEqual([400, 'invalid_request_error']);
  });

  it('wants a form, not JSON', async () => {
    const answer = await fetch(`${running.url}/v1/customers`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_x', 'content-type': 'application/json' },
      body: '{"email":"a@shop.test"}',
    });
    expect(answer.status).toBe(400);
  });

  it.each([
    ['no key', undefined, /^You did not provide an API key/],
    ['a live key', 'Bearer sk_live_abcdefgh', /^Invalid API Key provided: sk_live_\*+efgh$/],
    ['nonsense', 'Bearer hello', /^Invalid API Key provided/],
    ['an empty key', 'Bearer ', /^You did not provide an API key/],
  ])('answers 401 for %s', async (_what, authorization, message) => {
    const answer = await fetch(`${running.url}/v1/customers`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringMatching(message) },
    });
  });

  it('takes Basic as well as Bearer', async () => {
    const authorization = `Basic ${Buffer.from('sk_test_x:').toString('base64')}`;
    const answer = await fetch(`${running.url}/v1/customers`, { headers: { authorization } });
    expect(answer.status).toBe(200);
  });

  it('tells a confirm without method, without return URL, of a wrong amount', async () => {
    const { id } = await createIntent(stripe);
    const confirm = (params: Stripe.PaymentIntentConfirmParams) => refused(stripe.paymentIntents.confirm(id, params));
    expect(await confirm({ return_url: RETURN_URL })).toMatchObject({ code: 'payment_intent_unexpected_state' });
    expect(await confirm({ payment_method: 'pm_card_visa' })).toMatchObject({ param: 'return_url' });
    expect(
      await confirm({ payment_method: 'pm_card_visa', return_url: RETURN_URL, amount_to_confirm: 5 }),
    ).toMatchObject({ param: 'amount_to_confirm' });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
  });

  it('needs no return URL without redirects', async () => {
    const intent = await createIntent(stripe, {
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    expect(intent.status).toBe('succeeded');
  });

  it('limits rates when told to', async () => {
    await running.sim('POST', 'settings', { rate_limits: { total: 100, endpoint: 3 } });
    const answers = await Promise.all(Array.from({ length: 12 }, () => running.get('/v1/balance')));
    await running.sim('POST', 'settings', { rate_limits: false });
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(6);
    expect(limited[0]?.body['error']).toMatchObject({ code: 'rate_limit' });
    expect(limited[0]?.headers.get('stripe-rate-limited-reason')).toBe('endpoint-rate');
  });

  it('echoes the version and never repeats a request id', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => running.get('/v1/balance')));
    expect(new Set(answers.map(({ headers }) => headers.get('request-id'))).size).toBe(50);
    const customer = await stripe.customers.create({}, { apiVersion: '2024-06-20' });
    expect(customer.lastResponse.headers['stripe-version']).toBe('2024-06-20');
  });
});
