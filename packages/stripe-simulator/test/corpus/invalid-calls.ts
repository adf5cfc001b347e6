import type { Cast } from './valid-calls.js';

/** A call that the SDK's types do not allow, so it is sent by `rawRequest`; Stripe refuses it with this `code` and `param`. */
export interface Refused {
  method: 'GET' | 'POST' | 'DELETE';
  path: string | ((cast: Cast) => string);
  params?: Record<string, unknown> | ((cast: Cast) => Record<string, unknown>);
  param?: string;
  code?: string;
  status?: number;
}

const money = { amount: 1999, currency: 'usd' };
const intents = '/v1/payment_intents';
const unknown = 'parameter_unknown';
const missing = 'parameter_missing';
const integer = 'parameter_invalid_integer';
const empty = 'parameter_invalid_empty';

function post(path: Refused['path'], params: Refused['params'], param?: string, code?: string): Refused {
  return {
    method: 'POST',
    path,
    params: params ?? {},
    ...(param === undefined ? {} : { param }),
    ...(code === undefined ? {} : { code }),
  };
}

function get(path: Refused['path'], params: Refused['params'], param?: string, code?: string): Refused {
  return { ...post(path, params, param, code), method: 'GET' };
}

export const INVALID: Record<string, Refused> = {
  'unknown: at the top': post(intents, { ...money, colour: 'red' }, 'colour', unknown),
  'unknown: a near miss': post(intents, { ...money, Description: 'x' }, 'Description', unknown),
  'unknown: what endive removed': post(
    intents,
    { ...money, payment_method_types: ['card'] },
    'payment_method_types',
    unknown,
  ),
  'unknown: in a hash': post(
    intents,
    { ...money, shipping: { name: 'A', address: { line9: 'x' } } },
    'shipping[address][line9]',
    unknown,
  ),
  'unknown: in options of a card': post(
    intents,
    { ...money, payment_method_options: { card: { cvc: '1' } } },
    'payment_method_options[card][cvc]',
    unknown,
  ),
  'unknown: a kind of method': post(
    intents,
    { ...money, payment_method_options: { cheque: {}, card: { moto: true }, barter: { x: 1 } } },
    'payment_method_options[barter]',
    unknown,
  ),
  'unknown: in automatic methods': post(
    intents,
    { ...money, automatic_payment_methods: { enabled: true, more: 1 } },
    'automatic_payment_methods[more]',
    unknown,
  ),
  'unknown: on retrieve': get(({ paid }) => `${intents}/${paid}`, { limit: 1 }, 'limit', unknown),
  'unknown: on a list': get(intents, { status: 'succeeded' }, 'status', unknown),
  'unknown: in a range': get(intents, { created: { since: 1 } }, 'created[since]', unknown),
  'unknown: on confirm': post(({ open }) => `${intents}/${open}/confirm`, { amount: 5 }, 'amount', unknown),
  'unknown: on capture': post(({ authorized }) => `${intents}/${authorized}/capture`, { amount: 5 }, 'amount', unknown),
  'unknown: on cancel': post(({ open }) => `${intents}/${open}/cancel`, { reason: 'x' }, 'reason', unknown),
  'unknown: on a refund': post('/v1/refunds', ({ paid }) => ({ payment_intent: paid, note: 'x' }), 'note', unknown),
  'unknown: on a customer': post('/v1/customers', { mail: 'a@b.test' }, 'mail', unknown),
  'unknown: in invoice settings': post(
    '/v1/customers',
    { invoice_settings: { foot: 'x' } },
    'invoice_settings[foot]',
    unknown,
  ),
  'unknown: in an array of hashes': post(
    '/v1/customers',
    { invoice_settings: { custom_fields: [{ name: 'a', value: 'b', x: 1 }] } },
    'invoice_settings[custom_fields][0][x]',
    unknown,
  ),
  'unknown: on a method': post(
    '/v1/payment_methods',
    { type: 'card', card: { token: 'tok_visa' }, number: '1' },
    'number',
    unknown,
  ),
  'unknown: on an attachment': post(
    ({ card }) => `/v1/payment_methods/${card}/attach`,
    ({ customer }) => ({ customer, default: true }),
    'default',
    unknown,
  ),
  'unknown: on a deletion': {
    method: 'DELETE',
    path: ({ customer }) => `/v1/customers/${customer}`,
    params: { force: true },
    param: 'force',
    code: unknown,
  },
  'unknown: on an endpoint': post(
    '/v1/webhook_endpoints',
    { url: 'https://a.test', enabled_events: ['*'], secret: 'x' },
    'secret',
    unknown,
  ),
  'unknown: on setup': post('/v1/setup_intents', { amount: 1 }, 'amount', unknown),

  'missing: the amount': post(intents, { currency: 'usd' }, 'amount', missing),
  'missing: the currency': post(intents, { amount: 1999 }, 'currency', missing),
  'missing: everything': post(intents, {}, 'amount', missing),
  'missing: whether enabled': post(
    intents,
    { ...money, automatic_payment_methods: { allow_redirects: 'never' } },
    'automatic_payment_methods[enabled]',
    missing,
  ),
  'missing: the type of a described method': post(
    intents,
    { ...money, payment_method_data: { billing_details: { name: 'A' } } },
    'payment_method_data[type]',
    missing,
  ),
  'missing: the customer on attach': post('/v1/payment_methods/pm_card_visa/attach', {}, 'customer', missing),
  'missing: the kind of method': post('/v1/payment_methods', {}, 'type', missing),
  'missing: the card': post('/v1/payment_methods', { type: 'card' }, 'card', missing),
  'missing: the url': post('/v1/webhook_endpoints', { enabled_events: ['*'] }, 'url', missing),
  'missing: the events': post('/v1/webhook_endpoints', { url: 'https://a.test' }, 'enabled_events', missing),
  'missing: the value of a field': post(
    '/v1/customers',
    { invoice_settings: { custom_fields: [{ name: 'a' }] } },
    'invoice_settings[custom_fields][0][value]',
    missing,
  ),
  'missing: a name to ship to': post(
    '/v1/customers',
    { shipping: { address: { line1: 'x' } } },
    'shipping[name]',
    missing,
  ),
  'missing: the card of a token': post('/v1/tokens', {}, 'card', missing),
  'missing: a month': post(
    '/v1/tokens',
    { card: { number: '4242424242424242', exp_year: '2034' } },
    'card[exp_month]',
    missing,
  ),

  'integer: a fraction': post(intents, { ...money, amount: 19.99 }, 'amount', integer),
  'integer: words': post(intents, { ...money, amount: 'ten' }, 'amount', integer),
  'integer: hexadecimal': post(intents, { ...money, amount: '0x10' }, 'amount', integer),
  'integer: an exponent': post(intents, { ...money, amount: '1e3' }, 'amount', integer),
  'integer: spaces': post(intents, { ...money, amount: ' 100' }, 'amount', integer),
  'integer: too large to be exact': post(intents, { ...money, amount: '9007199254740993' }, 'amount', integer),
  'integer: a hash': post(intents, { ...money, amount: { value: 1 } }, 'amount', integer),
  'integer: negative': post(intents, { ...money, amount: -5 }, 'amount', integer),
  'integer: zero': post(intents, { ...money, amount: 0 }, 'amount', integer),
  'integer: a leading zero': post(intents, { ...money, amount: '0100' }, 'amount', integer),
  'integer: nothing': post(intents, { ...money, amount: '' }, 'amount', empty),
  'integer: in a range': get(intents, { created: { gte: 'yesterday' } }, 'created[gte]', integer),
  'integer: a page of none': get(intents, { limit: 0 }, 'limit', integer),
  'integer: a page too long': get(intents, { limit: 101 }, 'limit', integer),
  'integer: a balance': post('/v1/customers', { balance: '1.5' }, 'balance', integer),
  'integer: an expiry': post(
    ({ card }) => `/v1/payment_methods/${card}`,
    { card: { exp_year: 'soon' } },
    'card[exp_year]',
    integer,
  ),
  'integer: a part to capture': post(
    ({ authorized }) => `${intents}/${authorized}/capture`,
    { amount_to_capture: 'all' },
    'amount_to_capture',
    integer,
  ),
  'integer: a refund': post('/v1/refunds', ({ paid }) => ({ payment_intent: paid, amount: '1,00' }), 'amount', integer),

  'boolean: a word': post(intents, { ...money, confirm: 'yes' }, 'confirm'),
  'boolean: a digit': post(intents, { ...money, confirm: 1 }, 'confirm'),
  'boolean: neither that nor a use': post(intents, { ...money, confirm: true, off_session: 'maybe' }, 'off_session'),
  'boolean: inside': post(
    intents,
    { ...money, automatic_payment_methods: { enabled: 'on' } },
    'automatic_payment_methods[enabled]',
  ),

  'choice: how to capture': post(intents, { ...money, capture_method: 'later' }, 'capture_method'),
  'choice: future usage': post(intents, { ...money, setup_future_usage: 'sometimes' }, 'setup_future_usage'),
  'choice: in an array': post(
    intents,
    { ...money, allowed_payment_method_types: ['card', 'cheque'] },
    'allowed_payment_method_types[1]',
  ),
  'choice: redirects': post(
    intents,
    { ...money, automatic_payment_methods: { enabled: true, allow_redirects: 'no' } },
    'automatic_payment_methods[allow_redirects]',
  ),
  'choice: 3-D Secure': post(
    intents,
    { ...money, payment_method_options: { card: { request_three_d_secure: 'yes' } } },
    'payment_method_options[card][request_three_d_secure]',
  ),
  'choice: a reason to cancel': post(
    ({ open }) => `${intents}/${open}/cancel`,
    { cancellation_reason: 'bored' },
    'cancellation_reason',
  ),
  'choice: a reason to refund': post('/v1/refunds', ({ paid }) => ({ payment_intent: paid, reason: 'sad' }), 'reason'),
  'choice: of account': post(
    '/v1/payment_methods',
    { type: 'us_bank_account', us_bank_account: { account_type: 'gold' } },
    'us_bank_account[account_type]',
  ),
  'choice: tax': post('/v1/customers', { tax_exempt: 'never' }, 'tax_exempt'),
  'choice: usage of setup': post('/v1/setup_intents', { usage: 'once' }, 'usage'),

  'shape: text for a hash': post(intents, { ...money, shipping: 'home' }, 'shipping'),
  'shape: text for an array': post(
    intents,
    { ...money, allowed_payment_method_types: 'card' },
    'allowed_payment_method_types',
  ),
  'shape: a hash for an array': post('/v1/customers', { preferred_locales: { first: 'de' } }, 'preferred_locales'),
  'shape: a hash for text': post('/v1/customers', { name: { first: 'Ada' } }, 'name'),
  'shape: text for metadata': post('/v1/customers', { metadata: 'order 7' }, 'metadata'),
  'shape: a hash in metadata': post('/v1/customers', { metadata: { order: { n: 7 } } }, 'metadata[order]'),
  'shape: an array of text for hashes': post(
    '/v1/customers',
    { invoice_settings: { custom_fields: ['a'] } },
    'invoice_settings[custom_fields][0]',
  ),
  'shape: too many keys': post(
    '/v1/customers',
    { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'v'])) },
    'metadata',
  ),
  'shape: a key too long': post('/v1/customers', { metadata: { ['k'.repeat(41)]: 'v' } }, 'metadata'),
  'shape: a value too long': post('/v1/customers', { metadata: { k: 'v'.repeat(501) } }, 'metadata[k]'),
  'shape: a descriptor too long': post(
    intents,
    { ...money, statement_descriptor_suffix: 'x'.repeat(23) },
    'statement_descriptor_suffix',
  ),

  'money: too little': post(intents, { ...money, amount: 49 }, 'amount', 'amount_too_small'),
  'money: too much': post(intents, { ...money, amount: 100_000_000 }, 'amount', 'amount_too_large'),
  'money: of no country': post(intents, { amount: 1999, currency: 'xyz' }, 'currency'),
  'money: more than was held': post(
    ({ authorized }) => `${intents}/${authorized}/capture`,
    { amount_to_capture: 5001 },
    'amount_to_capture',
    'amount_too_large',
  ),

  'id: no such customer': post(intents, { ...money, customer: 'cus_none' }, 'customer', 'resource_missing'),
  'id: no such method': post(intents, { ...money, payment_method: 'pm_none' }, 'payment_method', 'resource_missing'),
  'id: no such intent': { ...get(`${intents}/pi_none`, {}, 'intent', 'resource_missing'), status: 404 },
  'id: no such intent to refund': post(
    '/v1/refunds',
    { payment_intent: 'pi_none' },
    'payment_intent',
    'resource_missing',
  ),
  'id: no such cursor': get('/v1/customers', { starting_after: 'cus_none' }, 'starting_after', 'resource_missing'),
  'id: both cursors': get(
    '/v1/customers',
    ({ customer }) => ({ starting_after: customer, ending_before: customer }),
    'ending_before',
  ),
  'expand: what does not exist': get(({ paid }) => `${intents}/${paid}`, { expand: ['colour'] }, 'expand[0]'),
  'expand: too deep': get(
    ({ paid }) => `${intents}/${paid}`,
    { expand: ['latest_charge.balance_transaction.source.customer.x'] },
    'expand[0]',
  ),
  'only when confirming: off session': post(intents, { ...money, off_session: true }, 'off_session'),
  'only when confirming: a way back': post(intents, { ...money, return_url: 'https://a.test' }, 'return_url'),
  'an address of nowhere': { ...post('/v1/payment_intent', money), status: 404 },

  'payout: without an amount': post('/v1/payouts', { currency: 'usd' }, 'amount', missing),
  'payout: at a speed of its own': post('/v1/payouts', { amount: 100, currency: 'usd', method: 'slow' }, 'method'),
  'search: without a query': get('/v1/customers/search', {}, 'query', missing),
  'search: a query that is none': get('/v1/customers/search', { query: 'email=x' }, 'query'),
  'checkout: a quantity in words': post(
    '/v1/checkout/sessions',
    { mode: 'payment', success_url: 'https://a.test', line_items: [{ price: 'price_1', quantity: 'two' }] },
    'line_items[0][quantity]',
    integer,
  ),
  'checkout: a mode of its own': post('/v1/checkout/sessions', { mode: 'gift', success_url: 'https://a.test' }, 'mode'),
  'checkout: a price of nothing': post(
    '/v1/checkout/sessions',
    {
      mode: 'payment',
      success_url: 'https://a.test',
      line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 5000 } }],
    },
    'line_items[0][price_data][product]',
    missing,
  ),
  'terminal: a reader without a code': post('/v1/terminal/readers', { label: 'Till' }, 'registration_code', missing),
  'terminal: a place without a country': post(
    '/v1/terminal/locations',
    { display_name: 'Shop', address: { line1: '1 Main St' } },
    'address[country]',
    missing,
  ),
  'dispute: evidence of no kind': post(
    ({ dispute }) => `/v1/disputes/${dispute}`,
    { evidence: { alibi: 'x' } },
    'evidence[alibi]',
    unknown,
  ),
};
