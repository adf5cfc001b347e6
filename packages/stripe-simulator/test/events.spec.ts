import type Stripe from 'stripe';
import { createIntent, refused, RETURN_URL, type Running, start, startReceiver, until } from './support.js';

describe('events', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const types = async (params: Stripe.EventListParams) =>
    (await stripe.events.list({ limit: 100, ...params })).data.map(({ type }) => type);

  it('are retrieved as they were', async () => {
    const customer = await stripe.customers.create({ name: 'Ada' });
    await stripe.customers.update(customer.id, { name: 'Bob' });
    const [updated, created] = (await stripe.events.list({ limit: 2 })).data;
    expect(await stripe.events.retrieve(created?.id ?? '')).toMatchObject({
      id: created?.id,
      data: { object: { id: customer.id, name: 'Ada' } },
      type: 'customer.created',
    });
    expect(updated).toMatchObject({
      data: { object: { name: 'Bob' }, previous_attributes: { name: 'Ada' } },
      type: 'customer.updated',
    });
    expect(await refused(stripe.events.retrieve('evt_nothing'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  it('are filtered by type, types and time', async () => {
    await createIntent(stripe, { confirm: true, payment_method: 'pm_card_visa', return_url: RETURN_URL });
    expect(new Set(await types({ type: 'payment_intent.succeeded' }))).toEqual(new Set(['payment_intent.succeeded']));
    const wild = await types({ type: 'payment_intent.*' });
    expect(new Set(wild)).toEqual(new Set(['payment_intent.created', 'payment_intent.succeeded']));
    const two = await types({ types: ['charge.succeeded', 'customer.created'] });
    expect(new Set(two)).toEqual(new Set(['charge.succeeded', 'customer.created']));
    const { now } = await running.sim('POST', 'clock', { advance: 3_600_000 });
    await stripe.customers.create();
    expect(await types({ created: { gte: Math.floor(now / 1000) } })).toContain('customer.created');
    expect(await types({ created: { gt: Math.floor(now / 1000) + 3600 } })).toEqual([]);
  });

  it('are asked for by type or by types', async () => {
    const both = await refused(stripe.events.list({ type: 'charge.succeeded', types: ['charge.failed'] }));
    expect(both).toMatchObject({ statusCode: 400, param: 'types' });
    const many = Array.from({ length: 21 }, () => 'charge.failed' as const);
    expect((await refused(stripe.events.list({ types: many }))).param).toBe('types');
  });

  it('are filtered by whether all endpoints took them', async () => {
    await running.sim('POST', 'reset', {});
    const [good, bad] = [await startReceiver(), await startReceiver([500])];
    for (const { url } of [good, bad]) await stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
    const customer = await stripe.customers.create();
    await until(() => good.received.length === 1 && bad.received.length === 1);
    await until(async () => (await types({ delivery_success: false })).length === 1);
    expect(await types({ delivery_success: true })).toEqual([]);
    // Stripe's second attempt, a minute later.
    await running.sim('POST', 'clock', { advance: 61_000 });
    await until(async () => (await types({ delivery_success: true })).length === 1);
    expect(await types({ delivery_success: false })).toEqual([]);
    expect((await stripe.events.list({ limit: 1 })).data[0]?.data.object).toMatchObject({ id: customer.id });
    await Promise.all([good.close(), bad.close()]);
  });

  it('that no endpoint will ever take count as not delivered', async () => {
    await running.sim('POST', 'reset', {});
    const receiver = await startReceiver(Array.from({ length: 100 }, () => 500));
    await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.created'] });
    await stripe.customers.create();
    await until(async () => {
      await running.sim('POST', 'clock', { advance: 13 * 3_600_000 });
      return (await stripe.events.list({ limit: 1 })).data[0]?.pending_webhooks === 0;
    });
    expect(await types({ delivery_success: false })).toEqual(['customer.created']);
    await receiver.close();
  });
});
