import type Stripe from 'stripe';
import { type Running, createIntent, RETURN_URL, start, startReceiver, until } from './support.js';

const SECRET = 'whsec_first';
const HOUR = 3_600_000;

describe('webhooks', () => {
  let running: Running;
  let stripe: Stripe;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  beforeEach(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterEach(async () => {
    await running.close();
    await receiver.close();
  });

  const listen = async (answers: (number | 'hang' | 'reset')[] = [], more: Record<string, unknown> = {}) => {
    receiver = await startReceiver(answers);
    await running.sim('PUT', 'webhooks', { endpoints: [{ url: receiver.url, secret: SECRET, ...more }] });
  };
  const got = (n: number) => until(() => receiver.received.length >= n);
  const verified = (n: number, secret = SECRET) => {
    const { body, headers } = receiver.received[n] ?? { body: '', headers: {} };
    return stripe.webhooks.constructEvent(body, String(headers['stripe-signature']), secret);
  };
  const pay = () => createIntent(stripe, { payment_method: 'pm_card_visa', return_url: RETURN_URL, confirm: true });

  it('delivers signed events that constructEvent takes', async () => {
    await listen();
    const intent = await pay();
    await got(3);
    expect(receiver.types().slice(0, 3).sort()).toEqual([
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
    const event = verified(0);
    expect(event).toMatchObject({ object: 'event', livemode: false, api_version: '2026-10-28.endive' });
    expect(event.request?.id).toBe(intent.lastResponse.requestId);
    expect(receiver.received[0]?.headers['user-agent']).toContain('Stripe/1.0');
    expect(() => verified(0, 'whsec_other')).toThrow('No signatures found');
  });

  it('an attempt that a reset broke off does not hold up the delivery that has its id afterwards', async () => {
    await running.sim('POST', 'reset', { seed: 'same' });
    await listen(['hang'], { enabled_events: ['customer.created'] });
    const first = await stripe.customers.create();
    await got(1);
    await running.sim('POST', 'reset', { seed: 'same' });
    const second = await stripe.customers.create();
    expect(second.id).toBe(first.id);
    await got(2);
    await until(async () => (await stripe.events.list({ type: 'customer.created' })).data[0]?.pending_webhooks === 0);
  });

  it('shows the object as it was at event time', async () => {
    await listen();
    const intent = await pay();
    await got(3);
    const statuses = receiver.received
      .map(({ body }) => JSON.parse(body))
      .filter(({ type }) => String(type).startsWith('payment_intent.'))
      .map(({ type, data }) => `${String(type)}: ${String(data.object.status)}`);
    expect(statuses.sort()).toEqual([
      'payment_intent.created: requires_confirmation',
      'payment_intent.succeeded: succeeded',
    ]);
    const created = (await stripe.events.list({ type: 'payment_intent.created' })).data[0];
    expect(created?.data.object).toMatchObject({ id: intent.id, status: 'requires_confirmation' });
  });

  it('names the idempotency key and what changed', async () => {
    await listen([], { enabled_events: ['customer.updated'] });
    const customer = await stripe.customers.create({ name: 'Ada', metadata: { a: '1' } });
    await stripe.customers.update(customer.id, { name: 'Bob', metadata: { b: '2' } }, { idempotencyKey: 'k-1' });
    await got(1);
    expect(receiver.types()).toEqual(['customer.updated']);
    const event = verified(0);
    expect(event.request?.idempotency_key).toBe('k-1');
    expect(event.data.previous_attributes).toEqual({ name: 'Ada', metadata: { b: null } });
  });

  it('tries again with a fresh signature when the clock moves on, until 2xx', async () => {
    await listen([500, 302, 'reset', 204], { enabled_events: ['customer.created'] });
    await stripe.customers.create();
    for (const n of [1, 2, 3]) {
      await until(
        async () =>
          (await running.sim('GET', 'deliveries')).deliveries.filter((row: { at: number }) => row.at).length === n,
      );
      await running.sim('POST', 'clock', { advance: HOUR });
    }
    await got(4);
    await until(async () => (await running.sim('GET', 'deliveries')).deliveries.at(-1).delivered);
    const { deliveries } = await running.sim('GET', 'deliveries?type=customer.created');
    expect(deliveries.map(({ status }: { status: unknown }) => status)).toEqual([500, 302, expect.any(String), 204]);
    const times = receiver.received.map(({ headers }) =>
      Number(/t=(\d+)/.exec(String(headers['stripe-signature']))?.[1]),
    );
    expect(new Set(times).size).toBe(4);
    expect((times[3] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(3 * 3600);
    const { now } = await running.sim('GET', 'clock');
    const last = receiver.received[3];
    const event = stripe.webhooks.constructEvent(
      last?.body ?? '',
      String(last?.headers['stripe-signature']),
      SECRET,
      300,
      undefined,
      Math.floor(now / 1000),
    );
    expect(event.type).toBe('customer.created');
  });

  it('gives up after 72 hours', async () => {
    await listen(
      Array.from({ length: 50 }, () => 500),
      { enabled_events: ['customer.created'] },
    );
    await stripe.customers.create();
    let attempts = 0;
    for (let hours = 0; hours < 100; hours += 13) {
      await until(async () => {
        const { deliveries } = await running.sim('GET', 'deliveries');
        return deliveries.length > attempts && deliveries.at(-1).at !== null;
      });
      const { deliveries } = await running.sim('GET', 'deliveries');
      attempts = deliveries.length;
      if (deliveries.at(-1).next_at === null) break;
      await running.sim('POST', 'clock', { advance: 13 * HOUR });
    }
    const { deliveries } = await running.sim('GET', 'deliveries');
    expect(deliveries.at(-1)).toMatchObject({ delivered: false, next_at: null });
    expect(deliveries.length).toBeGreaterThanOrEqual(5);
    expect(deliveries.at(-1).at - deliveries[0].at).toBeLessThanOrEqual(72 * HOUR + 60_000);
  });

  it('signs with both secrets while one is being rotated', async () => {
    await listen([], { secret: 'whsec_new', previous_secret: 'whsec_old' });
    await stripe.customers.create();
    await got(1);
    expect(verified(0, 'whsec_new').type).toBe('customer.created');
    expect(verified(0, 'whsec_old').type).toBe('customer.created');
  });

  it('pauses and goes on', async () => {
    await listen();
    await running.sim('POST', 'webhooks', { paused: true });
    await stripe.customers.create();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(receiver.received).toHaveLength(0);
    await running.sim('POST', 'webhooks', { paused: false });
    await got(1);
  });

  it('loses, doubles, spoils and ages deliveries when told to', async () => {
    await listen();
    await running.sim('POST', 'webhooks', { drop: 1 });
    await stripe.customers.create();
    await until(async () => (await running.sim('GET', 'deliveries')).deliveries.at(-1)?.status === 'dropped');
    expect(receiver.received).toHaveLength(0);
    await running.sim('POST', 'webhooks', { drop: 0, duplicate: 1 });
    await stripe.customers.create();
    await got(2);
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
    await running.sim('POST', 'webhooks', { duplicate: 0, corrupt_signature: true });
    await stripe.customers.create();
    await got(3);
    expect(() => verified(2)).toThrow('No signatures found');
    await running.sim('POST', 'webhooks', { corrupt_signature: false, stale_seconds: 301 });
    await stripe.customers.create();
    await got(4);
    expect(() => verified(3)).toThrow(/tolerance/);
  });

  it('lets go of single deliveries during a pause', async () => {
    await listen([], { enabled_events: ['customer.created'] });
    await running.sim('POST', 'webhooks', { paused: true });
    const [first, second] = [await stripe.customers.create(), await stripe.customers.create()];
    const { data } = await stripe.events.list();
    const held = async () => (await running.sim('GET', 'deliveries')).deliveries.length === 2;
    await until(held);
    // The later one first.
    await until(
      async () => (await running.sim('POST', 'deliveries/release', { event: data[0]?.id })).deliveries.length === 1,
    );
    await got(1);
    expect(verified(0).data.object).toMatchObject({ id: second.id });
    expect((await running.sim('POST', 'deliveries/release', { limit: 5 })).deliveries).toHaveLength(1);
    await got(2);
    expect(verified(1).data.object).toMatchObject({ id: first.id });
    expect((await running.sim('GET', 'webhooks')).paused).toBe(true);
  });

  it('signs with the old secret, too, until a rolled one expires', async () => {
    await listen([], { enabled_events: [] });
    const endpoint = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.created'] });
    const old = endpoint.secret ?? '';
    const { secret } = await running.sim('POST', `webhooks/${endpoint.id}/roll`, { expire_ms: 60_000 });
    expect(secret).not.toBe(old);
    await stripe.customers.create();
    await got(1);
    for (const one of [old, secret]) expect(verified(0, one).type).toBe('customer.created');
    await running.sim('POST', 'clock', { advance: 60_000 });
    await stripe.customers.create();
    await got(2);
    expect(() => verified(1, old)).toThrow('No signatures found');
    expect(String(receiver.received[1]?.headers['stripe-signature']).match(/v1=/g)).toHaveLength(1);
  });

  it('keeps what was answered', async () => {
    receiver = await startReceiver([500]);
    await running.sim('PUT', 'webhooks', { endpoints: [{ url: receiver.url, secret: SECRET }] });
    await stripe.customers.create();
    await until(async () => (await running.sim('GET', 'deliveries')).deliveries[0]?.status === 500);
    const { deliveries } = await running.sim('GET', 'deliveries?limit=1');
    expect(deliveries).toMatchObject([{ attempt: 1, status: 500, ms: expect.any(Number), delivered: false }]);
  });

  it('mixes up the order', async () => {
    await listen();
    await running.sim('POST', 'webhooks', { reorder_ms: 200 });
    for (let n = 0; n < 20; n++) await stripe.customers.create({ name: String(n) });
    await got(20);
    const order = receiver.received.map(({ body }) => Number(JSON.parse(body).data.object.name));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_v, n) => n));
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
  });

  it('delivers before the API answers when told to', async () => {
    await listen();
    await running.sim('POST', 'webhooks', { before_response: true });
    await pay();
    expect(receiver.received.length).toBeGreaterThanOrEqual(3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(receiver.received.length);
  });

  it('sends an event again', async () => {
    await listen();
    await stripe.customers.create();
    await got(1);
    const event = verified(0);
    await running.sim('POST', `events/${event.id}/resend`);
    await got(2);
    expect(verified(1).id).toBe(event.id);
    const { deliveries } = await running.sim('GET', `deliveries?event=${event.id}`);
    expect(deliveries).toHaveLength(2);
  });

  it('keeps endpoints made through the API apart from the managed ones', async () => {
    await listen();
    const endpoint = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.created'] });
    expect(endpoint.secret).toMatch(/^whsec_/);
    expect((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined();
    await running.sim('PUT', 'webhooks', { endpoints: [] });
    await stripe.customers.create();
    await got(1);
    expect(verified(0, endpoint.secret).type).toBe('customer.created');
    await stripe.webhookEndpoints.update(endpoint.id, { disabled: true });
    await stripe.customers.create();
    await stripe.webhookEndpoints.del(endpoint.id);
    expect((await stripe.webhookEndpoints.list()).data).toHaveLength(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(receiver.received).toHaveLength(1);
  });

  it('follows an app to its new address', async () => {
    await listen(['reset'], { enabled_events: ['customer.created'] });
    await stripe.customers.create();
    await got(1);
    await receiver.close();
    await listen([], { enabled_events: ['customer.created'] });
    await running.sim('POST', 'clock', { advance: HOUR });
    await got(1);
    expect(verified(0).type).toBe('customer.created');
  });
});
