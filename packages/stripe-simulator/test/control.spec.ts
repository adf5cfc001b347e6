import type Stripe from 'stripe';
import { request } from 'node:http';
import { type Running, createIntent, RETURN_URL, start, startReceiver } from './support.js';

describe('the control plane', () => {
  let running: Running;
  let stripe: Stripe;
  beforeEach(async () => {
    running = await start({ instance: 'token-1' });
    stripe = running.stripe;
  });
  afterEach(() => running.close());

  const pay = (payment_id: string, amount = 1999) =>
    createIntent(stripe, {
      amount,
      metadata: { payment_id },
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: RETURN_URL,
    });

  it('says who it is', async () => {
    expect(await running.sim('GET', 'identity')).toEqual({
      program: 'stripe-simulator',
      instance: 'token-1',
      pid: process.pid,
      data: null,
      url: running.url,
      api_version: '2026-10-28.endive',
      started_at: expect.stringMatching(/^\d{4}-/),
    });
  });

  it('moves, sets and freezes the clock', async () => {
    const before = await running.sim('GET', 'clock');
    expect(Math.abs(before.now - Date.now())).toBeLessThan(2000);
    await running.sim('POST', 'clock', { advance: 86_400_000 });
    const customer = await stripe.customers.create();
    expect(customer.created * 1000 - Date.now()).toBeGreaterThan(86_300_000);
    await running.sim('POST', 'clock', { set: '2030-01-01T00:00:00Z', freeze: true });
    const frozen = await running.sim('GET', 'clock');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await running.sim('GET', 'clock')).toEqual({ ...frozen, now: Date.UTC(2030, 0, 1), frozen: true });
    await running.sim('POST', 'clock', { advance: 500 });
    expect((await running.sim('GET', 'clock')).now).toBe(Date.UTC(2030, 0, 1) + 500);
    const thawed = await running.sim('POST', 'clock', { freeze: false });
    expect(thawed.now - Date.UTC(2030, 0, 1)).toBeLessThan(2000);
  });

  it('counts what was charged for a payment', async () => {
    await pay('p-1', 1000);
    const second = await pay('p-1', 500);
    await pay('p-2', 70);
    await stripe.refunds.create({ payment_intent: second.id, amount: 200 });
    const ledger = await running.sim('GET', 'ledger?payment_id=p-1');
    expect(ledger).toMatchObject({ charged: 1500, refunded: 200, net: 1300, count: 2 });
    expect(ledger.charges[0]).toMatchObject({ amount: 1000, currency: 'usd', metadata: { payment_id: 'p-1' } });
    expect(await running.sim('GET', 'ledger?payment_id=nobody')).toMatchObject({ count: 0, net: 0 });
    expect(await running.sim('GET', 'ledger')).toMatchObject({ count: 3 });
  });

  it('says what the account was left with, fees taken off', async () => {
    const intent = await pay('p-1', 1000);
    await stripe.refunds.create({ payment_intent: intent.id, amount: 200 });
    await running.sim('POST', 'clock', { advance: 2000 });
    // 2.9 % and 30.
    expect((await running.sim('GET', 'ledger?payment_id=p-1')).balance).toEqual({ usd: 1000 - 59 - 200 });
  });

  it.each([
    ['POST', 'clock', { advance: 1e17 }],
    ['POST', 'clock', { set: -1 }],
    ['POST', 'clock', { advance: 0.5 }],
    ['POST', 'faults', { action: { type: 'status', status: 42 } }],
    ['POST', 'faults', { action: { type: 'status', headers: { 'a b': 'c' } } }],
    ['POST', 'faults', { action: { type: 'status', headers: { a: 'b\nc' } } }],
    ['POST', 'faults', { action: { type: 'slow_body', bytes: 0 } }],
    ['POST', 'faults', { action: { type: 'latency', ms: -1 } }],
    ['POST', 'faults', { action: { type: 'latency', dist: { min: 5, max: 1 } } }],
    ['POST', 'faults', { match: { probability: 2 }, action: { type: 'hold' } }],
    ['POST', 'faults', { match: { nth: 0 }, action: { type: 'hold' } }],
    ['POST', 'webhooks', { drop: 2 }],
    ['POST', 'webhooks', { retry_ms: ['soon'] }],
    ['POST', 'webhooks', { delay_ms: 1e12 }],
    ['PUT', 'webhooks', { endpoints: [{ url: 'file:///etc/passwd', secret: 'x' }] }],
    ['POST', 'settings', { rate_limits: { total: -1 } }],
    ['GET', 'requests?limit=many', undefined],
    ['GET', 'deliveries?limit=0', undefined],
  ])('refuses %s %s %j', async (method, path, body) => {
    const before = await running.sim('GET', 'clock');
    await expect(running.sim(method, path, body)).rejects.toThrow('400');
    expect((await running.sim('GET', 'clock')).offset_ms).toBe(before.offset_ms);
  });

  it('is not for pages of other origins, but for its own under every name of this machine', async () => {
    const { port } = new URL(running.url);
    const ask = (headers: Record<string, string>) =>
      fetch(`${running.url}/_sim/reset`, { method: 'POST', headers }).then(({ status }) => status);
    expect(await ask({ origin: 'https://evil.test' })).toBe(403);
    expect(await ask({ origin: 'null' })).toBe(403);
    expect(await ask({ origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await ask({ origin: running.url, 'sec-fetch-site': 'same-origin' })).toBe(200);
    // A name that somebody's DNS points at this machine.
    expect(await askAs(running.url, `rebound.test:${port}`, `http://rebound.test:${port}`)).toBe(403);
    expect(await askAs(running.url, `localhost:${port}`, `http://localhost:${port}`)).toBe(200);
  });

  it('answers by the names of this machine and of --allow-host only, while the API answers by any', async () => {
    const other = await start({ allowHosts: ['simulator'] });
    const { port } = new URL(other.url);
    const ask = (host: string, path: string) => askBy(other.url, `${host}:${port}`, path);
    for (const path of ['/_sim/clock', '/_sim', '/', '/payments']) {
      expect([path, await ask('rebound.test', path)]).toEqual([path, 403]);
      expect([path, await ask('simulator.rebound.test', path)]).toEqual([path, 403]);
    }
    for (const host of ['simulator', 'localhost', '127.0.0.1', '[::1]', '192.0.2.7'])
      expect([host, await ask(host, '/_sim/clock'), await ask(host, '/')]).toEqual([host, 200, 200]);
    expect(await ask('rebound.test', '/v1/customers')).toBe(401);
    expect(await askAs(other.url, `simulator:${port}`, `http://simulator:${port}`)).toBe(200);
    await other.close();
  });

  it('limits requests like Stripe when told to, per endpoint and in all', async () => {
    const ask = async (paths: string[]) => {
      const answers = await Promise.all(paths.map((path) => running.get(path)));
      return answers.map(({ status, headers }) => headers.get('stripe-rate-limited-reason') ?? status);
    };
    const { id } = await stripe.customers.create();
    await running.sim('POST', 'settings', { rate_limits: { total: 6, endpoint: 2 } });
    await startOfASecond();
    // Ids do not make an endpoint of their own; webhook_endpoints is no id.
    const customer = await ask([`/v1/customers/${id}`, '/v1/customers/cus_other0000000', `/v1/customers/${id}`]);
    expect(customer).toEqual([200, 404, 'endpoint-rate']);
    expect(await ask(['/v1/webhook_endpoints', '/v1/payment_intents'])).toEqual([200, 200]);
    expect(await ask(['/v1/charges', '/v1/charges'])).toEqual([200, 'global-rate']);
    expect(await running.sim('POST', 'settings', { rate_limits: 'sandbox' })).toMatchObject({
      rate_limits: { total: 25, endpoint: 25 },
    });
    expect(await running.sim('POST', 'settings', { rate_limits: true })).toMatchObject({
      rate_limits: { total: 100, endpoint: 25 },
    });
    await running.sim('POST', 'settings', { rate_limits: false });
  });

  it('keeps an ordered log without card numbers', async () => {
    await running.sim('POST', 'settings', { raw_cards: true });
    await stripe.paymentMethods.create(
      { type: 'card', card: { number: '4242424242424242', exp_month: 1, exp_year: 2034, cvc: '987' } },
      { idempotencyKey: 'log-1' },
    );
    await pay('p');
    const { requests } = await running.sim('GET', 'requests?limit=10');
    expect(requests.map(({ n }: { n: number }) => n)).toEqual([1, 2]);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/payment_methods',
      key_kind: 'secret',
      idempotency_key: 'log-1',
      params: { type: 'card', card: { number: '****4242', cvc: '****' } },
      params_hash: expect.any(String),
      executed: true,
      replayed: false,
      status: 200,
      fault: null,
    });
    expect(JSON.stringify(requests)).not.toContain('424242');
  });

  it('resets; the same seed gives the same ids', async () => {
    const receiver = await startReceiver();
    await running.sim('PUT', 'webhooks', { endpoints: [{ url: receiver.url, secret: 'whsec_x' }] });
    await running.sim('POST', 'reset', { seed: 'again' });
    const first = await pay('p');
    await running.sim('POST', 'clock', { advance: 5000 });
    await running.sim('POST', 'reset', { seed: 'again' });
    expect((await stripe.paymentIntents.list()).data).toHaveLength(0);
    expect((await running.sim('GET', 'clock')).offset_ms).toBe(0);
    const second = await pay('p');
    expect([second.id, second.latest_charge]).toEqual([first.id, first.latest_charge]);
    await running.sim('POST', 'reset');
    expect((await pay('p')).id).not.toBe(first.id);
    expect((await running.sim('GET', 'webhooks')).endpoints).toHaveLength(1);
    await running.sim('POST', 'reset', { webhooks: true });
    expect((await running.sim('GET', 'webhooks')).endpoints).toHaveLength(0);
    await receiver.close();
  });

  it('takes a snapshot and restores it', async () => {
    const kept = await pay('p-1');
    const { id } = await running.sim('POST', 'snapshot');
    await stripe.refunds.create({ payment_intent: kept.id });
    const lost = await pay('p-2');
    await running.sim('POST', 'restore', { id });
    expect((await stripe.paymentIntents.list()).data.map((intent) => intent.id)).toEqual([kept.id]);
    expect(await running.sim('GET', 'ledger')).toMatchObject({ count: 1, refunded: 0 });
    expect((await pay('p-3')).id).toBe(lost.id);
  });

  it('refuses what it does not know', async () => {
    await expect(running.sim('GET', 'nothing')).rejects.toThrow('404');
    await expect(running.sim('POST', 'settings', { raw_card: true })).rejects.toThrow("settings has no 'raw_card'");
    await expect(running.sim('POST', 'clock', { set: 'tomorrow' })).rejects.toThrow('400');
    const { id } = await createIntent(stripe);
    await expect(running.sim('POST', `3ds/${id}`, { outcome: 'complete' })).rejects.toThrow('409');
  });
});

/** As a browser that came under another name. */
function askBy(url: string, host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

function askAs(url: string, host: string, origin: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/_sim/reset`, { method: 'POST', headers: { host, origin } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** The limiter counts whole seconds of real time: a test must not begin at the end of one. */
async function startOfASecond(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)));
}
