import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, notFound } from '../../support/gateway.js';
import { secret } from '../../support/payments.js';
import { atStripe, recordOf, resolveVault, type VaultRecord } from '../../support/vault.js';

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false, env: { RESOLVER_TICK: '1h' } });
  admin = await gatewayCaller(app);
});
afterEach(() => app.simulator.clearFaults());
afterAll(() => app.stop());

const XID = /^[0-9a-v]{20}$/;
const CARD = { number: '4111111111111111', expiration_date: '1230' };
const OTHER_CARD = { number: '5555555555554444', expiration_date: '01/31' };
const AMEX = { number: '378282246310005', expiration_date: '0231' };
const ACCOUNT = { account_number: '999999', routing_number: '490000018', account_type: 'checking', sec_code: 'web' };
const APPLE = { key_id: 'b89ffdqj8m0o735i19i0', processor_id: '', temporary_token: '4fHqW0aQ2mS9xYb7ZtK1cV3nR' };
const GOOGLE = '{"signature":"...","protocolVersion":"ECv2","signedMessage":"..."}';

const create = (body: object = {}) => admin.call('POST', '/api/vault/customer', body);
const created = async (body: object = {}): Promise<VaultRecord> => recordOf(await create(body));
const read = async (id: string): Promise<VaultRecord> => recordOf(await admin.call('GET', `/api/vault/${id}`));
const add = (id: string, kind: string, body: unknown) => admin.call('POST', `/api/vault/customer/${id}/${kind}`, body);
const refusal = (msg: unknown) => ({ status: 400, body: failed(msg) });
const bad = (msg: string) => refusal(`bad request error: ${msg}`);

/** The customer's cards as the answer has them. */
const cardsOf = ({ data }: VaultRecord) => data.customer.payments.cards;
const accountsOf = ({ data }: VaultRecord) => data.customer.payments.ach;
const idOf = (method: Record<string, unknown> | undefined) => String(method?.['id']);

describe('adding', () => {
  it('a card number that the simulator was told not to take: refused, and what was set there stays', async () => {
    const { id } = await created();
    await app.simulator.call('POST', '/settings', { raw_cards: false });
    try {
      expect(await add(id, 'card', CARD)).toMatchObject(bad('card numbers are not taken here, send a token'));
      expect(await app.simulator.call('GET', '/settings')).toMatchObject({ raw_cards: false });
    } finally {
      await app.simulator.call('POST', '/settings', { raw_cards: true });
    }
  });

  it('a card: what the contract shows of it, the default if it is the first, attached at Stripe', async () => {
    const { id } = await created();
    const record = recordOf(await add(id, 'card', CARD));
    const [card] = cardsOf(record);
    expect(card).toEqual({
      id: expect.stringMatching(XID),
      card_type: 'visa',
      expiration_date: '2030-12-31T00:00:00Z',
      masked_number: '411111******1111',
      flags: [],
    });
    expect(record.data.customer.defaults).toMatchObject({
      payment_method_id: card?.['id'],
      payment_method_type: 'card',
    });
    expect(record).toEqual({ ...(await read(id)), created_payment_method_id: idOf(cardsOf(record)[0]) });
    expect(await atStripe(app, id)).toMatchObject({
      customers: 1,
      methods: [{ card: { last4: '1111', exp_month: 12, exp_year: 2030 } }],
    });
  });

  it('the last day of February in a leap year', async () => {
    const { id } = await created();
    const record = recordOf(await add(id, 'card', { ...CARD, expiration_date: '02/28' }));
    expect(cardsOf(record)[0]?.['expiration_date']).toBe('2028-02-29T00:00:00Z');
  });

  it('a second one is behind the first and not the default; a number of 15 digits', async () => {
    const { id } = await created();
    const first = idOf(cardsOf(recordOf(await add(id, 'card', CARD)))[0]);
    const record = recordOf(await add(id, 'card', AMEX));
    expect(cardsOf(record).map(({ masked_number }) => masked_number)).toEqual(['411111******1111', '378282*****0005']);
    expect(record.data.customer.defaults['payment_method_id']).toBe(first);
    expect((await atStripe(app, id)).customers).toBe(1);
  });

  it('the same card twice is two methods, as asked', async () => {
    const { id } = await created();
    await add(id, 'card', CARD);
    expect(cardsOf(recordOf(await add(id, 'card', CARD)))).toHaveLength(2);
  });

  it('a bank account, verified at once by the simulator, with a mandate', async () => {
    const { id } = await created({ default_billing_address: { first_name: 'John', last_name: 'Smith' } });
    const record = recordOf(await add(id, 'ach', ACCOUNT));
    expect(accountsOf(record)).toEqual([
      {
        id: expect.stringMatching(XID),
        account_type: 'checking',
        sec_code: 'web',
        routing_number: '490000018',
        masked_account_number: '****9999',
        flags: [],
      },
    ]);
    expect(record.data.customer.defaults).toMatchObject({ payment_method_type: 'ach' });
    const { methods, mandates } = await atStripe(app, id);
    expect(methods).toMatchObject([{ type: 'us_bank_account', billing_details: { name: 'John Smith' } }]);
    expect(mandates).toHaveLength(1);
  });

  it('a bank account that Stripe wants verified is stored all the same (ruling 35)', async () => {
    await app.simulator.call('POST', '/settings', { verify_bank_accounts: true });
    const { id } = await created();
    const record = recordOf(await add(id, 'ach', { ...ACCOUNT, account_type: 'savings', sec_code: 'ppd' }));
    await app.simulator.call('POST', '/settings', { verify_bank_accounts: false });
    expect(accountsOf(record)).toMatchObject([{ account_type: 'savings', sec_code: 'ppd' }]);
  });

  it.each([
    ['pm_card_visa', 'cards', { card_type: 'visa', masked_number: '************4242' }],
    ['tok_mastercard', 'cards', { card_type: 'mastercard', masked_number: '************4444' }],
    ['pm_usBankAccount_success', 'ach', { masked_account_number: '****6789', sec_code: 'web' }],
  ] as const)('the token %s', async (token, kind, facts) => {
    const { id } = await created();
    const { payments } = recordOf(await add(id, 'token', { token })).data.customer;
    expect(payments[kind]).toMatchObject([facts]);
  });

  it('a token that a browser made works once', async () => {
    const { id: token } = await secret(app).tokens.create({
      card: { number: '4242424242424242', exp_month: '12', exp_year: '2031', cvc: '123' },
    });
    const { id } = await created();
    expect(cardsOf(recordOf(await add(id, 'token', { token })))).toHaveLength(1);
    expect(await add(id, 'token', { token })).toMatchObject(bad('token was used already'));
    expect(cardsOf(await read(id))).toHaveLength(1);
  });

  it.each([
    ['applepay', APPLE, ['applepay']],
    ['applepay', { key_id: 'k', pkpaymenttoken: { paymentData: { data: 'x' } } }, ['applepay']],
    ['applepay', { key_id: 'k', temporary_token: 'tok_applePay_visa' }, ['applepay']],
    ['googlepay', { google_pay_token: GOOGLE }, []],
    ['googlepay', { google_pay_token: JSON.parse(GOOGLE) as object }, []],
    ['googlepay', { google_pay_token: JSON.stringify({ id: 'tok_googlePay_visa' }) }, []],
  ])('%s %j is a card', async (kind, body, flags) => {
    const { id } = await created();
    expect(cardsOf(recordOf(await add(id, kind, body)))).toMatchObject([{ card_type: 'visa', flags }]);
    const { methods } = await atStripe(app, id);
    expect(methods).toMatchObject([{ card: { wallet: { type: kind === 'applepay' ? 'apple_pay' : 'google_pay' } } }]);
  });
});

describe('with a new customer', () => {
  it.each<[string, object, string, string]>([
    ['card', { card: CARD }, 'card', '1111'],
    ['bank account', { ach: ACCOUNT }, 'ach', '9999'],
    ['token', { token: 'pm_card_visa' }, 'card', '4242'],
    ['Apple Pay', { apple_pay: APPLE }, 'card', '4242'],
    ['Google Pay', { google_pay_token: GOOGLE }, 'card', '4242'],
  ])('a %s is the default, and part of a formatted id', async (_what, default_payment, type, last4) => {
    const record = await created({ id_format: 'xid_type_last4', default_payment, description: 'Wholesale buyer' });
    expect(record.id).toMatch(new RegExp(`^[0-9a-v]{20}_${type}_${last4}$`));
    expect(record.data.customer.defaults).toMatchObject({ payment_method_type: type });
    expect(record.updated_at).toBe(record.created_at);
    expect(record).toEqual(await read(record.id));
    expect(await atStripe(app, record.id)).toMatchObject({ customers: 1, methods: [{}] });
  });

  it('no kind at all is none', async () => {
    const record = await created({ default_payment: { card: null, token: '' } });
    expect(record.data.customer.payments).toEqual({ ach: [], cards: [] });
  });

  it('a chosen id is taken from the first moment on, and free after a decline', async () => {
    const declined = { id: 'Declined1', default_payment: { card: { ...CARD, number: '4000000000000002' } } };
    expect(await create(declined)).toMatchObject(bad('card declined'));
    expect(await admin.call('GET', '/api/vault/Declined1')).toMatchObject(notFound);
    expect((await created({ id: 'Declined1', default_payment: { card: CARD } })).id).toBe('Declined1');
    expect(await create({ id: 'Declined1', default_payment: { card: CARD } })).toMatchObject(
      bad('id is already taken'),
    );
  });

  it('two at the same time with one id: one', async () => {
    const bodies = ['first', 'second'].map((description) => ({
      id: 'AtOnce1',
      description,
      default_payment: { card: CARD },
    }));
    const answers = await Promise.all(bodies.map(create));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400]);
    expect(await atStripe(app, 'AtOnce1')).toMatchObject({ customers: 1, methods: [{}] });
  });
});

describe('what is refused: 400, nothing stored here, nothing left at Stripe', () => {
  it.each<[string, string, object, string]>([
    ['declined', 'card', { ...CARD, number: '4000000000000002' }, 'card declined'],
    ['expired', 'card', { ...CARD, expiration_date: '0120' }, 'card declined'],
    [
      'declined in a wallet',
      'applepay',
      { key_id: 'k', temporary_token: 'tok_applePay_chargeDeclined' },
      'card declined',
    ],
    ['wanting its holder', 'token', { token: 'pm_card_authenticationRequired' }, 'card requires authentication'],
    ['of a token that is none', 'token', { token: 'pm_nothing' }, 'token is not valid'],
    ['of another token that is none', 'token', { token: 'tok_nothing' }, 'token is not valid'],
    ['of a kind that no vault keeps', 'token', { token: 'pm_success_de' }, 'token is of a kind that cannot be stored'],
  ])('a method %s', async (_what, kind, body, message) => {
    const { id } = await created();
    expect(await add(id, kind, body)).toMatchObject(bad(message));
    expect(await read(id)).toMatchObject({ data: { customer: { payments: { ach: [], cards: [] } } } });
    expect((await atStripe(app, id)).methods).toEqual([]);
    const key = { card: 'card', token: 'token', applepay: 'apple_pay' }[kind] ?? '';
    const default_payment = { [key]: kind === 'token' ? (body as { token: string }).token : body };
    expect(await create({ id: 'Refused1', default_payment })).toMatchObject(bad(message));
    expect(await admin.call('GET', '/api/vault/Refused1')).toMatchObject(notFound);
    expect((await atStripe(app, 'Refused1')).customers).toBe(0);
  });

  it('a card that is another customer’s', async () => {
    const { id: theirs } = await created();
    await add(theirs, 'card', CARD);
    const token = (await atStripe(app, theirs)).methods[0]?.id;
    const { id } = await created();
    expect(await add(id, 'token', { token })).toMatchObject(bad('token was used already'));
    expect(await add(theirs, 'token', { token })).toMatchObject(bad('token was used already'));
    expect((await atStripe(app, theirs)).methods).toHaveLength(1);
  });

  it.each<[string, string, unknown, string]>([
    ['no number', 'card', { expiration_date: '1230' }, 'number is required'],
    ['no date', 'card', { number: CARD.number }, 'expiration_date is required'],
    ['a number as a number', 'card', { ...CARD, number: 4111111111111111 }, 'number must be a card number'],
    ['a wrong check digit', 'card', { ...CARD, number: '4111111111111112' }, 'number must be a card number'],
    ['blanks', 'card', { ...CARD, number: '4111 1111 1111 1111' }, 'number must be a card number'],
    ['a long date', 'card', { ...CARD, expiration_date: '12/2030' }, 'expiration_date must be MMYY or MM/YY'],
    ['month 13', 'card', { ...CARD, expiration_date: '1330' }, 'expiration_date must be MMYY or MM/YY'],
    ['an operator', 'card', { ...CARD, number: { $ne: null } }, 'number must be a card number'],
    ['no account number', 'ach', { ...ACCOUNT, account_number: '' }, 'account_number is required'],
    ['letters', 'ach', { ...ACCOUNT, account_number: 'DE12' }, 'account_number must have 4 to 17 digits'],
    [
      'a wrong routing number',
      'ach',
      { ...ACCOUNT, routing_number: '490000019' },
      'routing_number must be a routing number',
    ],
    [
      'another type',
      'ach',
      { ...ACCOUNT, account_type: 'giro' },
      'account_type must be one of the following values: checking, savings',
    ],
    [
      'a sec code by telephone',
      'ach',
      { ...ACCOUNT, sec_code: 'tel' },
      'sec_code must be one of the following values: web, ccd, ppd',
    ],
    ['no token', 'token', {}, 'token is required'],
    ['a token of nobody', 'token', { token: 'abc' }, 'token must be a token of Stripe’s, tok_… or pm_…'],
    ['a card number as a token', 'token', { token: CARD.number }, 'token must be a token of Stripe’s, tok_… or pm_…'],
    ['a card number in a token', 'token', { token: `pm_${CARD.number}` }, 'token must not contain a card number'],
    ['no key', 'applepay', { temporary_token: 'x' }, 'key_id is required'],
    ['neither token', 'applepay', { key_id: 'k' }, 'temporary_token or pkpaymenttoken is required, and not both'],
    [
      'both tokens',
      'applepay',
      { ...APPLE, pkpaymenttoken: { a: 1 } },
      'temporary_token or pkpaymenttoken is required, and not both',
    ],
    [
      'a text for an object',
      'applepay',
      { key_id: 'k', pkpaymenttoken: 'x' },
      'pkpaymenttoken must be an object of at most 20000 characters',
    ],
    [
      'a card number inside',
      'applepay',
      { key_id: 'k', pkpaymenttoken: { a: [CARD.number] } },
      'pkpaymenttoken must not contain a card number',
    ],
    ['a card number in a key', 'applepay', { ...APPLE, key_id: CARD.number }, 'key_id must not contain a card number'],
    ['no payload', 'googlepay', {}, 'google_pay_token is required'],
    [
      'a long payload',
      'googlepay',
      { google_pay_token: 'x'.repeat(20_001) },
      'google_pay_token must be an object or a text of at most 20000 characters',
    ],
    [
      'a card number in it',
      'googlepay',
      { google_pay_token: `{"a":"${CARD.number}"}` },
      'google_pay_token must not contain a card number',
    ],
  ])('%s', async (_what, kind, body, message) => {
    const { id } = await created();
    const before = await app.simulator.requests();
    expect(await add(id, kind, body)).toMatchObject(bad(message));
    expect((await app.simulator.requests()).requests).toHaveLength(before.requests.length);
    expect(await read(id)).toMatchObject({ data: { customer: { payments: { ach: [], cards: [] } } } });
  });

  it('two kinds of default payment', async () => {
    const answer = await create({ default_payment: { card: CARD, token: 'pm_card_visa' } });
    expect(answer).toMatchObject(
      bad('default_payment must have only one of card, ach, token, apple_pay, google_pay_token'),
    );
  });

  it.each(['card', 'ach', 'token', 'applepay', 'googlepay'])('%s of nobody: 404', async (kind) => {
    const body = { ...CARD, ...ACCOUNT, ...APPLE, token: 'pm_card_visa', google_pay_token: GOOGLE };
    expect(await add('nobody', kind, body)).toMatchObject(notFound);
  });
});

describe('changing', () => {
  const change = (id: string, kind: string, methodId: string, body: unknown) =>
    admin.call('POST', `/api/vault/customer/${id}/${kind}/${methodId}`, body);

  it('another number: our id stays, Stripe has another method and not the first any more', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const [before] = (await atStripe(app, id)).methods;
    const methodId = idOf(cardsOf(await read(id))[0]);
    const record = recordOf(await change(id, 'card', methodId, OTHER_CARD));
    expect(cardsOf(record)).toEqual([
      {
        id: methodId,
        card_type: 'mastercard',
        expiration_date: '2031-01-31T00:00:00Z',
        masked_number: '555555******4444',
        flags: [],
      },
    ]);
    expect(record.data.customer.defaults['payment_method_id']).toBe(methodId);
    const { methods } = await atStripe(app, id);
    expect(methods).toMatchObject([{ card: { last4: '4444' } }]);
    expect(methods[0]?.id).not.toBe(before?.id);
  });

  it('another number without a date keeps the date', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const methodId = idOf(cardsOf(await read(id))[0]);
    const record = recordOf(await change(id, 'card', methodId, { number: OTHER_CARD.number }));
    expect(cardsOf(record)).toMatchObject([{ card_type: 'mastercard', expiration_date: '2030-12-31T00:00:00Z' }]);
  });

  it('only another date: the same method at Stripe, changed in place', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const [before] = (await atStripe(app, id)).methods;
    const methodId = idOf(cardsOf(await read(id))[0]);
    const record = recordOf(
      await change(id, 'card', methodId, { expiration_date: '12/31', flags: ['surcharge_exempt'] }),
    );
    expect(cardsOf(record)).toMatchObject([
      {
        id: methodId,
        expiration_date: '2031-12-31T00:00:00Z',
        masked_number: '411111******1111',
        flags: ['surcharge_exempt'],
      },
    ]);
    expect((await atStripe(app, id)).methods).toMatchObject([
      { id: before?.id, card: { exp_month: 12, exp_year: 2031 } },
    ]);
  });

  it('flags alone, the same date, nothing: Stripe is not asked', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const methodId = idOf(cardsOf(await read(id))[0]);
    const before = await app.simulator.requests();
    const flags = ['locked_security', 'contact', 'closed_contact', 'locked_stop_recurring', 'applepay'];
    expect(
      cardsOf(recordOf(await change(id, 'card', methodId, { flags: [...flags, 'contact'] })))[0]?.['flags'],
    ).toEqual(flags);
    expect(cardsOf(recordOf(await change(id, 'card', methodId, { expiration_date: '1230' })))[0]?.['flags']).toEqual(
      flags,
    );
    expect(cardsOf(recordOf(await change(id, 'card', methodId, {})))[0]?.['flags']).toEqual(flags);
    expect(cardsOf(recordOf(await change(id, 'card', methodId, { flags: [] })))[0]?.['flags']).toEqual([]);
    expect((await app.simulator.requests()).requests).toHaveLength(before.requests.length);
  });

  it('a refused number or date changes nothing, flags neither', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const before = await read(id);
    const methodId = idOf(cardsOf(before)[0]);
    for (const body of [
      { number: '4000000000000002', expiration_date: '1231', flags: ['contact'] },
      { expiration_date: '0120', flags: ['contact'] },
    ])
      expect(await change(id, 'card', methodId, body)).toMatchObject(bad('card declined'));
    expect(await read(id)).toEqual(before);
    expect((await atStripe(app, id)).methods).toMatchObject([{ card: { last4: '1111', exp_year: 2030 } }]);
  });

  it('a bank account: another one, its type in place, its code here only', async () => {
    const { id } = await created({ default_payment: { ach: ACCOUNT } });
    const [first] = (await atStripe(app, id)).methods;
    const methodId = idOf(accountsOf(await read(id))[0]);
    expect(
      accountsOf(recordOf(await change(id, 'ach', methodId, { account_type: 'savings', sec_code: 'ppd' }))),
    ).toMatchObject([{ id: methodId, account_type: 'savings', sec_code: 'ppd', masked_account_number: '****9999' }]);
    expect((await atStripe(app, id)).methods).toMatchObject([
      { id: first?.id, us_bank_account: { account_type: 'savings' } },
    ]);
    expect(accountsOf(recordOf(await change(id, 'ach', methodId, { sec_code: 'ccd' })))).toMatchObject([
      { sec_code: 'ccd' },
    ]);
    expect(accountsOf(recordOf(await change(id, 'ach', methodId, { account_number: '000123456789' })))).toMatchObject([
      {
        id: methodId,
        account_type: 'savings',
        sec_code: 'ccd',
        routing_number: '490000018',
        masked_account_number: '****6789',
      },
    ]);
    expect((await atStripe(app, id)).methods).toHaveLength(1);
    expect(await change(id, 'ach', methodId, { routing_number: '110000000' })).toMatchObject(
      bad('account_number is required with another routing_number'),
    );
  });

  it('by a token, of the same type only', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const methodId = idOf(cardsOf(await read(id))[0]);
    expect(
      cardsOf(recordOf(await change(id, 'token', methodId, { token: 'pm_card_mastercard', flags: ['contact'] }))),
    ).toMatchObject([{ id: methodId, card_type: 'mastercard', flags: ['contact'] }]);
    expect(cardsOf(recordOf(await change(id, 'token', methodId, { flags: [] })))).toMatchObject([{ flags: [] }]);
    expect(await change(id, 'token', methodId, { token: 'pm_usBankAccount_success' })).toMatchObject(
      bad('token is of another type than the payment method'),
    );
    expect((await atStripe(app, id)).methods).toMatchObject([{ card: { brand: 'mastercard' } }]);
  });

  it('on the wrong route, of nobody, of another customer: 404', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const { id: other } = await created({ default_payment: { ach: ACCOUNT } });
    const [card, account] = [idOf(cardsOf(await read(id))[0]), idOf(accountsOf(await read(other))[0])];
    for (const [customer, kind, method] of [
      [id, 'ach', card],
      [other, 'card', account],
      [id, 'card', account],
      [other, 'token', card],
      [id, 'card', 'nothing'],
      ['nobody', 'card', card],
    ] as const) {
      expect(await change(customer, kind, method, { flags: ['contact'] })).toMatchObject(notFound);
      if (kind !== 'token')
        expect(await admin.call('DELETE', `/api/vault/customer/${customer}/${kind}/${method}`)).toMatchObject(notFound);
    }
  });

  it.each<[string, string, object, string]>([
    [
      'an unknown flag',
      'card',
      { flags: ['vip'] },
      'each value in flags must be one of the following values: surcharge_exempt, applepay, closed_contact, contact, locked_security, locked_stop_recurring',
    ],
    ['a flag that is no list', 'card', { flags: 'contact' }, 'flags must be an array'],
    ['a number that is none', 'card', { number: '1', expiration_date: '1230' }, 'number must be a card number'],
    ['a date that is none', 'card', { expiration_date: '1' }, 'expiration_date must be MMYY or MM/YY'],
    ['an account that is none', 'ach', { account_number: '1' }, 'account_number must have 4 to 17 digits'],
    ['a token that is none', 'token', { token: '1' }, 'token must be a token of Stripe’s, tok_… or pm_…'],
  ])('%s', async (_what, kind, body, message) => {
    const { id } = await created({ default_payment: kind === 'ach' ? { ach: ACCOUNT } : { card: CARD } });
    const before = await read(id);
    const methodId = idOf([...cardsOf(before), ...accountsOf(before)][0]);
    expect(await change(id, kind, methodId, body)).toMatchObject(bad(message));
    expect(await read(id)).toEqual(before);
  });
});

describe('deleting', () => {
  it('promotes the newest that is left, cards before bank accounts, and takes it from Stripe', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    await add(id, 'card', OTHER_CARD);
    await add(id, 'card', AMEX);
    await add(id, 'ach', ACCOUNT);
    const order: [string, string, number][] = [];
    for (;;) {
      const { data } = await read(id);
      const { payment_method_id: methodId, payment_method_type: type } = data.customer.defaults;
      if (methodId === '') break;
      const all = [...data.customer.payments.cards, ...data.customer.payments.ach];
      const one = all.find((method) => method['id'] === methodId);
      order.push([String(type), String(one?.['masked_number'] ?? one?.['masked_account_number']), all.length]);
      const gone = await admin.call('DELETE', `/api/vault/customer/${id}/${type}/${methodId}`);
      expect(gone).toMatchObject({ status: 200, body: { status: 'success', msg: 'success' } });
      expect(gone.body).not.toHaveProperty('data');
      expect((await atStripe(app, id)).methods).toHaveLength(all.length - 1);
    }
    expect(order).toEqual([
      ['card', '411111******1111', 4],
      ['card', '378282*****0005', 3],
      ['card', '555555******4444', 2],
      ['ach', '****9999', 1],
    ]);
    expect((await read(id)).data.customer.defaults).toMatchObject({ payment_method_id: '', payment_method_type: '' });
  });

  it('of another than the default changes no default; twice is 404', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const record = recordOf(await add(id, 'card', OTHER_CARD));
    const path = `/api/vault/customer/${id}/card/${idOf(cardsOf(record)[1])}`;
    expect((await admin.call('DELETE', path)).status).toBe(200);
    expect(await admin.call('DELETE', path)).toMatchObject(notFound);
    expect((await read(id)).data.customer.defaults).toEqual(record.data.customer.defaults);
  });
});

describe('at the same time', () => {
  it('two different methods: both', async () => {
    const { id } = await created();
    const answers = await Promise.all([add(id, 'card', CARD), add(id, 'card', OTHER_CARD), add(id, 'ach', ACCOUNT)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const record = await read(id);
    expect([cardsOf(record), accountsOf(record)]).toMatchObject([{ length: 2 }, { length: 1 }]);
    expect(await atStripe(app, id)).toMatchObject({ customers: 1, methods: { length: 3 } });
  });

  it('the same one while the first is not answered: one', async () => {
    const { id } = await created();
    await app.simulator.fault({ method: 'POST', path: '/v1/setup_intents', times: 1 }, { type: 'latency', ms: 400 });
    const answers = await Promise.all([add(id, 'card', CARD), add(id, 'card', CARD)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(cardsOf(await read(id))).toHaveLength(1);
    expect((await atStripe(app, id)).methods).toHaveLength(1);
  });

  it('two dates of one card: the record says what Stripe says', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const path = `/api/vault/customer/${id}/card/${idOf(cardsOf(await read(id))[0])}`;
    await app.simulator.fault(
      { method: 'POST', path: '/v1/payment_methods/*', times: 1 },
      { type: 'latency', ms: 300 },
    );
    const dates = ['0131', '0231', '0331'];
    const answers = await Promise.all(dates.map((expiration_date) => admin.call('POST', path, { expiration_date })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const [stored] = cardsOf(await read(id));
    const [atTheirs] = (await atStripe(app, id)).methods;
    expect(new Date(String(stored?.['expiration_date'])).getUTCMonth() + 1).toBe(atTheirs?.card?.exp_month);
  });

  it('a change and a deletion: gone here and there, whoever was first', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const path = `/api/vault/customer/${id}/card/${idOf(cardsOf(await read(id))[0])}`;
    const [changed, deleted] = await Promise.all([admin.call('POST', path, OTHER_CARD), admin.call('DELETE', path)]);
    expect([200, 404]).toContain(changed.status);
    expect(deleted.status).toBe(200);
    await app.advance(700_000);
    await resolveVault(app);
    expect(cardsOf(await read(id))).toEqual([]);
    expect((await atStripe(app, id)).methods).toEqual([]);
  });
});

it('every route answers a wrong method with 405', async () => {
  const { id } = await created();
  for (const kind of ['card', 'ach', 'token', 'applepay', 'googlepay'])
    expect((await admin.call('GET', `/api/vault/customer/${id}/${kind}`)).status).toBe(405);
});

describe('what real clients send', () => {
  const change = (id: string, kind: string, methodId: string, body?: unknown) =>
    admin.call('POST', `/api/vault/customer/${id}/${kind}/${methodId}`, body);

  it('null and empty for all that may be left out, and what nobody knows', async () => {
    const { id } = await created({
      default_payment: {
        card: { ...CARD, cvc: '123' },
        ach: null,
        token: null,
        apple_pay: null,
        google_pay_token: null,
      },
      default_billing_address: null,
    });
    const methodId = idOf(cardsOf(await read(id))[0]);
    const nothing = { number: null, expiration_date: '', flags: null, cvc: '123', more: { a: [1] } };
    expect(cardsOf(recordOf(await change(id, 'card', methodId, nothing)))).toEqual(cardsOf(await read(id)));
    expect(cardsOf(recordOf(await change(id, 'token', methodId, { token: null, flags: null })))).toHaveLength(1);
    const apple = { ...APPLE, processor_id: null, pkpaymenttoken: null };
    expect(cardsOf(recordOf(await add(id, 'applepay', apple)))).toHaveLength(2);
  });

  it('no body, and an empty one with a JSON content type', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const methodId = idOf(cardsOf(await read(id))[0]);
    expect((await change(id, 'card', methodId)).status).toBe(200);
    expect((await change(id, 'card', methodId, '')).status).toBe(200);
    expect(await add(id, 'card', '')).toMatchObject(bad('number is required; expiration_date is required'));
  });

  it('a body on DELETE, and the key with a scheme word', async () => {
    const { id } = await created({ default_payment: { card: CARD } });
    const path = `/api/vault/customer/${id}/card/${idOf(cardsOf(await read(id))[0])}`;
    const gone = await admin.call('DELETE', path, { id: 'other' }, `Bearer ${admin.key}`);
    expect(gone).toMatchObject({ status: 200, body: { msg: 'success' } });
  });
});
