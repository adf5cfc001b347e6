import { randomUUID } from 'node:crypto';
import { type Running, clientOf, createIntent, refused, RETURN_URL, start } from './support.js';

const HOUR = 3_600_000;

describe('idempotency', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.close());

  const form = { amount: '1999', currency: 'usd', 'metadata[payment_id]': 'p1' };
  const create = (idempotencyKey: string, fields: Record<string, string> = form) =>
    running.post('/v1/payment_intents', fields, { idempotencyKey });

  it('gives the same bytes again, marked as replayed, naming the first request', async () => {
    const key = randomUUID();
    const first = await create(key);
    const second = await create(key);
    expect(second.text).toBe(first.text);
    expect(second.status).toBe(200);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.headers.get('original-request')).toBe(first.headers.get('request-id'));
    expect(second.headers.get('request-id')).not.toBe(first.headers.get('request-id'));
  });

  it('replays whatever order the parameters come in', async () => {
    const key = randomUUID();
    const first = await create(key);
    const second = await create(key, { 'metadata[payment_id]': 'p1', currency: 'usd', amount: '1999' });
    expect(second.text).toBe(first.text);
  });

  it('refuses other parameters under a used key', async () => {
    const key = randomUUID();
    await create(key);
    const { status, body } = await create(key, { ...form, amount: '2000' });
    expect(status).toBe(400);
    expect(body['error'].type).toBe('idempotency_error');
    expect(body['error'].message).toMatch(
      /^Keys for idempotent requests can only be used with the same parameters they were first used with\. Try using a key other than '/,
    );
  });

  it('refuses another endpoint under a used key', async () => {
    const key = randomUUID();
    await create(key);
    const { status, body } = await running.post('/v1/customers', {}, { idempotencyKey: key });
    expect(status).toBe(400);
    expect(body['error'].type).toBe('idempotency_error');
    expect(body['error'].message).toContain('/v1/payment_intents');
  });

  it('shows both as StripeIdempotencyError to the SDK', async () => {
    const key = randomUUID();
    await running.stripe.customers.create({ email: 'a@shop.test' }, { idempotencyKey: key });
    const error = await refused(running.stripe.customers.create({ email: 'b@shop.test' }, { idempotencyKey: key }));
    expect(error.type).toBe('StripeIdempotencyError');
  });

  it('answers 409 while the first request is being executed, and replays afterwards', async () => {
    const key = randomUUID();
    const { id } = await running.sim('POST', 'faults', { match: { keyPrefix: key }, action: { type: 'hold' } });
    const first = create(key);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = await create(key);
    expect(second.status).toBe(409);
    expect(second.body['error']).toMatchObject({
      type: 'invalid_request_error',
      code: 'idempotency_key_in_use',
    });
    await running.sim('POST', 'faults/release', { id });
    const third = await first;
    expect(third.status).toBe(200);
    expect((await create(key)).text).toBe(third.text);
  });

  it('saves a 402 with the PaymentIntent as it was', async () => {
    const intent = await createIntent(running.stripe);
    const key = randomUUID();
    const confirm = () =>
      running.post(
        `/v1/payment_intents/${intent.id}/confirm`,
        { payment_method: 'pm_card_chargeDeclined', return_url: RETURN_URL },
        { idempotencyKey: key },
      );
    const first = await confirm();
    expect(first.status).toBe(402);
    await running.stripe.paymentIntents.cancel(intent.id);
    const second = await confirm();
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.body['error'].payment_intent.status).toBe('requires_payment_method');
  });

  it('saves a 500', async () => {
    const key = randomUUID();
    await running.sim('POST', 'faults', { match: { keyPrefix: key }, action: { type: 'status', status: 500 } });
    const first = await create(key);
    const second = await create(key);
    expect([first.status, second.status]).toEqual([500, 500]);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('does not save a refused parameter', async () => {
    const key = randomUUID();
    expect((await create(key, { ...form, amount: 'x' })).status).toBe(400);
    expect((await create(key)).status).toBe(200);
  });

  it('does not save 401, 409 and 429', async () => {
    const key = randomUUID();
    const wrong = await running.post('/v1/payment_intents', form, { idempotencyKey: key, key: 'sk_live_x' });
    expect(wrong.status).toBe(401);
    for (const status of [429, 409, 401, 503]) {
      await running.sim('POST', 'faults', { match: { keyPrefix: key }, action: { type: 'status', status } });
      expect((await create(key)).status).toBe(status);
    }
    const good = await create(key);
    expect(good.status).toBe(200);
    expect(good.headers.get('idempotent-replayed')).toBeNull();
  });

  it('saves a 400 about the state of things, with the PaymentIntent as it was', async () => {
    const intent = await createIntent(running.stripe);
    const paths = [`/v1/payment_intents/${intent.id}/capture`, '/v1/refunds'];
    const keys = [randomUUID(), randomUUID()];
    const paid = await createIntent(running.stripe, {
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: RETURN_URL,
    });
    await running.stripe.refunds.create({ payment_intent: paid.id });
    const forms: Record<string, string>[] = [{}, { payment_intent: paid.id }];
    for (const [n, path] of paths.entries()) {
      const ask = () => running.post(path, forms[n], { idempotencyKey: keys[n] ?? '' });
      const first = await ask();
      expect(first.status).toBe(400);
      if (n === 0) await running.stripe.paymentIntents.cancel(intent.id);
      const second = await ask();
      expect(second.text).toBe(first.text);
      expect(second.headers.get('idempotent-replayed')).toBe('true');
    }
  });

  it('does not save a 400 that names a parameter, though the operation ran', async () => {
    const paid = await createIntent(running.stripe, {
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: RETURN_URL,
    });
    const key = randomUUID();
    const refund = (amount: string) =>
      running.post('/v1/refunds', { payment_intent: paid.id, amount }, { idempotencyKey: key });
    expect((await refund('2000')).body['error']).toMatchObject({ param: 'amount' });
    expect((await refund('1999')).status).toBe(200);
  });

  it('does not save unexpected_state when told not to', async () => {
    const intent = await createIntent(running.stripe);
    await running.stripe.paymentIntents.cancel(intent.id);
    const key = randomUUID();
    const confirm = () =>
      running.post(
        `/v1/payment_intents/${intent.id}/confirm`,
        { payment_method: 'pm_card_visa', return_url: RETURN_URL },
        { idempotencyKey: key },
      );
    await running.sim('POST', 'settings', { save_unexpected_state: false });
    expect((await confirm()).status).toBe(400);
    expect((await confirm()).headers.get('idempotent-replayed')).toBeNull();
    await running.sim('POST', 'settings', { save_unexpected_state: true });
    await confirm();
    expect((await confirm()).headers.get('idempotent-replayed')).toBe('true');
  });

  it('gives the first answer whatever API version the repetition asks for', async () => {
    const key = randomUUID();
    const ask = async (version: string) => {
      const answer = await fetch(`${running.url}/v1/customers`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_x', 'idempotency-key': key, 'stripe-version': version },
      });
      return { text: await answer.text(), version: answer.headers.get('stripe-version') };
    };
    const first = await ask('2026-10-28.endive');
    expect(await ask('2024-06-20')).toEqual(first);
    expect(first.version).toBe('2026-10-28.endive');
  });

  it('never loses a saved answer to a 500 that came instead of its replay', async () => {
    const key = randomUUID();
    const first = await create(key);
    await running.sim('POST', 'faults', { match: { keyPrefix: key }, action: { type: 'status', status: 500 } });
    expect((await create(key)).status).toBe(500);
    expect((await create(key)).text).toBe(first.text);
  });

  it('answers a form that contradicts itself also when a fault strikes it', async () => {
    const key = randomUUID();
    await running.sim('POST', 'faults', { match: { keyPrefix: key }, action: { type: 'status', status: 500 } });
    expect((await create(key, { 'metadata[a]': '1', 'metadata[a][b]': '2' })).status).toBe(500);
    expect((await create(key)).status).toBe(200);
  });

  it('takes 255 characters and refuses 256', async () => {
    expect((await create('k'.repeat(255))).status).toBe(200);
    expect((await create('k'.repeat(256))).status).toBe(400);
  });

  it('ignores keys of GET and DELETE', async () => {
    const key = randomUUID();
    const customer = await running.stripe.customers.create();
    const get = () => running.stripe.customers.retrieve(customer.id, {}, { idempotencyKey: key });
    expect((await get()).lastResponse.headers['idempotent-replayed']).toBeUndefined();
    await running.stripe.customers.update(customer.id, { name: 'Ada' });
    expect(await get()).toMatchObject({ name: 'Ada' });
    await running.stripe.customers.del(customer.id, {}, { idempotencyKey: key });
    expect((await refused(running.stripe.customers.del(customer.id, {}, { idempotencyKey: key }))).statusCode).toBe(
      404,
    );
  });

  it('is shared by all keys of the account', async () => {
    const key = randomUUID();
    const first = await create(key);
    const second = await running.post('/v1/payment_intents', form, { idempotencyKey: key, key: 'rk_test_other' });
    expect(second.text).toBe(first.text);
  });

  it('forgets a key after 24 hours of simulator time, not before', async () => {
    const key = randomUUID();
    const first = await create(key);
    await running.sim('POST', 'clock', { advance: 24 * HOUR - 5_000 });
    expect((await create(key)).text).toBe(first.text);
    await running.sim('POST', 'clock', { advance: 5_000 });
    const later = await create(key);
    expect(later.headers.get('idempotent-replayed')).toBeNull();
    expect(later.body['id']).not.toBe(first.body['id']);
  });

  it('executes once however often the SDK retries', async () => {
    const key = randomUUID();
    await running.sim('POST', 'faults', {
      match: { keyPrefix: key, times: 2 },
      action: { type: 'reset_after' },
    });
    const stripe = clientOf(running.url, { retries: 3 });
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' }, { idempotencyKey: key });
    const { requests } = await running.sim('GET', `requests?key=${key}`);
    expect(requests).toHaveLength(3);
    expect(requests.filter((request: { executed: boolean }) => request.executed)).toHaveLength(1);
    expect(intent.lastResponse.headers['idempotent-replayed']).toBe('true');
  });
});
