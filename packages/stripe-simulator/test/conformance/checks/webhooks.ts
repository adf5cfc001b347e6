import type Stripe from 'stripe';
import { createIntent, refused, startReceiver, until } from '../../support.js';
import { type Entry, group } from '../check.js';
import { chargeOf, confirm, hold, open, pay } from '../payments.js';
import { eventually, type Target, unique, uniqueEmail } from '../target.js';

const TYPES = 'api/events/types';
const ENDPOINTS = 'api/webhook_endpoints';
const LOCAL = 'Stripe does not deliver to an address of this machine';

/** The event of this type about this object, as soon as it is there. */
function eventAbout(target: Target, type: string, about: string): Promise<Stripe.Event> {
  return eventually(target, async () => {
    const { data } = await target.stripe.events.list({ type, limit: 100 });
    const found = data.find((event) => 'id' in event.data.object && event.data.object.id === about);
    if (found === undefined) throw new Error(`no ${type} about ${about}`);
    return found;
  });
}

/** Types that nothing in these checks sets off: the endpoint is never called. */
const QUIET: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = ['invoice.paid'];

async function withEndpoint(
  target: Target,
  use: (endpoint: Stripe.WebhookEndpoint) => Promise<void>,
  url = `https://example.com/${unique()}`,
  enabled_events = QUIET,
): Promise<void> {
  const endpoint = await target.stripe.webhookEndpoints.create({ url, enabled_events });
  try {
    await use(endpoint);
  } finally {
    await target.stripe.webhookEndpoints.del(endpoint.id);
  }
}

/** A receiver on this machine that an endpoint of the target calls for new customers. */
async function listening(
  target: Target,
  answers: number[],
  use: (receiver: Awaited<ReturnType<typeof startReceiver>>, secret: string) => Promise<void>,
): Promise<void> {
  const receiver = await startReceiver(answers);
  try {
    await withEndpoint(target, ({ secret }) => use(receiver, String(secret)), receiver.url, ['customer.created']);
  } finally {
    await receiver.close();
  }
}

const ENTRIES: Entry[] = [
  [
    'WEB-01',
    'a payment is told by payment_intent.created, charge.succeeded and payment_intent.succeeded',
    TYPES,
    async (t) => {
      const paid = await pay(t, 'pm_card_visa');
      await eventAbout(t, 'payment_intent.created', paid.id);
      await eventAbout(t, 'payment_intent.succeeded', paid.id);
      await eventAbout(t, 'charge.succeeded', (await chargeOf(t, paid)).id);
    },
  ],
  [
    'WEB-02',
    'a decline is told by charge.failed and payment_intent.payment_failed',
    TYPES,
    async (t) => {
      const { id } = await open(t);
      const error = await refused(confirm(t, id, 'pm_card_visa_chargeDeclined'));
      await eventAbout(t, 'charge.failed', String(error.charge));
      const event = await eventAbout(t, 'payment_intent.payment_failed', id);
      expect(event.data.object).toMatchObject({ last_payment_error: { code: 'card_declined' } });
    },
  ],
  [
    'WEB-03',
    'an event has an id, a type, a time, an API version and its object',
    'api/events/object',
    async (t) => {
      const { id } = await t.stripe.customers.create();
      const event = await eventAbout(t, 'customer.created', id);
      expect(event).toMatchObject({ object: 'event', type: 'customer.created', livemode: false });
      expect(event.id).toMatch(/^evt_/);
      expect(event.created).toBeGreaterThan(1_600_000_000);
      expect(typeof event.api_version).toBe('string');
      expect(event.data.object).toMatchObject({ id, object: 'customer' });
    },
  ],
  [
    'WEB-04',
    'an event shows its object as it was then',
    'api/events/object#event_object-data-object',
    async (t) => {
      const { id } = await t.stripe.customers.create({ name: 'Ada' });
      await t.stripe.customers.update(id, { name: 'Bob' });
      expect((await eventAbout(t, 'customer.created', id)).data.object).toMatchObject({ name: 'Ada' });
    },
  ],
  [
    'WEB-05',
    'an update tells the previous values of what changed',
    'api/events/object#event_object-data-previous_attributes',
    async (t) => {
      const { id } = await t.stripe.customers.create({ name: 'Ada', description: 'kept' });
      await t.stripe.customers.update(id, { name: 'Bob' });
      const event = await eventAbout(t, 'customer.updated', id);
      expect(event.data.object).toMatchObject({ name: 'Bob' });
      expect(event.data.previous_attributes).toEqual({ name: 'Ada' });
    },
  ],
  [
    'WEB-06',
    'an event names the request and its idempotency key',
    'api/events/object#event_object-request',
    async (t) => {
      const idempotencyKey = unique();
      const customer = await t.stripe.customers.create({}, { idempotencyKey });
      const event = await eventAbout(t, 'customer.created', customer.id);
      expect(event.request).toEqual({ id: customer.lastResponse.requestId, idempotency_key: idempotencyKey });
    },
  ],
  [
    'WEB-07',
    'a replay sets off no second event',
    'api/idempotent_requests',
    async (t) => {
      const idempotencyKey = unique();
      const create = () => t.stripe.customers.create({}, { idempotencyKey });
      const { id } = await create();
      await create();
      await eventAbout(t, 'customer.created', id);
      const later = await t.stripe.customers.create();
      await eventAbout(t, 'customer.created', later.id);
      const { data } = await t.stripe.events.list({ type: 'customer.created', limit: 100 });
      expect(data.filter(({ data: { object } }) => 'id' in object && object.id === id)).toHaveLength(1);
    },
  ],
  [
    'WEB-08',
    'a refund is told by refund.created and charge.refunded',
    TYPES,
    async (t) => {
      const paid = await pay(t, 'pm_card_visa');
      const refund = await t.stripe.refunds.create({ payment_intent: paid.id });
      await eventAbout(t, 'refund.created', refund.id);
      const event = await eventAbout(t, 'charge.refunded', (await chargeOf(t, paid)).id);
      expect(event.data.object).toMatchObject({ amount_refunded: 1999, refunded: true });
    },
  ],
  [
    'WEB-09',
    'a hold is told by payment_intent.amount_capturable_updated, its capture by charge.captured',
    TYPES,
    async (t) => {
      const intent = await hold(t);
      await eventAbout(t, 'payment_intent.amount_capturable_updated', intent.id);
      await t.stripe.paymentIntents.capture(intent.id);
      await eventAbout(t, 'charge.captured', (await chargeOf(t, intent)).id);
    },
  ],
  [
    'WEB-10',
    'a cancel is told by payment_intent.canceled',
    TYPES,
    async (t) => {
      const { id } = await open(t);
      await t.stripe.paymentIntents.cancel(id);
      const event = await eventAbout(t, 'payment_intent.canceled', id);
      expect(event.data.object).toMatchObject({ status: 'canceled' });
    },
  ],
  [
    'WEB-11',
    '3-D Secure is told by payment_intent.requires_action',
    TYPES,
    async (t) => {
      const { id } = await pay(t, 'pm_card_threeDSecure2Required');
      await eventAbout(t, 'payment_intent.requires_action', id);
    },
  ],
  [
    'WEB-12',
    'attaching and detaching a card are told by payment_method.attached and .detached',
    TYPES,
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const { id } = await t.stripe.paymentMethods.attach('pm_card_visa', { customer });
      await t.stripe.paymentMethods.detach(id);
      expect((await eventAbout(t, 'payment_method.attached', id)).data.object).toMatchObject({ customer });
      expect((await eventAbout(t, 'payment_method.detached', id)).data.object).toMatchObject({ customer: null });
    },
  ],
  [
    'WEB-13',
    'a SetupIntent is told by setup_intent.created and setup_intent.succeeded',
    TYPES,
    async (t) => {
      const { id } = await t.stripe.setupIntents.create({
        payment_method: 'pm_card_visa',
        confirm: true,
        return_url: 'https://example.com/back',
      });
      await eventAbout(t, 'setup_intent.created', id);
      await eventAbout(t, 'setup_intent.succeeded', id);
    },
  ],
  [
    'WEB-23',
    'a dispute is told by charge.dispute.created, its end by charge.dispute.closed',
    TYPES,
    async (t) => {
      const { id: payment_intent } = await pay(t, 'pm_card_createDispute');
      const dispute = await eventually(t, async () => {
        const { data } = await t.stripe.disputes.list({ payment_intent });
        if (data[0] === undefined) throw new Error(`${payment_intent} is not disputed`);
        return data[0];
      });
      await eventAbout(t, 'charge.dispute.created', dispute.id);
      await t.stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'losing_evidence' }, submit: true });
      const event = await eventAbout(t, 'charge.dispute.closed', dispute.id);
      expect(event.data.object).toMatchObject({ status: 'lost' });
    },
  ],
  [
    'WEB-24',
    'a Checkout Session that expires is told by checkout.session.expired',
    TYPES,
    async (t) => {
      const { id } = await t.stripe.checkout.sessions.create({
        mode: 'setup',
        currency: 'usd',
        success_url: 'https://example.com/back',
      });
      await t.stripe.checkout.sessions.expire(id);
      await eventAbout(t, 'checkout.session.expired', id);
    },
  ],
  [
    'WEB-14',
    'an event can be looked up by its id',
    'api/events/retrieve',
    async (t) => {
      const { id } = await t.stripe.customers.create();
      const event = await eventAbout(t, 'customer.created', id);
      expect((await t.stripe.events.retrieve(event.id)).data).toEqual(event.data);
    },
  ],
  [
    'WEB-15',
    'events are listed by types',
    'api/events/list#list_events-types',
    async (t) => {
      const { id } = await t.stripe.customers.create();
      await t.stripe.customers.del(id);
      await eventAbout(t, 'customer.deleted', id);
      const types = ['customer.created', 'customer.deleted'];
      const { data } = await t.stripe.events.list({ types, limit: 100 });
      for (const { type } of data) expect(types).toContain(type);
      const about = data.filter(({ data: { object } }) => 'id' in object && object.id === id);
      expect(about.map(({ type }) => type).sort()).toEqual(types);
    },
  ],
  [
    'WEB-16',
    'a new endpoint is enabled and tells its secret, once',
    `${ENDPOINTS}/create`,
    async (t) => {
      await withEndpoint(t, async (endpoint) => {
        expect(endpoint).toMatchObject({ object: 'webhook_endpoint', status: 'enabled', enabled_events: QUIET });
        expect(endpoint.secret).toMatch(/^whsec_/);
        expect((await t.stripe.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined();
      });
    },
  ],
  [
    'WEB-17',
    'an endpoint can be changed and disabled',
    `${ENDPOINTS}/update`,
    async (t) => {
      await withEndpoint(t, async ({ id }) => {
        const updated = await t.stripe.webhookEndpoints.update(id, {
          enabled_events: ['invoice.voided'],
          disabled: true,
          metadata: { a: '1' },
        });
        expect(updated).toMatchObject({ enabled_events: ['invoice.voided'], status: 'disabled', metadata: { a: '1' } });
      });
    },
  ],
  [
    'WEB-18',
    'a deleted endpoint is gone',
    `${ENDPOINTS}/delete`,
    async (t) => {
      const { id } = await t.stripe.webhookEndpoints.create({
        url: `https://example.com/${unique()}`,
        enabled_events: QUIET,
      });
      expect(await t.stripe.webhookEndpoints.del(id)).toMatchObject({ id, deleted: true });
      expect((await refused(t.stripe.webhookEndpoints.retrieve(id))).statusCode).toBe(404);
    },
  ],
  [
    'WEB-19',
    'an endpoint without a URL or without events is refused',
    `${ENDPOINTS}/create`,
    async (t) => {
      const noUrl = await t.send('/v1/webhook_endpoints', { 'enabled_events[]': 'invoice.paid' });
      expect([noUrl.status, noUrl.body['error'].param]).toEqual([400, 'url']);
      const noEvents = await t.send('/v1/webhook_endpoints', { url: 'https://example.com/hook' });
      expect([noEvents.status, noEvents.body['error'].param]).toEqual([400, 'enabled_events']);
    },
  ],
  [
    'WEB-20',
    'a delivery is signed with the endpoint’s secret: constructEvent takes it, and nothing that was changed',
    'webhooks/signature',
    (t) =>
      listening(t, [], async (receiver, secret) => {
        const { id } = await t.stripe.customers.create();
        await until(() => receiver.received.length > 0);
        const { body, headers } = receiver.received[0] ?? { body: '', headers: {} };
        const signature = String(headers['stripe-signature']);
        const { now } = await t.control('clock', {});
        const read = (text: string) =>
          t.stripe.webhooks.constructEvent(text, signature, secret, 300, undefined, Math.floor(Number(now) / 1000));
        expect(read(body).data.object).toMatchObject({ id });
        expect(() => read(body.replace(id, 'cus_other'))).toThrow('No signatures found');
      }),
    LOCAL,
  ],
  [
    'WEB-21',
    'a delivery that is not answered with 2xx comes again, signed at its own time',
    'webhooks#retries',
    (t) =>
      listening(t, [500], async (receiver) => {
        await t.stripe.customers.create();
        await until(() => receiver.received.length === 1);
        // The first attempt's answer has to be in the books before the clock makes the second one due.
        await new Promise((resolve) => setTimeout(resolve, 200));
        await t.control('clock', { advance: 3_600_000 });
        await until(() => receiver.received.length === 2);
        const [first, second] = receiver.received;
        expect(second?.body).toBe(first?.body);
        expect(second?.headers['stripe-signature']).not.toBe(first?.headers['stripe-signature']);
      }),
    LOCAL,
  ],
  [
    'WEB-22',
    'only the types that an endpoint asked for are delivered',
    `${ENDPOINTS}/create#create_webhook_endpoint-enabled_events`,
    (t) =>
      listening(t, [], async (receiver) => {
        await createIntent(t.stripe);
        await t.stripe.customers.create({ email: uniqueEmail() });
        await until(() => receiver.received.length > 0);
        expect(receiver.types()).toEqual(['customer.created']);
      }),
    LOCAL,
  ],
];

export const webhooks = group('webhooks', ENTRIES);
