import { API_VERSION, refused } from '../../support.js';
import { type Entry, group } from '../check.js';
import { open, pay } from '../payments.js';
import type { Answer, Target } from '../target.js';
import { uniqueEmail } from '../target.js';

const ERRORS = 'api/errors';
const CODES = 'error-codes';
const METADATA = 'api/metadata';

type Form = Record<string, string>;

const GOOD: Form = { amount: '1999', currency: 'usd' };

function createIntent(target: Target, form: Form): Promise<Answer> {
  return target.send('/v1/payment_intents', form);
}

/** PaymentIntents that are refused, and what the error says. */
const REFUSED: [id: string, title: string, doc: string, form: Form, error: { code?: string; param?: string }][] = [
  [
    'ERR-01',
    'a parameter that is missing: parameter_missing, and which',
    `${CODES}#parameter-missing`,
    { currency: 'usd' },
    { code: 'parameter_missing', param: 'amount' },
  ],
  [
    'ERR-02',
    'a parameter that does not exist: parameter_unknown, and which',
    `${CODES}#parameter-unknown`,
    { ...GOOD, amont: '1' },
    { code: 'parameter_unknown', param: 'amont' },
  ],
  [
    'ERR-03',
    'a decimal amount: parameter_invalid_integer',
    `${CODES}#parameter-invalid-integer`,
    { ...GOOD, amount: '19.99' },
    { code: 'parameter_invalid_integer', param: 'amount' },
  ],
  [
    'ERR-04',
    'an amount that is no number: parameter_invalid_integer',
    `${CODES}#parameter-invalid-integer`,
    { ...GOOD, amount: 'ten' },
    { code: 'parameter_invalid_integer', param: 'amount' },
  ],
  [
    'ERR-05',
    'a negative amount is refused',
    'api/payment_intents/create#create_payment_intent-amount',
    { ...GOOD, amount: '-1' },
    { param: 'amount' },
  ],
  [
    'ERR-06',
    'less than the minimum: amount_too_small',
    `${CODES}#amount-too-small`,
    { ...GOOD, amount: '10' },
    { code: 'amount_too_small', param: 'amount' },
  ],
  [
    'ERR-07',
    'more than eight digits: amount_too_large',
    `${CODES}#amount-too-large`,
    { ...GOOD, amount: '100000000' },
    { code: 'amount_too_large', param: 'amount' },
  ],
  ['ERR-08', 'a currency that does not exist', 'currencies', { ...GOOD, currency: 'xxx' }, { param: 'currency' }],
  [
    'ERR-09',
    'a value that is no choice',
    'api/payment_intents/create#create_payment_intent-capture_method',
    { ...GOOD, capture_method: 'later' },
    { param: 'capture_method' },
  ],
  [
    'ERR-10',
    'a customer that does not exist, in a parameter: 400 resource_missing',
    `${CODES}#resource-missing`,
    { ...GOOD, customer: 'cus_nothing' },
    { code: 'resource_missing', param: 'customer' },
  ],
  [
    'ERR-11',
    'a metadata value longer than 500 characters',
    METADATA,
    { ...GOOD, 'metadata[note]': 'x'.repeat(501) },
    {},
  ],
  [
    'ERR-12',
    'a metadata key longer than 40 characters',
    METADATA,
    { ...GOOD, [`metadata[${'k'.repeat(41)}]`]: 'x' },
    {},
  ],
  [
    'ERR-13',
    'more than 50 metadata keys',
    METADATA,
    { ...GOOD, ...Object.fromEntries(Array.from({ length: 51 }, (_v, n) => [`metadata[key${n}]`, 'x'])) },
    {},
  ],
  ['ERR-14', 'a property that cannot be expanded', 'api/expanding_objects', { ...GOOD, 'expand[]': 'amount' }, {}],
  [
    'ERR-15',
    'an expansion deeper than four levels',
    'api/expanding_objects',
    { ...GOOD, 'expand[]': 'latest_charge.payment_intent.latest_charge.payment_intent.customer' },
    {},
  ],
];

/** Objects that do not exist. */
const MISSING: [id: string, path: string][] = [
  ['ERR-21', '/v1/payment_intents/pi_nothing'],
  ['ERR-22', '/v1/customers/cus_nothing'],
  ['ERR-23', '/v1/charges/ch_nothing'],
  ['ERR-24', '/v1/refunds/re_nothing'],
  ['ERR-25', '/v1/setup_intents/seti_nothing'],
];

const ENTRIES: Entry[] = [
  ...REFUSED.map(([id, title, doc, form, expected]): Entry => [
    id,
    title,
    doc,
    async (t) => {
      const { status, body } = await createIntent(t, form);
      expect(status).toBe(400);
      expect(body['error']).toMatchObject({ type: 'invalid_request_error', ...expected });
      expect(body['error'].message.length).toBeGreaterThan(10);
    },
  ]),
  ...MISSING.map(([id, path]): Entry => [
    id,
    `${path} does not exist: 404 resource_missing`,
    `${CODES}#resource-missing`,
    async (t) => {
      const { status, body } = await t.send(path);
      expect(status).toBe(404);
      expect(body['error']).toMatchObject({ type: 'invalid_request_error', code: 'resource_missing' });
    },
  ]),
  [
    'ERR-26',
    'what does not exist cannot be deleted: 404',
    'api/customers/delete',
    async (t) => {
      expect((await t.send('/v1/customers/cus_nothing', undefined, {}, 'DELETE')).status).toBe(404);
    },
  ],
  [
    'ERR-27',
    'a URL that does not exist: 404 invalid_request_error',
    ERRORS,
    async (t) => {
      const { status, body } = await t.send('/v1/nothing_of_the_kind');
      expect(status).toBe(404);
      expect(body['error'].type).toBe('invalid_request_error');
    },
  ],
  [
    'ERR-31',
    'no API key: 401',
    'api/authentication',
    async (t) => {
      const { status, body } = await t.send('/v1/customers', undefined, { key: '' });
      expect(status).toBe(401);
      expect(body['error'].type).toBe('invalid_request_error');
    },
  ],
  [
    'ERR-32',
    'a key that Stripe never gave out: 401, and the key is not repeated',
    'api/authentication',
    async (t) => {
      const key = 'sk_live_0123456789abcdefghijklmn';
      const answer = await t.send('/v1/customers', undefined, { key });
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain(key);
    },
  ],
  [
    'ERR-33',
    'an error with a code has the page that explains it',
    `${ERRORS}#errors-doc_url`,
    async (t) => {
      const { body } = await createIntent(t, { currency: 'usd' });
      expect(body['error'].doc_url).toBe('https://stripe.com/docs/error-codes/parameter-missing');
    },
  ],
  [
    'ERR-34',
    'every answer has a request id of its own, errors too; the SDK tells it',
    'api/request_ids',
    async (t) => {
      const good = await open(t);
      const bad = await refused(t.stripe.customers.retrieve('cus_nothing'));
      expect(good.lastResponse.requestId).toMatch(/^req_/);
      expect(bad.requestId).toMatch(/^req_/);
      expect(bad.requestId).not.toBe(good.lastResponse.requestId);
    },
  ],
  [
    'ERR-35',
    'the API version asked for is the one answered in',
    'api/versioning',
    async (t) => {
      expect((await t.send('/v1/customers?limit=1')).headers.get('stripe-version')).toBe(API_VERSION);
    },
  ],
  [
    'ERR-36',
    'a decline tells code, decline code, charge, payment method and PaymentIntent',
    ERRORS,
    async (t) => {
      const { id } = await open(t);
      const answer = await t.send(`/v1/payment_intents/${id}/confirm`, {
        payment_method: 'pm_card_visa_chargeDeclined',
        return_url: 'https://example.com/back',
      });
      expect(answer.status).toBe(402);
      const { error } = answer.body;
      expect(error).toMatchObject({
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'generic_decline',
        message: 'Your card was declined.',
        payment_method: { object: 'payment_method', type: 'card' },
        payment_intent: { id, object: 'payment_intent', last_payment_error: { charge: error.charge } },
      });
      expect(error.charge).toMatch(/^ch_/);
    },
  ],
  [
    'ERR-37',
    'the SDK throws the class that the type stands for',
    'error-handling',
    async (t) => {
      const { errors } = t.stripe;
      expect(await refused(pay(t, 'pm_card_visa_chargeDeclined'))).toBeInstanceOf(errors.StripeCardError);
      expect(await refused(t.stripe.customers.retrieve('cus_nothing'))).toBeInstanceOf(
        errors.StripeInvalidRequestError,
      );
    },
  ],
  [
    'ERR-38',
    'an e-mail address that is none: email_invalid',
    `${CODES}#email-invalid`,
    async (t) => {
      const error = await refused(t.stripe.customers.create({ email: 'nobody' }));
      expect(error).toMatchObject({ statusCode: 400, code: 'email_invalid', param: 'email' });
    },
  ],
  [
    'ERR-39',
    'metadata is merged: new keys are added, empty ones removed, others stay',
    METADATA,
    async (t) => {
      const { id } = await open(t, { metadata: { a: '1', b: '2' } });
      const merged = await t.stripe.paymentIntents.update(id, { metadata: { a: '', c: '3' } });
      expect(merged.metadata).toEqual({ b: '2', c: '3' });
      expect((await t.stripe.paymentIntents.update(id, { metadata: '' })).metadata).toEqual({});
    },
  ],
  [
    'ERR-40',
    'an id is expanded into its object, two levels deep',
    'api/expanding_objects',
    async (t) => {
      const { id: customer } = await t.stripe.customers.create({ email: uniqueEmail() });
      const paid = await pay(t, 'pm_card_visa', { customer, expand: ['customer', 'latest_charge.customer'] });
      expect(paid.customer).toMatchObject({ id: customer, object: 'customer' });
      expect(paid.latest_charge).toMatchObject({ object: 'charge', customer: { id: customer, object: 'customer' } });
    },
  ],
  [
    'ERR-41',
    'card numbers in a request are refused unless the account may send them',
    'testing#cards',
    async (t) => {
      const error = await refused(
        t.stripe.paymentMethods.create({
          type: 'card',
          card: { number: '4242424242424242', exp_month: 12, exp_year: 2034, cvc: '123' },
        }),
      );
      expect(error.rawType).toBe('invalid_request_error');
      expect(error.message).toMatch(/^Sending credit card numbers directly to the Stripe API is generally unsafe\./);
    },
  ],
  [
    'ERR-42',
    'a refused request makes nothing',
    ERRORS,
    async (t) => {
      const email = uniqueEmail();
      expect((await t.send('/v1/customers', { email, nonsense: '1' })).status).toBe(400);
      expect((await t.stripe.customers.list({ email })).data).toEqual([]);
    },
  ],
];

export const errors = group('errors', ENTRIES);
