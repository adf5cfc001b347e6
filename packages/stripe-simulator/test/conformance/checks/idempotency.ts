import { refused } from '../../support.js';
import { type Entry, group } from '../check.js';
import { BACK, chargeOf, confirm, hold, open, pay } from '../payments.js';
import { type Answer, type Target, unique, uniqueEmail } from '../target.js';

const KEYS = 'api/idempotent_requests';
const LOW = 'error-low-level';
const HOUR = 3_600_000;
const CLOCK = 'the clock has to move by a day';
const FAULT = 'the answer has to go wrong on demand';

function createCustomer(target: Target, idempotencyKey: string, form: Record<string, string>) {
  return target.send('/v1/customers', form, { idempotencyKey });
}

function expectReplayed(answer: Answer, first: Answer): void {
  expect(answer.status).toBe(first.status);
  expect(answer.text).toBe(first.text);
  expect(answer.headers.get('idempotent-replayed')).toBe('true');
}

function expectFresh(answer: Answer): void {
  expect(answer.status).toBe(200);
  expect(answer.headers.get('idempotent-replayed')).toBeNull();
}

function expectMismatch(answer: Answer): void {
  expect(answer.status).toBe(400);
  expect(answer.body['error'].type).toBe('idempotency_error');
}

function fault(target: Target, keyPrefix: string, action: Record<string, unknown>) {
  return target.control('faults', { match: { keyPrefix }, action });
}

const ENTRIES: Entry[] = [
  [
    'IDM-01',
    'a repeated create makes one object',
    KEYS,
    async (t) => {
      const [key, email] = [unique(), uniqueEmail()];
      const create = () => t.stripe.customers.create({ email }, { idempotencyKey: key });
      const [first, second] = [await create(), await create()];
      expect(second.id).toBe(first.id);
      expect((await t.stripe.customers.list({ email })).data.map(({ id }) => id)).toEqual([first.id]);
    },
  ],
  [
    'IDM-02',
    'a replay is the first answer byte for byte, as often as asked',
    KEYS,
    async (t) => {
      const [key, form] = [unique(), { email: uniqueEmail(), 'metadata[order]': '7' }];
      const first = await createCustomer(t, key, form);
      for (let n = 0; n < 3; n++) expect((await createCustomer(t, key, form)).text).toBe(first.text);
    },
  ],
  [
    'IDM-03',
    'a replay is marked Idempotent-Replayed: true, the first answer is not',
    LOW,
    async (t) => {
      const [key, form] = [unique(), { email: uniqueEmail() }];
      expectFresh(await createCustomer(t, key, form));
      expect((await createCustomer(t, key, form)).headers.get('idempotent-replayed')).toBe('true');
    },
  ],
  [
    'IDM-04',
    'a replay has a request id of its own',
    'api/request_ids',
    async (t) => {
      const [key, form] = [unique(), { email: uniqueEmail() }];
      const ids = [await createCustomer(t, key, form), await createCustomer(t, key, form)].map(({ headers }) =>
        headers.get('request-id'),
      );
      expect(ids[0]).toMatch(/^req_/);
      expect(ids[1]).toMatch(/^req_/);
      expect(ids[1]).not.toBe(ids[0]);
    },
  ],
  [
    'IDM-05',
    'a replay shows the object as it was, whatever happened since',
    KEYS,
    async (t) => {
      const [key, form] = [unique(), { email: uniqueEmail(), name: 'Ada' }];
      const first = await createCustomer(t, key, form);
      await t.stripe.customers.update(String(first.body['id']), { name: 'Bob' });
      expectReplayed(await createCustomer(t, key, form), first);
    },
  ],
  [
    'IDM-06',
    'another value of a parameter under a used key is an idempotency_error',
    KEYS,
    async (t) => {
      const key = unique();
      await createCustomer(t, key, { email: uniqueEmail() });
      expectMismatch(await createCustomer(t, key, { email: uniqueEmail() }));
    },
  ],
  [
    'IDM-07',
    'one parameter more under a used key is an idempotency_error',
    KEYS,
    async (t) => {
      const [key, email] = [unique(), uniqueEmail()];
      await createCustomer(t, key, { email });
      expectMismatch(await createCustomer(t, key, { email, name: 'Ada' }));
    },
  ],
  [
    'IDM-08',
    'one parameter less under a used key is an idempotency_error',
    KEYS,
    async (t) => {
      const [key, email] = [unique(), uniqueEmail()];
      await createCustomer(t, key, { email, name: 'Ada' });
      expectMismatch(await createCustomer(t, key, { email }));
    },
  ],
  [
    'IDM-09',
    'another value inside a hash under a used key is an idempotency_error',
    KEYS,
    async (t) => {
      const [key, email] = [unique(), uniqueEmail()];
      await createCustomer(t, key, { email, 'metadata[order]': '7' });
      expectMismatch(await createCustomer(t, key, { email, 'metadata[order]': '8' }));
    },
  ],
  [
    'IDM-10',
    'the SDK throws StripeIdempotencyError for it, and the first object is as it was',
    'error-handling',
    async (t) => {
      const [key, email] = [unique(), uniqueEmail()];
      const first = await t.stripe.customers.create({ email, name: 'Ada' }, { idempotencyKey: key });
      const error = await refused(t.stripe.customers.create({ email, name: 'Bob' }, { idempotencyKey: key }));
      expect(error.type).toBe('StripeIdempotencyError');
      expect(await t.stripe.customers.retrieve(first.id)).toMatchObject({ name: 'Ada' });
    },
  ],
  [
    'IDM-11',
    'another endpoint under a used key is an idempotency_error',
    LOW,
    async (t) => {
      const key = unique();
      await createCustomer(t, key, { description: 'x' });
      expectMismatch(await t.send('/v1/setup_intents', { description: 'x' }, { idempotencyKey: key }));
    },
  ],
  [
    'IDM-12',
    'the same operation on another object under a used key is an idempotency_error',
    LOW,
    async (t) => {
      const [key, form] = [unique(), { name: 'Ada' }];
      const [one, two] = [await t.stripe.customers.create(), await t.stripe.customers.create()];
      await t.send(`/v1/customers/${one.id}`, form, { idempotencyKey: key });
      expectMismatch(await t.send(`/v1/customers/${two.id}`, form, { idempotencyKey: key }));
      expect(await t.stripe.customers.retrieve(two.id)).toMatchObject({ name: null });
    },
  ],
  [
    'IDM-13',
    'a declined confirm is saved: the same 402, with the PaymentIntent as it was',
    LOW,
    async (t) => {
      const { id } = await open(t);
      const key = unique();
      const decline = () =>
        t.send(
          `/v1/payment_intents/${id}/confirm`,
          { payment_method: 'pm_card_visa_chargeDeclined', return_url: BACK },
          { idempotencyKey: key },
        );
      const first = await decline();
      expect(first.status).toBe(402);
      await t.stripe.paymentIntents.cancel(id);
      const second = await decline();
      expectReplayed(second, first);
      expect(second.body['error'].payment_intent.status).toBe('requires_payment_method');
    },
  ],
  [
    'IDM-14',
    'another card under the key of a declined confirm is an idempotency_error',
    LOW,
    async (t) => {
      const { id } = await open(t);
      const key = unique();
      const attempt = (payment_method: string) =>
        t.send(`/v1/payment_intents/${id}/confirm`, { payment_method, return_url: BACK }, { idempotencyKey: key });
      expect((await attempt('pm_card_visa_chargeDeclined')).status).toBe(402);
      expectMismatch(await attempt('pm_card_visa'));
      expect((await t.stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
    },
  ],
  [
    'IDM-15',
    'parameters that fail validation are not saved: the key is good for the corrected request',
    KEYS,
    async (t) => {
      const key = unique();
      const create = (form: Record<string, string>) => t.send('/v1/payment_intents', form, { idempotencyKey: key });
      expect((await create({ currency: 'usd' })).status).toBe(400);
      expect((await create({ currency: 'usd', amount: 'ten' })).status).toBe(400);
      expectFresh(await create({ currency: 'usd', amount: '1999' }));
    },
  ],
  [
    'IDM-16',
    'a request with an invalid API key is not saved',
    LOW,
    async (t) => {
      const [idempotencyKey, form] = [unique(), { email: uniqueEmail() }];
      const refusal = await t.send('/v1/customers', form, { idempotencyKey, key: '' });
      expect(refusal.status).toBe(401);
      expectFresh(await createCustomer(t, idempotencyKey, form));
    },
  ],
  [
    'IDM-17',
    'a key may have 255 characters',
    KEYS,
    async (t) => {
      const [key, form] = [unique().padEnd(255, 'x'), { email: uniqueEmail() }];
      const first = await createCustomer(t, key, form);
      expectFresh(first);
      expectReplayed(await createCustomer(t, key, form), first);
    },
  ],
  [
    'IDM-18',
    'a key of 256 characters is refused, and nothing is made',
    KEYS,
    async (t) => {
      const email = uniqueEmail();
      expect((await createCustomer(t, unique().padEnd(256, 'x'), { email })).status).toBe(400);
      expect((await t.stripe.customers.list({ email })).data).toEqual([]);
    },
  ],
  [
    'IDM-19',
    'GET takes no notice of a key: it tells what is now',
    LOW,
    async (t) => {
      const customer = await t.stripe.customers.create({ name: 'Ada' });
      const idempotencyKey = unique();
      const get = () => t.send(`/v1/customers/${customer.id}`, undefined, { idempotencyKey });
      expect((await get()).body['name']).toBe('Ada');
      await t.stripe.customers.update(customer.id, { name: 'Bob' });
      const again = await get();
      expectFresh(again);
      expect(again.body['name']).toBe('Bob');
    },
  ],
  [
    'IDM-20',
    'a key that a GET carried is still unused for a POST',
    LOW,
    async (t) => {
      const key = unique();
      await t.send('/v1/customers?limit=1', undefined, { idempotencyKey: key });
      expectFresh(await createCustomer(t, key, { email: uniqueEmail() }));
    },
  ],
  [
    'IDM-21',
    'DELETE takes no notice of a key: the second one finds nothing',
    LOW,
    async (t) => {
      const customer = await t.stripe.customers.create();
      const idempotencyKey = unique();
      const remove = () => t.send(`/v1/customers/${customer.id}`, undefined, { idempotencyKey }, 'DELETE');
      expect((await remove()).body['deleted']).toBe(true);
      expect((await remove()).status).toBe(404);
    },
  ],
  [
    'IDM-22',
    'five requests at once under one key make one object; whoever is too early gets 409',
    LOW,
    async (t) => {
      const [key, email] = [unique(), uniqueEmail()];
      const answers = await Promise.all(Array.from({ length: 5 }, () => createCustomer(t, key, { email })));
      const good = answers.filter(({ status }) => status === 200);
      expect(good.length).toBeGreaterThan(0);
      expect(new Set(good.map(({ text }) => text)).size).toBe(1);
      for (const { status } of answers) expect([200, 409]).toContain(status);
      expect((await t.stripe.customers.list({ email })).data).toHaveLength(1);
    },
  ],
  [
    'IDM-23',
    'other keys, or none, make other objects of the same parameters',
    KEYS,
    async (t) => {
      const email = uniqueEmail();
      const made = [
        await createCustomer(t, unique(), { email }),
        await createCustomer(t, unique(), { email }),
        await t.send('/v1/customers', { email }),
        await t.send('/v1/customers', { email }),
      ];
      for (const answer of made) expectFresh(answer);
      expect(new Set(made.map(({ body }) => body['id'])).size).toBe(4);
    },
  ],
  [
    'IDM-24',
    'a repeated confirm charges once',
    KEYS,
    async (t) => {
      const { id } = await open(t);
      const form = { payment_method: 'pm_card_visa', return_url: BACK };
      const idempotencyKey = unique();
      const first = await t.send(`/v1/payment_intents/${id}/confirm`, form, { idempotencyKey });
      expect(first.body['status']).toBe('succeeded');
      expectReplayed(await t.send(`/v1/payment_intents/${id}/confirm`, form, { idempotencyKey }), first);
      expect((await t.stripe.charges.list({ payment_intent: id })).data).toHaveLength(1);
    },
  ],
  [
    'IDM-25',
    'a repeated capture is answered as the first, not as a second one',
    KEYS,
    async (t) => {
      const { id } = await hold(t);
      const key = unique();
      const capture = () => t.stripe.paymentIntents.capture(id, { amount_to_capture: 1500 }, { idempotencyKey: key });
      expect((await capture()).amount_received).toBe(1500);
      expect((await capture()).amount_received).toBe(1500);
    },
  ],
  [
    'IDM-26',
    'a repeated refund gives the money back once',
    KEYS,
    async (t) => {
      const paid = await pay(t, 'pm_card_visa');
      const key = unique();
      const refund = () => t.stripe.refunds.create({ payment_intent: paid.id, amount: 500 }, { idempotencyKey: key });
      expect((await refund()).id).toBe((await refund()).id);
      expect((await chargeOf(t, paid)).amount_refunded).toBe(500);
    },
  ],
  [
    'IDM-27',
    'a repeated cancel is answered as the first, though the PaymentIntent is canceled by now',
    KEYS,
    async (t) => {
      const { id } = await open(t);
      const idempotencyKey = unique();
      const first = await t.send(`/v1/payment_intents/${id}/cancel`, {}, { idempotencyKey });
      expect(first.body['status']).toBe('canceled');
      expectReplayed(await t.send(`/v1/payment_intents/${id}/cancel`, {}, { idempotencyKey }), first);
    },
  ],
  [
    'IDM-28',
    'two attempts under two keys are two attempts',
    KEYS,
    async (t) => {
      const { id } = await open(t);
      const attempt = () =>
        refused(
          t.stripe.paymentIntents.confirm(
            id,
            { payment_method: 'pm_card_visa_chargeDeclined', return_url: BACK },
            { idempotencyKey: unique() },
          ),
        );
      expect((await attempt()).charge).not.toBe((await attempt()).charge);
      expect((await confirm(t, id, 'pm_card_visa')).status).toBe('succeeded');
    },
  ],
  [
    'IDM-29',
    'while the first request is under way, a second one gets 409',
    'error-codes#idempotency-key-in-use',
    async (t) => {
      const [key, form] = [unique(), { email: uniqueEmail() }];
      const { id } = await fault(t, key, { type: 'hold' });
      const first = createCustomer(t, key, form);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const second = await createCustomer(t, key, form);
      await t.control('faults/release', { id });
      expect(second.status).toBe(409);
      expect(second.body['error'].code).toBe('idempotency_key_in_use');
      expectFresh(await first);
    },
    'a request has to be held open',
  ],
  [
    'IDM-30',
    'that 409 is not saved: once the first is answered, a repeat is its replay',
    KEYS,
    async (t) => {
      const [key, form] = [unique(), { email: uniqueEmail() }];
      const { id } = await fault(t, key, { type: 'hold' });
      const first = createCustomer(t, key, form);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await createCustomer(t, key, form);
      await t.control('faults/release', { id });
      expectReplayed(await createCustomer(t, key, form), await first);
    },
    'a request has to be held open',
  ],
  [
    'IDM-31',
    'a 500 is saved: a repeat gives the same 500',
    LOW,
    async (t) => {
      const [key, form] = [unique(), { email: uniqueEmail() }];
      await fault(t, key, { type: 'status', status: 500 });
      const first = await createCustomer(t, key, form);
      expect(first.status).toBe(500);
      expectReplayed(await createCustomer(t, key, form), first);
    },
    FAULT,
  ],
  [
    'IDM-32',
    'a 500 after the effect is replayed too; the effect is there once',
    LOW,
    async (t) => {
      const [key, email] = [unique(), uniqueEmail()];
      await fault(t, key, { type: 'status', status: 500, when: 'after' });
      expect((await createCustomer(t, key, { email })).status).toBe(500);
      expect((await createCustomer(t, key, { email })).status).toBe(500);
      expect((await t.stripe.customers.list({ email })).data).toHaveLength(1);
    },
    FAULT,
  ],
  [
    'IDM-33',
    'a 429 is not saved: rate limits stand in front of the keys',
    LOW,
    async (t) => {
      const [key, form] = [unique(), { email: uniqueEmail() }];
      await fault(t, key, { type: 'status', status: 429 });
      expect((await createCustomer(t, key, form)).status).toBe(429);
      expectFresh(await createCustomer(t, key, form));
    },
    FAULT,
  ],
  [
    'IDM-34',
    'an answer that was lost on the way is there for the retry',
    LOW,
    async (t) => {
      const [key, email] = [unique(), uniqueEmail()];
      await fault(t, key, { type: 'reset_after' });
      await expect(createCustomer(t, key, { email })).rejects.toThrow('fetch failed');
      const second = await createCustomer(t, key, { email });
      expect(second.headers.get('idempotent-replayed')).toBe('true');
      expect((await t.stripe.customers.list({ email })).data.map(({ id }) => id)).toEqual([second.body['id']]);
    },
    FAULT,
  ],
  [
    'IDM-35',
    'a request that never arrived is executed by its retry',
    LOW,
    async (t) => {
      const [key, email] = [unique(), uniqueEmail()];
      await fault(t, key, { type: 'reset_before' });
      await expect(createCustomer(t, key, { email })).rejects.toThrow('fetch failed');
      expectFresh(await createCustomer(t, key, { email }));
    },
    FAULT,
  ],
  [
    'IDM-36',
    'a key is remembered for 24 hours',
    LOW,
    async (t) => {
      const [key, form] = [unique(), { email: uniqueEmail() }];
      const first = await createCustomer(t, key, form);
      await t.control('clock', { advance: 24 * HOUR - 60_000 });
      expectReplayed(await createCustomer(t, key, form), first);
    },
    CLOCK,
  ],
  [
    'IDM-37',
    'a key used again after more than 24 hours is a new request, with other parameters too',
    KEYS,
    async (t) => {
      const key = unique();
      const first = await createCustomer(t, key, { email: uniqueEmail() });
      await t.control('clock', { advance: 24 * HOUR + 60_000 });
      const later = await createCustomer(t, key, { email: uniqueEmail() });
      expectFresh(later);
      expect(later.body['id']).not.toBe(first.body['id']);
    },
    'the clock has to move by a day, and Stripe only says "at least 24 hours"',
  ],
];

export const idempotency = group('idempotency', ENTRIES);
