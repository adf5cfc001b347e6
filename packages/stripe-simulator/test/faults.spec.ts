import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { type Distribution, sample } from '../src/faults/distribution.js';
import { Random } from '../src/state/random.js';
import { type Running, clientOf, createIntent, refused, RETURN_URL, start, until } from './support.js';

describe('faults', () => {
  let running: Running;
  let stripe: Stripe;
  let impatient: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
    impatient = clientOf(running.url, { timeout: 300 });
  });
  afterAll(() => running.close());
  afterEach(() => running.sim('DELETE', 'faults'));

  const confirmPath = '/v1/payment_intents/*/confirm';
  const fault = (action: Record<string, unknown>, match: Record<string, unknown> = { path: confirmPath }) =>
    running.sim('POST', 'faults', { match, action });
  const confirm = (id: string, client = stripe, idempotencyKey = randomUUID()) =>
    client.paymentIntents.confirm(id, { payment_method: 'pm_card_visa', return_url: RETURN_URL }, { idempotencyKey });
  const charged = async (id: string) => Number((await running.sim('GET', `ledger?payment_intent=${id}`)).count);
  const status = async (id: string) => (await stripe.paymentIntents.retrieve(id)).status;
  const lastRequest = async () => (await running.sim('GET', `requests?path=${confirmPath}`)).requests.at(-1);

  it('drop_before: no answer, no effect', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'drop_before' });
    expect((await refused(confirm(id, impatient))).type).toBe('StripeConnectionError');
    expect(await status(id)).toBe('requires_payment_method');
    expect(await lastRequest()).toMatchObject({ executed: false, status: null, fault: 'drop_before' });
  });

  it('drop_after_effect: no answer, but done and saved under its key', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'drop_after_effect' });
    const key = randomUUID();
    await refused(confirm(id, impatient, key));
    expect(await status(id)).toBe('succeeded');
    const again = await confirm(id, stripe, key);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await charged(id)).toBe(1);
  });

  it('delay_effect: happens after the client left', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'delay_effect', ms: 600 });
    await refused(confirm(id, impatient));
    expect(await status(id)).toBe('requires_payment_method');
    await until(async () => (await status(id)) === 'succeeded');
    expect(await lastRequest()).toMatchObject({ executed: true, status: null, fault: 'delay_effect' });
  });

  it('delay_effect: the clock brings it forward', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'delay_effect', ms: 180_000 });
    await refused(confirm(id, impatient));
    await running.sim('POST', 'clock', { advance: 179_000 });
    expect(await status(id)).toBe('requires_payment_method');
    await running.sim('POST', 'clock', { advance: 2_000 });
    await until(async () => (await status(id)) === 'succeeded');
  });

  it('delay_effect: a retry that overtakes it executes, the late one replays', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'delay_effect', ms: 180_000 });
    const key = randomUUID();
    await refused(confirm(id, impatient, key));
    const retried = await confirm(id, stripe, key);
    expect(retried.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    await running.sim('POST', 'clock', { advance: 181_000 });
    await until(async () => {
      const { requests } = await running.sim('GET', `requests?key=${key}`);
      return requests[0].replayed;
    });
    expect(await charged(id)).toBe(1);
  });

  it('delay_effect: a cancel that overtakes it wins', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'delay_effect', ms: 180_000 });
    await refused(confirm(id, impatient));
    await stripe.paymentIntents.cancel(id);
    await running.sim('POST', 'clock', { advance: 181_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await status(id)).toBe('canceled');
    expect(await charged(id)).toBe(0);
  });

  it('hold: waits, busy, until released', async () => {
    const { id } = await createIntent(stripe);
    const { id: faultId } = await fault({ type: 'hold' });
    const key = randomUUID();
    const held = confirm(id, stripe, key);
    await until(async () => (await running.sim('GET', 'faults')).faults[0].hits === 1);
    const second = await refused(confirm(id, stripe, key));
    expect(second).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    expect(await status(id)).toBe('requires_payment_method');
    expect(await running.sim('POST', 'faults/release', { id: faultId })).toEqual({ released: 1 });
    expect((await held).status).toBe('succeeded');
    expect((await confirm(id, stripe, key)).lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  it('latency: answers late, busy meanwhile', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'latency', ms: 200 });
    const key = randomUUID();
    const begun = Date.now();
    const slow = confirm(id, stripe, key);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await refused(confirm(id, stripe, key))).statusCode).toBe(409);
    expect((await slow).status).toBe('succeeded');
    expect(Date.now() - begun).toBeGreaterThanOrEqual(190);
  });

  it('status 500 before: no effect, and the key keeps answering 500', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'status', status: 500 });
    const key = randomUUID();
    expect((await refused(confirm(id, stripe, key))).statusCode).toBe(500);
    const again = await refused(confirm(id, stripe, key));
    expect(again.statusCode).toBe(500);
    expect(again.headers?.['idempotent-replayed']).toBe('true');
    expect(await status(id)).toBe('requires_payment_method');
    expect((await confirm(id)).status).toBe('succeeded');
  });

  it('status 500 before from the edge: the same key may go on', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'status', status: 500, cached: false });
    const key = randomUUID();
    expect((await refused(confirm(id, stripe, key))).statusCode).toBe(500);
    expect((await confirm(id, stripe, key)).status).toBe('succeeded');
  });

  it('status 500 after: done, but the key answers 500', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'status', status: 500, when: 'after' });
    const key = randomUUID();
    expect((await refused(confirm(id, stripe, key))).statusCode).toBe(500);
    expect(await status(id)).toBe('succeeded');
    expect((await refused(confirm(id, stripe, key))).headers?.['idempotent-replayed']).toBe('true');
    expect(await charged(id)).toBe(1);
  });

  it('status 429 with headers, twice', async () => {
    await fault(
      { type: 'status', status: 429, headers: { 'Retry-After': '3' } },
      { path: '/v1/payment_intents', method: 'post', times: 2 },
    );
    for (let n = 0; n < 2; n++) {
      const error = await refused(createIntent(stripe));
      expect(error).toMatchObject({ statusCode: 429, code: 'rate_limit' });
      expect(error.headers?.['retry-after']).toBe('3');
    }
    expect((await createIntent(stripe)).id).toMatch(/^pi_/);
  });

  it.each(['reset_before', 'reset_after'])('%s: the connection breaks', async (type) => {
    const { id } = await createIntent(stripe);
    // The SDK tries a broken connection once more even when told not to retry.
    await fault({ type }, { path: confirmPath, times: 2 });
    const key = randomUUID();
    expect((await refused(confirm(id, stripe, key))).type).toBe('StripeConnectionError');
    expect(await status(id)).toBe(type === 'reset_after' ? 'succeeded' : 'requires_payment_method');
    expect((await confirm(id, stripe, key)).status).toBe('succeeded');
    expect(await charged(id)).toBe(1);
  });

  it('truncate_body: a 200 of which half arrives', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'truncate_body' });
    const error = await refused(confirm(id, stripe));
    expect(error.statusCode).toBeUndefined();
    expect(await status(id)).toBe('succeeded');
  });

  it('bad_json: a 200 that cannot be parsed', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'bad_json' });
    expect((await refused(confirm(id))).message).toContain('Invalid JSON');
    expect(await status(id)).toBe('succeeded');
  });

  it('slow_body: a few bytes at a time', async () => {
    const { id } = await createIntent(stripe);
    await fault({ type: 'slow_body', bytes: 500, ms: 40 });
    const begun = Date.now();
    expect((await confirm(id)).status).toBe('succeeded');
    expect(Date.now() - begun).toBeGreaterThanOrEqual(80);
  });

  it('latency by a distribution, the same for the same seed', async () => {
    const draw = (dist: Distribution) => {
      const random = new Random(7);
      return Array.from({ length: 2000 }, () => sample(dist, random)).sort((a, b) => a - b);
    };
    const even = draw({ min: 10, max: 20 });
    expect(even[0]).toBeGreaterThanOrEqual(10);
    expect(even.at(-1)).toBeLessThanOrEqual(20);
    expect(even[1000]).toBeCloseTo(15, 0);
    const tailed = draw({ p50: 40, p99: 400, max: 500 });
    expect(tailed[1000]).toBeGreaterThan(36);
    expect(tailed[1000]).toBeLessThan(44);
    expect(tailed[1980]).toBeGreaterThan(320);
    expect(tailed.at(-1)).toBe(500);
    expect(draw({ p50: 40, p99: 400 })).toEqual(draw({ p50: 40, p99: 400 }));

    await fault({ type: 'latency', dist: { min: 60, max: 80 } }, { path: '/v1/balance' });
    const begun = Date.now();
    expect((await running.get('/v1/balance')).status).toBe(200);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(58);
  });

  it('slow_body by bytes per second', async () => {
    // Nothing changes this answer meanwhile, as pending charges of other tests do the balance.
    const { text } = await running.get('/v1/products');
    await fault({ type: 'slow_body', bps: text.length * 2 }, { path: '/v1/products' });
    const begun = Date.now();
    expect((await running.get('/v1/products')).text).toBe(text);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(300);
  });

  it('strikes what is about a payment, in the path or in a parameter', async () => {
    const { id } = await createIntent(stripe, {
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: RETURN_URL,
    });
    await fault({ type: 'status', status: 401 }, { pi: id });
    expect((await refused(stripe.refunds.create({ payment_intent: id }))).statusCode).toBe(401);
    expect((await stripe.refunds.create({ payment_intent: id })).status).toBe('succeeded');
  });

  it.each([401, 409, 429, 500, 503])('status %i, before and after the effect', async (code) => {
    for (const when of ['before', 'after']) {
      const { id } = await createIntent(stripe);
      await fault({ type: 'status', status: code, when });
      expect((await refused(confirm(id))).statusCode).toBe(code);
      expect(await status(id)).toBe(when === 'after' ? 'succeeded' : 'requires_payment_method');
    }
  });

  it('strikes whom it is meant for', async () => {
    const [one, two] = [await createIntent(stripe), await createIntent(stripe)];
    await fault({ type: 'status', status: 503 }, { pi: one.id, times: 0 });
    expect((await refused(stripe.paymentIntents.retrieve(one.id))).statusCode).toBe(503);
    expect((await refused(confirm(one.id))).statusCode).toBe(503);
    expect((await confirm(two.id)).status).toBe('succeeded');
    await running.sim('DELETE', 'faults');
    await fault({ type: 'status', status: 503 }, { keyPrefix: 'pay_', keyIncludes: ':create:' });
    expect((await createIntent(stripe)).id).toMatch(/^pi_/);
    const keyed = stripe.paymentIntents.create({ amount: 50, currency: 'usd' }, { idempotencyKey: 'pay_1:create:0' });
    expect((await refused(keyed)).statusCode).toBe(503);
    await running.sim('DELETE', 'faults');
    await fault({ type: 'status', status: 503 }, { publishable: true, times: 0 });
    expect(
      (await running.get(`/v1/payment_intents/${two.id}?client_secret=${two.client_secret}`, 'pk_test_x')).status,
    ).toBe(503);
    expect(await status(two.id)).toBe('succeeded');
  });

  it('strikes the nth, and by seeded chance', async () => {
    const { id } = await fault({ type: 'status', status: 503 }, { path: '/v1/balance', nth: 3 });
    const statuses = async (n: number) => {
      const seen: number[] = [];
      for (let i = 0; i < n; i++) seen.push((await running.get('/v1/balance')).status);
      return seen;
    };
    expect(await statuses(4)).toEqual([200, 200, 503, 200]);
    await running.sim('DELETE', `faults/${id}`);
    const chance = { path: '/v1/balance', probability: 0.5, seed: 7, times: 0 };
    await fault({ type: 'status', status: 503 }, chance);
    const first = await statuses(30);
    await running.sim('DELETE', 'faults');
    await fault({ type: 'status', status: 503 }, chance);
    expect(await statuses(30)).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
    const { faults } = await running.sim('GET', 'faults');
    expect(faults[0]).toMatchObject({ matched: 30, hits: first.filter((code) => code === 503).length });
  });

  it('refuses misspelled faults', async () => {
    await expect(fault({ type: 'explode' })).rejects.toThrow('400');
    await expect(fault({ type: 'hold' }, { paths: 'x' })).rejects.toThrow("match has no 'paths'");
  });
});
