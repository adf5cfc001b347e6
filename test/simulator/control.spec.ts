import type Stripe from 'stripe';
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
