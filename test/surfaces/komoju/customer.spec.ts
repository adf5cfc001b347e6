import { startTestApp, type TestApp } from '../../support/app.js';
import { gatewayCaller } from '../../support/gateway.js';
import { ghostCaller } from '../../support/ghost.js';
import {
  CARD,
  failure,
  invalid,
  type KomojuCaller,
  komojuCaller,
  missing,
  notFound,
  recordId,
  SOURCE,
} from '../../support/komoju.js';
import { secret } from '../../support/payments.js';
import { recordOf, resolveVault, vaultCustomers } from '../../support/vault.js';
import { auditVault, everythingStored, settleVault, textsIn } from '../../support/vault-audit.js';

let app: TestApp;
let komoju: KomojuCaller;
let other: KomojuCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  komoju = await komojuCaller(app);
  other = await komojuCaller(app, 'other');
});
afterAll(() => app.stop());

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const record = async (id: string) => {
  const found = await vaultCustomers(app).findById(recordId(id)).lean().exec();
  if (found === null) throw new Error(`no record of ${id}`);
  return found;
};
/** The PaymentMethods that Stripe has for the customer. */
const atStripe = async (id: string): Promise<string[]> => {
  const { providerCustomerId } = await record(id);
  if (providerCustomerId === null) return [];
  return (await secret(app).customers.listPaymentMethods(providerCustomerId)).data.map(({ card }) => card?.last4 ?? '');
};
const pm = async (number: string): Promise<string> =>
  (
    await secret(app).paymentMethods.create({
      type: 'card',
      card: { number, exp_month: 2, exp_year: 2036, cvc: '123' },
    })
  ).id;

describe('POST', () => {
  it('stores a customer with a card, in JSON, and tells the source', async () => {
    const answer = await komoju.call('POST', '', {
      email: 'test@example.com',
      metadata: { order_id: 'abcdefg' },
      payment_details: CARD,
    });
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        id: expect.stringMatching(/^[0-9a-z]{25}$/),
        resource: 'customer',
        email: 'test@example.com',
        source: SOURCE,
        metadata: { order_id: 'abcdefg' },
        created_at: expect.stringMatching(ISO),
      },
    ]);
    expect(await atStripe(String(answer.body['id']))).toEqual(['1111']);
  });

  it('stores one by a form with a token', async () => {
    const token = await pm('4242424242424242');
    const form = `email=test%40example.com&metadata[order_id]=abcdefg&payment_details=${token}`;
    const answer = await komoju.form('POST', '', form);
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { email: 'test@example.com', metadata: { order_id: 'abcdefg' }, source: { last_four_digits: '4242', month: 2 } },
    ]);
  });

  it('stores one by a form with a card, whose holder goes to Stripe and whose number goes nowhere else', async () => {
    const fields = { ...CARD, month: '01', given_name: 'Taro', family_name: 'Yamada', email: 'taro@example.com' };
    const form = Object.entries(fields).map(([name, value]) => `payment_details[${name}]=${encodeURIComponent(value)}`);
    const { body } = await komoju.form('POST', '', `currency=jpy&${form.join('&')}`);
    expect(body).toMatchObject({ email: null, metadata: {}, source: SOURCE });
    const { currency, providerCustomerId } = await record(String(body['id']));
    expect(currency).toBe('JPY');
    const [method] = (await secret(app).customers.listPaymentMethods(providerCustomerId ?? '')).data;
    expect(method?.billing_details).toMatchObject({ name: 'Taro Yamada', email: 'taro@example.com' });
    expect(textsIn(await everythingStored(app)).join()).not.toContain(CARD.number);
  });

  it('a token works once', async () => {
    const token = await pm('4242424242424242');
    await komoju.created({ payment_details: token });
    expect(await komoju.call('POST', '', { payment_details: token })).toMatchObject(
      invalid('payment_details', 'token was used already'),
    );
  });

  it.each([
    [{}, missing('payment_details')],
    [{ payment_details: '' }, missing('payment_details')],
    [{ payment_details: null, email: 'nobody' }, missing('payment_details')],
    [{ payment_details: 'tok_2igg25moy54uv0hubhauo1dhs' }, invalid('payment_details', 'token is not valid')],
    [{ payment_details: 'card_1' }, invalid('payment_details', expect.stringMatching(/token of Stripe/))],
    [{ payment_details: 7 }, invalid('payment_details', 'payment_details must be a token or a hash')],
    [{ payment_details: ['pm_card_visa'] }, invalid('payment_details', 'payment_details must be an object')],
    [{ payment_details: 'pm_usBankAccount' }, invalid('payment_details', expect.stringMatching(/^token/))],
    [{ payment_details: {} }, missing('payment_details', 'payment_details[type]')],
    [{ payment_details: { token: 'pm_card_visa' } }, missing('payment_details', 'payment_details[type]')],
    [{ payment_details: { ...CARD, number: undefined } }, missing('payment_details', 'payment_details[number]')],
    [
      { payment_details: { ...CARD, verification_value: '' } },
      missing('payment_details', 'payment_details[verification_value]'),
    ],
    ...(
      [
        [{ type: 'konbini' }, /type must be/],
        [{ number: '4111111111111112' }, /number must be a card number/],
        [{ number: '4111 1111 1111 1111' }, /number must be a card number/],
        [{ month: 13 }, /month must be 1 to 12/],
        [{ year: '35' }, /year must have four digits/],
        [{ verification_value: '12' }, /verification_value must have/],
        [{ name: CARD.number }, /name must not contain a card number/],
        [{ email: 'nobody' }, /email must be an email/],
      ] as [object, RegExp][]
    ).map(([wrong, said]): [object, object] => [
      { payment_details: { ...CARD, ...wrong } },
      invalid('payment_details', expect.stringMatching(said)),
    ]),
    [{ payment_details: 'pm_card_visa', email: 'nobody' }, invalid('email', 'email must be an email')],
    [{ payment_details: 'pm_card_visa', email: 'a\u200b@example.com' }, invalid('email', expect.any(String))],
    [{ payment_details: 'pm_card_visa', currency: 'JP' }, invalid('currency', expect.any(String))],
    [{ payment_details: 'pm_card_visa', currency: 'XXX' }, invalid('currency', expect.any(String))],
    [{ payment_details: 'pm_card_visa', currency: ['JPY'] }, invalid('currency', expect.any(String))],
  ])('refuses %j', async (body, refusal) => {
    const before = await vaultCustomers(app).countDocuments();
    expect(await komoju.call('POST', '', body)).toMatchObject(refusal);
    expect(await vaultCustomers(app).countDocuments()).toBe(before);
  });

  it.each([
    ['pm_card_chargeDeclined', 'Your card was declined.'],
    ['pm_card_authenticationRequired', 'card requires authentication'],
  ])('the issuer’s refusal of %s is 402, and nothing is stored', async (payment_details, message) => {
    const before = await vaultCustomers(app).countDocuments();
    expect(await komoju.call('POST', '', { payment_details })).toMatchObject(
      failure(402, 'request_failed', message, 'payment_details'),
    );
    expect(await vaultCustomers(app).countDocuments()).toBe(before);
  });
});

describe('metadata', () => {
  const stored = async (metadata: unknown) =>
    (await komoju.ok('POST', '', { payment_details: 'pm_card_visa', metadata }))['metadata'];

  it('keeps scalars as texts, empty ones and strange names too', async () => {
    const strange = { a: '', 'b.c': 1, $d: true, toString: 'e', 7: 'f', 'Ünïcode 名': '値' };
    expect(await stored(strange)).toEqual({ a: '', 'b.c': '1', $d: 'true', toString: 'e', 7: 'f', 'Ünïcode 名': '値' });
    expect(await stored(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'x'.repeat(500)])))).toEqual(
      expect.objectContaining({ k49: 'x'.repeat(500) }),
    );
    for (const none of [{}, '', null, undefined]) expect(await stored(none)).toEqual({});
    expect(await stored({ order_number: '4111111111111111' })).toEqual({ order_number: '4111111111111111' });
  });

  it.each([
    [{ a: { b: 'c' } }, /texts, numbers and booleans/],
    [{ a: ['b'] }, /texts, numbers and booleans/],
    [{ a: null }, /texts, numbers and booleans/],
    [['a'], /map of texts/],
    ['text', /map of texts/],
    [7, /map of texts/],
    [Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ''])), /at most 50 keys/],
    [{ ['k'.repeat(41)]: '' }, /keys of 1 to 40/],
    [{ '': 'x' }, /keys of 1 to 40/],
    [{ a: 'x'.repeat(501) }, /at most 500/],
    [{ a: 'x'.repeat(50_000) }, /too long/],
    [{ a: 'b\u0000' }, /NUL/],
    [{ note: 'card 4111 1111 1111 1111' }, /card number/],
    [{ note: 4111111111111111 }, /card number/],
    [{ card_number: '4111111111111111' }, /card number/],
    [{ '4111111111111111': 'x' }, /card number/],
  ])('refuses %j', async (metadata, said) => {
    expect(await komoju.call('POST', '', { payment_details: 'pm_card_visa', metadata })).toMatchObject(
      invalid('metadata', expect.stringMatching(said)),
    );
  });

  it('refuses brackets within brackets', async () => {
    const form = 'payment_details=pm_card_visa&metadata';
    for (const deep of ['[a][b]=c', '[]=c&metadata[a]=b'])
      expect(await komoju.form('POST', '', form + deep)).toMatchObject(invalid('metadata', expect.any(String)));
  });
});

describe('GET and PATCH', () => {
  it('reading tells no source, also by HEAD', async () => {
    const made = await komoju.ok('POST', '', { payment_details: CARD, email: 'b@example.com' });
    const id = String(made['id']);
    expect(await komoju.ok('GET', `/${id}`)).toEqual({ ...made, source: null });
    const head = await komoju.call('HEAD', `/${id}`);
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('changes what is sent, the rest stays, and tells the source', async () => {
    const made = await komoju.ok('POST', '', { payment_details: CARD, email: 'c@example.com', metadata: { a: '1' } });
    const path = `/${String(made['id'])}`;
    expect(await komoju.ok('PATCH', path, {})).toEqual(made);
    expect(await komoju.ok('PATCH', path, { email: ' D@Example.com ' })).toEqual({ ...made, email: 'D@Example.com' });
    expect((await komoju.form('PATCH', path, 'metadata[b]=2')).body).toMatchObject({ metadata: { b: '2' } });
    expect((await komoju.form('PATCH', path, 'metadata=&email=&currency=eur')).body).toEqual({
      ...made,
      email: null,
      metadata: {},
    });
    expect((await record(String(made['id']))).currency).toBe('EUR');
    expect(await komoju.ok('PATCH', path, { email: 'e@example.com', metadata: { a: 1 } })).toMatchObject({
      email: 'e@example.com',
    });
    expect(await komoju.ok('PATCH', path, { email: null, metadata: null })).toMatchObject({
      email: null,
      metadata: {},
    });
    expect(await komoju.call('PATCH', path, { email: 'nobody' })).toMatchObject(
      invalid('email', 'email must be an email'),
    );
  });

  it('replaces the source, with everything else that is sent, and detaches the old one', async () => {
    const made = await komoju.ok('POST', '', { payment_details: CARD, email: 'old@example.com', metadata: { a: '1' } });
    const id = String(made['id']);
    const token = await pm('5555555555554444');
    const form = await komoju.form('PATCH', `/${id}`, `payment_details=${token}&email=new%40example.com`);
    const source = { type: 'credit_card', brand: 'mastercard', last_four_digits: '4444', month: 2, year: 2036 };
    expect(form.body).toEqual({ ...made, source, email: 'new@example.com' });
    expect(await atStripe(id)).toEqual(['4444']);
    await resolveVault(app);
    const { providerCustomerId } = await record(id);
    expect(await secret(app).customers.retrieve(providerCustomerId ?? '')).toMatchObject({ email: 'new@example.com' });
    expect(await komoju.call('PATCH', `/${id}`, { payment_details: token })).toMatchObject(
      invalid('payment_details', 'token was used already'),
    );
    expect(await komoju.ok('PATCH', `/${id}`, {})).toMatchObject({ source });
  });

  it('keeps the old source, and everything, when the new one is refused', async () => {
    const made = await komoju.ok('POST', '', { payment_details: CARD, email: 'old@example.com' });
    const id = String(made['id']);
    const refused = { payment_details: 'pm_card_chargeDeclined', email: 'new@example.com', metadata: { a: '1' } };
    expect(await komoju.call('PATCH', `/${id}`, refused)).toMatchObject(
      failure(402, 'request_failed', 'Your card was declined.', 'payment_details'),
    );
    expect(await komoju.ok('PATCH', `/${id}`, {})).toEqual(made);
    expect(await atStripe(id)).toEqual(['1111']);
  });
});

describe('DELETE', () => {
  it('answers the customer as it was without its source, and erases everything about the card', async () => {
    const made = await komoju.ok('POST', '', { payment_details: CARD, metadata: { order_id: 'abcdefg' } });
    const id = String(made['id']);
    const { providerCustomerId } = await record(id);
    expect(await komoju.ok('DELETE', `/${id}`, {})).toEqual({ ...made, source: null });
    for (const [method, body] of [['DELETE'], ['GET'], ['PATCH', { email: 'x@example.com' }]] as const)
      expect(await komoju.call(method, `/${id}`, body)).toMatchObject(notFound);
    expect(await secret(app).customers.retrieve(providerCustomerId ?? '')).toMatchObject({ deleted: true });
    const stored = JSON.stringify(await everythingStored(app));
    for (const trace of [recordId(id), providerCustomerId]) expect(stored).not.toContain(trace);
  });

  it('erases it here at once, also while Stripe is away', async () => {
    const id = await komoju.created({ payment_details: CARD });
    await app.simulator.fault({ path: '/v1/customers/*', times: 0 }, { type: 'status', status: 503 });
    expect((await komoju.call('DELETE', `/${id}`)).status).toBe(200);
    expect(await komoju.call('GET', `/${id}`)).toMatchObject(notFound);
    const left = await record(id);
    expect([left.state, JSON.stringify(left)]).toEqual(['deleting', expect.not.stringMatching(/1111|visa|2035|v1\./)]);
    await app.simulator.clearFaults();
    await settleVault(app);
    await expect(record(id)).rejects.toThrow('no record');
  });

  it('takes no body, and any', async () => {
    for (const [body, type] of [[undefined], ['{}', 'application/json'], ['{', 'text/plain'], ['a=1']] as const) {
      const id = await komoju.created();
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      expect([body, (await komoju.call('DELETE', `/${id}`, body, headers)).status]).toEqual([body, 200]);
    }
  });
});

it('what is no id, of nobody or another account’s is not found', async () => {
  const theirs = await other.created({ email: 'theirs@example.com' });
  const last = theirs.endsWith('0') ? '1' : '0';
  const wrong = ['nonsense', recordId(theirs), `cus_${theirs}`, theirs.slice(0, -1) + last, 'a%00b', '%24ne', '%2e'];
  for (const id of [theirs, '8xk3c2swi2qqnt1edef0g29jd', ...wrong])
    for (const [method, body] of [['GET'], ['PATCH', { email: 'mine@example.com' }], ['DELETE']] as const)
      expect([id, await komoju.call(method, `/${id}`, body)]).toMatchObject([id, notFound]);
  expect(await other.ok('GET', `/${theirs}`)).toMatchObject({ email: 'theirs@example.com' });
});

describe('an Idempotency-Key', () => {
  const key = (name: string) => ({ 'idempotency-key': name });

  it('makes one customer of a create and its repeats, at once and later', async () => {
    const body = { payment_details: await pm('4242424242424242'), email: 'once@example.com' };
    const answers = await Promise.all([1, 2].map(() => komoju.call('POST', '', body, key('order-1'))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const again = await komoju.ok('POST', '', body, key('order-1'));
    for (const one of answers) expect(one.body).toEqual(again);
    expect(await atStripe(String(again['id']))).toEqual(['4242']);
    expect(await komoju.call('POST', '', { ...body, email: 'x@example.com' }, key('order-1'))).toMatchObject(
      failure(409, 'conflict', 'the idempotency key is that of another request'),
    );
    expect(await other.created({ payment_details: 'pm_card_visa' })).not.toBe(again['id']);
    expect((await other.call('POST', '', { payment_details: 'pm_card_visa' }, key('order-1'))).status).toBe(200);
    await komoju.ok('DELETE', `/${String(again['id'])}`);
    const fresh = await komoju.ok('POST', '', { payment_details: 'pm_card_visa' }, key('order-1'));
    expect(fresh['id']).not.toBe(again['id']);
  });

  it('answers the repeat of a change as the first', async () => {
    const id = await komoju.created({ payment_details: CARD });
    const body = { payment_details: await pm('5555555555554444'), metadata: { a: '1' } };
    const first = await komoju.ok('PATCH', `/${id}`, body, key('change-1'));
    expect(await komoju.ok('PATCH', `/${id}`, body, key('change-1'))).toEqual(first);
    expect(await komoju.ok('PATCH', `/${id}`, { metadata: {} }, key('change-2'))).toMatchObject({ metadata: {} });
    expect(await atStripe(id)).toEqual(['4444']);
  });

  it.each(['a b', 'ü', 'x'.repeat(256), '4111-1111-1111-1111'])('%j is none', async (name) => {
    const headers = key(Buffer.from(name).toString('latin1'));
    expect(await komoju.call('POST', '', { payment_details: 'pm_card_visa' }, headers)).toMatchObject(
      failure(422, 'unprocessable_entity', expect.stringMatching(/^Idempotency-Key must/)),
    );
  });
});

describe('the vault behind it', () => {
  it('is the account’s whole one: customers of other surfaces are here, and these there', async () => {
    const gateway = await gatewayCaller(app);
    const account = { account_number: '000123456789', routing_number: '110000000', account_type: 'checking' };
    const ach = { ach: { ...account, sec_code: 'web' } };
    const theirs = recordOf(await gateway.call('POST', '/api/vault/customer', { default_payment: ach }));
    const [seen] = (await komoju.ok('GET', '?per_page=1'))['data'] as { id: string }[];
    const id = seen?.id ?? '';
    expect((await record(id)).customerId).toBe(theirs.id);
    // A bank account is no source. The card comes beside it and is the default.
    expect(await komoju.ok('PATCH', `/${id}`, {})).toMatchObject({ source: null, email: null, metadata: {} });
    expect(await komoju.ok('PATCH', `/${id}`, { payment_details: CARD })).toMatchObject({ source: SOURCE });
    const { methods, defaults } = await record(id);
    expect([methods.map(({ type }) => type), defaults.methodType]).toEqual([['ach', 'card'], 'card']);

    const own = await komoju.created({ email: 'own@example.com', metadata: { secret: 'of komoju' } });
    const read = await gateway.call('GET', `/api/vault/${own}`);
    expect([read.status, read.text]).toEqual([200, expect.not.stringMatching(/own@|of komoju/)]);
    const ghost = await ghostCaller(app);
    expect(await ghost.doc('GET', `/customers/customer_${recordId(own)}`)).toMatchObject({ email: 'own@example.com' });
  });

  it('after all of this the records and Stripe agree', async () => {
    await settleVault(app);
    expect(await auditVault(app)).toEqual([]);
  });
});
