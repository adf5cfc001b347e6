import { getModelToken } from '@nestjs/mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Model } from 'mongoose';
import { OFFER_MODEL } from '../../../src/modules/payment/shopper/offer.schema.js';
import type { Offer } from '../../../src/modules/payment/shopper/offer.types.js';
import { armFailpoints } from '../../../src/platform/common/failpoints.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { logs } from '../../support/log-capture.js';
import { HOUR, newCuid, payments, recordOf, secret } from '../../support/payments.js';

const ADMIN = { ADMIN_EMAIL: 'boss@example.com', ADMIN_PASSWORD: 'the first password' };
const TERMS = { amount: 4_950, currency: 'eur' };

let app: TestApp;
let admin: string;
let cuid: string;

beforeAll(async () => {
  app = await startTestApp({ webhooks: false, env: { ...ADMIN, RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d' } });
  admin = await login(app);
});
beforeEach(() => {
  cuid = newCuid();
});
afterAll(() => app.stop());

/**
 * Stripe refuses the price: its minimum is that of the account's own currency, converted. Ours knows only the published ones.
 */
async function whileTooLittle(work: () => Promise<void>): Promise<void> {
  const create = { method: 'POST', path: '/v1/payment_intents', times: 0 };
  const action = { type: 'status', status: 400, code: 'amount_too_small', param: 'amount' } as const;
  const fault = await app.simulator.fault(create, action);
  await work();
  await app.simulator.clearFaults(fault);
}

async function login(at: TestApp): Promise<string> {
  const body = { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD };
  return String((await at.http.post('/user/login', body)).body['access_token']);
}

const put = (body: unknown, token = admin, id = cuid) => app.http.put(`/checkout/${id}`, body, { token });
const pay = (token: string, id = cuid) => app.http.post('/payment', { cuid: id }, { token });
const stored = (id = cuid) =>
  app.app.get<Model<Offer>>(getModelToken(OFFER_MODEL), { strict: false }).findById(id).lean<Offer>().exec();

describe('PUT /checkout/{cuid}', () => {
  describe('who may', () => {
    it('an administrator', async () => {
      const answer = await put(TERMS);
      expect([answer.status, answer.body]).toEqual([200, { cuid, ...TERMS, metadata: {} }]);
    });

    it('nobody else: 403 with a token, 401 without, and nothing is stored', async () => {
      const { token } = await app.register();
      expect((await put(TERMS, token)).body).toMatchObject({ statusCode: 403, error: 'Forbidden' });
      expect((await app.http.put(`/checkout/${cuid}`, TERMS)).status).toBe(401);
      expect((await put(TERMS, 'nonsense')).status).toBe(401);
      expect(await stored()).toBeNull();
    });
  });

  describe('what it takes', () => {
    it('all of it, and says it back', async () => {
      const { userId } = await app.register();
      const metadata = { order: '1042', 'shop:cart.id': 'a b', 'utm-source': 'é'.repeat(500), ['x'.repeat(40)]: '1' };
      const body = { ...TERMS, description: 'Order 1042', metadata, userId };
      const answer = await put({ ...body, expiresAt: '2030-01-01T01:00:00.5+01:00' });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ cuid, ...body, expiresAt: '2030-01-01T00:00:00.500Z' });
    });

    it.each<[string, object]>([
      ['the smallest amount that Stripe charges in euros', { amount: 50 }],
      ['the largest amount', { amount: 99_999_999 }],
      ['rupiahs, of twelve digits', { amount: 999_999_999_999, currency: 'idr' }],
      ['shillings, in whole hundreds', { amount: 200, currency: 'ugx' }],
      ['guilders of Cura00e7ao', { amount: 100, currency: 'xcg' }],
      ['a whole number with a fraction of nothing', { amount: 5000.0 }],
      ['yen, which have no minor unit', { amount: 500, currency: 'jpy' }],
      ['dinars, whose last digit is 0', { amount: 10_010, currency: 'kwd' }],
      ['forty metadata keys', { metadata: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, 'v'])) }],
      ['no metadata', { metadata: {} }],
      ['names that every object has', { metadata: { toString: 'x', hasOwnProperty: 'y' } }],
      ['an order number as long as a card’s', { metadata: { order: '1000000000000000' } }],
    ])('%s', async (_what, part) => {
      const answer = await put({ ...TERMS, ...part });
      expect([answer.status, answer.body]).toEqual([200, { cuid, ...TERMS, metadata: {}, ...part }]);
    });

    const wrong = {
      amount: [0, -1, 1, 49, 1.5, 100_000_000, '2000', '', null, true, [2000], { $gt: 0 }, 2 ** 53, undefined],
      currency: ['EUR', 'eu', 'euro', 'xxx', 'eur\n', ' eur', '', 5, null, ['eur'], { $ne: null }, undefined],
      description: [
        '',
        'x'.repeat(501),
        5,
        null,
        ['x'],
        { $regex: '.*' },
        'card 4242 4242 4242 4242',
        '4,2,4,2,4,2,4,2,4,2,4,2,4,2,4,2',
        '4242<b></b>4242<b></b>4242<b></b>4242',
        '4242%204242%204242%204242',
        'Maestro 6799990100000000019',
      ],
      metadata: [
        null,
        'order',
        5,
        [],
        [['order', '1']],
        { order: 1042 },
        { order: null },
        { order: '' },
        { order: { $gt: '' } },
        { order: ['1042'] },
        { order: 'x'.repeat(501) },
        { ['x'.repeat(41)]: '1' },
        { '': '1' },
        { $set: '1' },
        { 'a[b]': '1' },
        { payment_id: 'pay_other' },
        { deployment_id: 'other' },
        { scope: 's' },
        { userId: 'u' },
        { cuid: 'c' },
        { fp: 'f' },
        { note: '4242424242424242' },
        { order: '4242 4242 4242 4242' },
        { note: 'a\u0000b' },
        { note: 'a\ud800b' },
        { '4242424242424242': 'x' },
        Object.fromEntries(Array.from({ length: 41 }, (_, i) => [`k${i}`, 'v'])),
      ],
      expiresAt: [
        'tomorrow',
        '',
        5,
        null,
        ['2030-01-01T00:00:00Z'],
        { $gt: '' },
        '2030-01-01',
        '2030-01-01T00:00:00',
        '2030-02-30T00:00:00Z',
        '2030-13-01T00:00:00Z',
        '2030-01-01T25:00:00Z',
        '2030-01-01 00:00:00Z',
        '2030-W01-1',
        '2030-001T00:00:00Z',
        '20300101T000000Z',
        '+275760-09-14T00:00:00Z',
        1_893_456_000_000,
      ],
      userId: ['me', '', 5, null, { $ne: null }, 'A'.repeat(24), '0'.repeat(25), ['0'.repeat(24)]],
    };
    const cases = Object.entries(wrong).flatMap(([field, values]) =>
      values.map((value): [string, string, unknown] => [
        field,
        JSON.stringify(value)?.slice(0, 60) ?? 'missing',
        value,
      ]),
    );
    it.each(cases)('refuses %s %s', async (field, _shown, value) => {
      const answer = await put({ ...TERMS, [field]: value });
      expect([answer.status, answer.body['error']]).toEqual([400, 'Bad Request']);
      expect(JSON.stringify(answer.body['message'])).toContain(field);
      expect(await stored()).toBeNull();
    });

    it.each<[string, string]>([
      ['a prototype in the body', `{"amount":1,"currency":"usd","__proto__":{"isAdmin":true}}`],
      ['a prototype in the metadata', `{"amount":1,"currency":"usd","metadata":{"__proto__":"x"}}`],
      ['a property nobody knows', `{"amount":1,"currency":"usd","claimedBy":"0"}`],
      ['the kind', `{"amount":1,"currency":"usd","kind":"default"}`],
      ['an infinite amount', `{"amount":1e309,"currency":"usd"}`],
      ['shillings that are no whole hundreds', '{"amount":150,"currency":"ugx"}'],
      ['kr00f3nur that are no whole hundreds', '{"amount":150,"currency":"isk"}'],
      ['thirteen digits of rupiahs', '{"amount":1000000000000,"currency":"idr"}'],
      ['dinars whose last digit is not 0', `{"amount":10001,"currency":"kwd"}`],
      ['a list', `[{"amount":1,"currency":"usd"}]`],
      ['null', 'null'],
      ['a text', '"usd"'],
      ['nothing', ''],
      ['half a body', '{"amount":1'],
    ])('refuses %s', async (_what, body) => {
      expect((await put(body)).status).toBe(400);
      expect(await stored()).toBeNull();
    });

    it.each(['constructor', 'prototype'])('refuses %s in the metadata, which would be lost', async (name) => {
      for (const metadata of [{ [name]: 'x' }, { order: '1', [name]: 'x' }, { order: { [name]: 'x' } }]) {
        const answer = await put({ ...TERMS, metadata });
        expect([answer.status, answer.body['message']]).toEqual([
          400,
          [`metadata must not have a property named ${name}`],
        ]);
      }
      expect(await stored()).toBeNull();
    });

    it('refuses __proto__ wherever it stands, and names it', async () => {
      for (const body of [
        `{"metadata":{"__proto__":"x"}}`,
        `{"__proto__":{"isAdmin":true}}`,
        `{"a":[{"__proto__":1}]}`,
      ]) {
        const answer = await put(body);
        expect([answer.status, answer.body['message']]).toEqual([400, 'The property name __proto__ is not allowed']);
      }
    });

    it.each(['toString', 'constructor', 'prototype', 'hasOwnProperty', 'valueOf'])(
      'takes %s for a property nobody knows, like any other',
      async (name) => {
        const answer = await put({ ...TERMS, [name]: 'x' });
        expect([answer.status, answer.body['message']]).toEqual([400, [`property ${name} should not exist`]]);
      },
    );

    it.each([
      'tz4a98xxat96iws9zmbrgj3a',
      'CJLD2CJXH0000QZRMN831I7RN',
      'return',
      'c'.repeat(26),
      '%7B%22$ne%22:1%7D',
      'cjld2cjxh0000qzrmn831i7rn%0A',
    ])('refuses %s in the address', async (id) => {
      expect((await put(TERMS, admin, id)).status).toBe(400);
    });
  });

  describe('until it is claimed', () => {
    it('can be replaced, whole', async () => {
      await put({ ...TERMS, description: 'first', metadata: { order: '1' }, expiresAt: '2030-01-01T00:00:00Z' });
      const again = await put({ amount: 100, currency: 'usd' });
      expect([again.status, again.body]).toEqual([200, { cuid, amount: 100, currency: 'usd', metadata: {} }]);
      const { token } = await app.register();
      expect((await pay(token)).body).toMatchObject({ amount: 100, currency: 'usd' });
    });

    it('is fixed afterwards, 409, and the price stays', async () => {
      await put(TERMS);
      const { token } = await app.register();
      expect((await pay(token)).status).toBe(201);
      expect((await put({ amount: 100, currency: 'usd' })).body).toMatchObject({ statusCode: 409, error: 'Conflict' });
      expect((await put(TERMS)).status).toBe(200); // sent again after a lost answer: nothing is to be changed
      expect(await stored()).toMatchObject({ amountMinor: 4_950, currency: 'eur' });
    });

    it('a payment at the default price leaves a tombstone that refuses it', async () => {
      const { token } = await app.register();
      expect((await pay(token)).body).toMatchObject({ amount: 2000, currency: 'usd' });
      expect((await put(TERMS)).status).toBe(409);
      expect((await pay(token)).body).toMatchObject({ amount: 2000 });
      // The tombstone reserves nothing: another user has a payment of their own under the same cuid.
      expect((await pay((await app.register()).token)).body).toMatchObject({ amount: 2000 });
    });
  });
});

describe('paying a checkout', () => {
  it('charges its price, and takes its description and metadata to Stripe beside our own', async () => {
    await put({ ...TERMS, description: 'Order 1042', metadata: { order: '1042', 'shop:cart.id': 'x' } });
    const { token, userId } = await app.register();
    const made = await pay(token);
    expect(made.body).toMatchObject(TERMS);
    const record = await recordOf(app, String(made.body['id']));
    expect(await secret(app).paymentIntents.retrieve(String(made.body['id']))).toMatchObject({
      ...TERMS,
      description: 'Order 1042',
      metadata: { order: '1042', 'shop:cart.id': 'x', payment_id: record._id, userId, cuid },
    });
    const confirm = { cuid, paymentId: made.body['id'], paymentMethodId: 'pm_card_visa' };
    expect((await app.http.post('/payment/confirm', confirm, { token })).body).toMatchObject({
      ...TERMS,
      status: 'succeeded',
    });
    expect((await app.simulator.ledger({ paymentIntent: record.providerPaymentId })).charged).toBe(4_950);
  });

  it('belongs to the first user who claims it: a second gets 409, the first the same payment', async () => {
    await put(TERMS);
    const [first, second] = [await app.register(), await app.register()];
    const made = await pay(first.token);
    expect((await pay(second.token)).body).toMatchObject({ statusCode: 409 });
    expect((await app.http.get('/payment', { token: second.token })).body).toEqual([]);
    expect((await pay(first.token)).text).toBe(made.text);
  });

  it('of many users at once, one', async () => {
    await put(TERMS);
    const users = await Promise.all(Array.from({ length: 8 }, () => app.register()));
    const answers = await Promise.all(users.map(({ token }) => pay(token)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 7 }, () => 409),
    ]);
    expect(await payments(app).countDocuments({ cuid })).toBe(1);
  });

  it('that names a user is theirs alone', async () => {
    const [owner, other] = [await app.register(), await app.register()];
    await put({ ...TERMS, userId: owner.userId });
    expect((await pay(other.token)).status).toBe(409);
    expect(await stored()).toMatchObject({ claimedBy: null });
    expect((await pay(owner.token)).body).toMatchObject(TERMS);
  });

  it('is claimed again by the same user when Stripe was away the first time', async () => {
    await put(TERMS);
    const { token } = await app.register();
    await app.http.post('/payment', { cuid: newCuid() }, { token }); // the Customer is there
    await app.simulator.fault({ method: 'POST', path: '/v1/payment_intents', times: 2 }, { type: 'reset_before' });
    expect((await pay(token)).status).toBe(502);
    expect((await put({ amount: 100, currency: 'usd' })).status).toBe(409);
    expect((await pay(token)).body).toMatchObject(TERMS);
  });

  it('is refused by Stripe as too little: 400, also when Stripe is asked no more', async () => {
    await put(TERMS);
    const { token } = await app.register();
    await whileTooLittle(async () => expect((await pay(token)).status).toBe(400));
    expect((await pay(token)).status).toBe(400);
  });

  it('past its time is 409, never the default price, and can be given more time', async () => {
    const expiresAt = new Date(app.clock.now() + HOUR).toISOString();
    await put({ ...TERMS, expiresAt });
    const [early, late] = [await app.register(), await app.register()];
    const taken = newCuid();
    await put({ ...TERMS, expiresAt }, admin, taken);
    const made = await pay(early.token, taken);
    await app.advance(HOUR);
    expect((await pay(late.token)).body).toMatchObject({
      statusCode: 409,
      message: expect.stringContaining('expired'),
    });
    expect(await payments(app).countDocuments({ cuid })).toBe(0);
    expect((await pay(early.token, taken)).body).toMatchObject({ id: made.body['id'] }); // claimed in time
    expect((await put({ ...TERMS, expiresAt: new Date(app.clock.now() + HOUR).toISOString() })).status).toBe(200);
    expect((await pay(late.token)).body).toMatchObject(TERMS);
  });

  it('thirty times: whoever is first, what is charged is what the checkout says', async () => {
    const { token } = await app.register();
    await app.http.post('/payment', { cuid: newCuid() }, { token });
    const winners = new Set<number>();
    for (let round = 0; round < 30; round++) {
      const id = newCuid();
      const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
      const [registered, made] = await Promise.all([
        pause(round % 6).then(() => put(TERMS, admin, id)),
        pause((round * 7) % 5).then(() => pay(token, id)),
      ]);
      expect(made.status).toBe(201);
      winners.add(registered.status);
      const expected = registered.status === 200 ? TERMS : { amount: 2000, currency: 'usd' };
      expect(made.body).toMatchObject(expected);
      expect(await stored(id)).toMatchObject({ amountMinor: expected.amount, currency: expected.currency });
      const intent = await secret(app).paymentIntents.retrieve(String(made.body['id']));
      expect(intent).toMatchObject(expected);
    }
    expect([...winners].every((status) => status === 200 || status === 409)).toBe(true);
  });

  it('thirty replacements against one payment: the last one answered 200 before the claim is what is charged', async () => {
    const { token } = await app.register();
    await put(TERMS);
    const replacing = Array.from({ length: 30 }, (_, i) => put({ amount: 1_000 + i, currency: 'eur' }));
    const [made, ...replaced] = await Promise.all([pay(token), ...replacing]);
    expect(made.status).toBe(201);
    const checkout = await stored();
    expect(made.body).toMatchObject({ amount: checkout?.amountMinor, currency: 'eur' });
    expect(replaced.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect(checkout?.claimedBy).not.toBeNull();
  });

  it('a replacement between the look and the claim: the claim looks again, and what stands is charged', async () => {
    const { token } = await app.register();
    await put(TERMS);
    armFailpoints('offer.claim.before=sleep:1500');
    try {
      const paying = pay(token);
      await sleep(300);
      expect((await put({ amount: 1_000, currency: 'eur' })).status).toBe(200);
      expect((await paying).body).toMatchObject({ amount: 1_000, currency: 'eur' });
    } finally {
      armFailpoints(undefined);
    }
  });
});

describe('a price that Stripe refuses', () => {
  const RIGHT = { amount: 4_950, currency: 'eur', description: 'Order 1042', metadata: { order: '1042' } };

  /** A payer whose payment Stripe has refused. */
  async function refused() {
    await put({ amount: 100, currency: 'usd' });
    const { token, userId } = await app.register();
    await whileTooLittle(async () => expect((await pay(token)).status).toBe(400));
    return { token, userId };
  }
  const record = () => payments(app).findOne({ cuid }).lean().exec();

  it('can be corrected: the claimant stays bound, and the next create asks anew with all of it', async () => {
    const { token, userId } = await refused();
    expect((await put(RIGHT)).status).toBe(200);
    expect(await stored()).toMatchObject({ claimedBy: userId });
    expect((await pay((await app.register()).token)).status).toBe(409);
    const made = await pay(token);
    expect([made.status, made.body]).toEqual([201, expect.objectContaining(TERMS)]);
    expect(await record()).toMatchObject({ state: 'PI_CREATED', createGeneration: 1, finalAt: null });
    expect(await secret(app).paymentIntents.retrieve(String(made.body['id']))).toMatchObject({
      amount: 4_950,
      currency: 'eur',
      description: 'Order 1042',
      metadata: { order: '1042', cuid, userId },
    });
    expect((await put({ amount: 100, currency: 'usd' })).status).toBe(409);
    const confirm = { cuid, paymentId: made.body['id'], paymentMethodId: 'pm_card_visa' };
    expect((await app.http.post('/payment/confirm', confirm, { token })).body['status']).toBe('succeeded');
  });

  it('again and again, until it is right', async () => {
    const { token } = await refused();
    for (const amount of [200, 300]) {
      expect((await put({ amount, currency: 'usd' })).status).toBe(200);
      await whileTooLittle(async () => expect((await pay(token)).status).toBe(400));
      expect((await pay(token)).status).toBe(400); // asks Stripe no more, until the next correction
    }
    expect(await record()).toMatchObject({ state: 'REJECTED', createGeneration: 2 });
    expect((await put(TERMS)).status).toBe(200);
    expect((await pay(token)).body).toMatchObject(TERMS);
  });

  it('not for another user than the one who is bound', async () => {
    await refused();
    const other = await app.register();
    expect((await put({ ...TERMS, userId: other.userId })).status).toBe(409);
    expect(await stored()).toMatchObject({ amountMinor: 100 });
  });

  it('the message sends nobody to a new cuid, which would cost the default price', async () => {
    const { token } = await refused();
    const answers = [await pay(token)];
    await put(TERMS);
    const made = await pay(token);
    await secret(app).paymentIntents.cancel(String(made.body['id']));
    answers.push(await pay(token));
    const confirm = { cuid, paymentId: made.body['id'], paymentMethodId: 'pm_card_visa' };
    answers.push(await app.http.post('/payment/confirm', confirm, { token }));
    expect(answers.map(({ status }) => status)).toEqual([400, 409, 409]);
    for (const { body } of answers) expect(body['message']).not.toContain('new cuid');
  });

  it('expired after the correction is 409 like any other', async () => {
    const { token } = await refused();
    await put({ ...TERMS, expiresAt: new Date(app.clock.now() + HOUR).toISOString() });
    await app.advance(2 * HOUR);
    expect((await pay(token)).body).toMatchObject({ statusCode: 409, message: expect.stringContaining('expired') });
  });

  it('a correction between the look and the reopening: what stands is charged', async () => {
    const { token } = await refused();
    await put({ amount: 1_000, currency: 'eur' });
    armFailpoints('create.reopen.before=sleep:1500');
    try {
      const paying = pay(token);
      await sleep(500);
      expect((await put({ amount: 1_200, currency: 'eur' })).status).toBe(200);
      expect((await paying).body).toMatchObject({ amount: 1_200, currency: 'eur' });
      expect(await stored()).toMatchObject({ amountMinor: 1_200 });
    } finally {
      armFailpoints(undefined);
    }
  });

  it.each(['offer.reclaim.after', 'create.reopen.before', 'create.reopen.after', 'create.send.before'])(
    'dead at %s: the payer comes back and pays what stands',
    async (point) => {
      const { token } = await refused();
      await put(TERMS);
      armFailpoints(`${point}=throw`);
      expect((await app.http.post('/payment', { cuid }, { token, check: false })).status).toBe(500);
      armFailpoints(undefined);
      const begun = (await record())?.state === 'NEW';
      const corrected = await put({ amount: 1_300, currency: 'eur' });
      expect(corrected.status).toBe(begun ? 409 : 200);
      await app.advance(2 * 60_000); // the lease of whoever died
      expect((await pay(token)).body).toMatchObject(begun ? TERMS : { amount: 1_300, currency: 'eur' });
    },
  );

  it('ten corrections against the payer: the last one answered 200 is what is charged', async () => {
    const { token } = await refused();
    await put(TERMS);
    const correcting = Array.from({ length: 10 }, (_, i) => put({ amount: 1_000 + i, currency: 'eur' }));
    await Promise.all([pay(token), pay(token), ...correcting]);
    const made = await pay(token);
    expect(made.body).toMatchObject({ amount: (await stored())?.amountMinor, currency: 'eur' });
  });
});

describe('expiresAt', () => {
  it.each([-1, 0, -HOUR, -365 * 24 * HOUR])('%i ms from now is 400, and nothing is stored', async (ms) => {
    const expiresAt = new Date(app.clock.now() + ms).toISOString();
    const answer = await put({ ...TERMS, expiresAt });
    expect([answer.status, answer.body['message']]).toEqual([400, ['expiresAt must be in the future']]);
    expect(await stored()).toBeNull();
  });
});

describe('STOREFRONT_DEFAULT_PRICE=false', () => {
  it('a cuid without a checkout is 409 and costs nothing; with one it is paid', async () => {
    const strict = await startTestApp({
      webhooks: false,
      simulator: app.simulator,
      env: { ...ADMIN, STOREFRONT_DEFAULT_PRICE: 'false' },
    });
    const { token } = await strict.register();
    const refused = await strict.http.post('/payment', { cuid }, { token });
    expect(refused.body).toMatchObject({ statusCode: 409, error: 'Conflict' });
    expect(await payments(strict).countDocuments({})).toBe(0);
    const boss = await login(strict);
    expect((await strict.http.put(`/checkout/${cuid}`, TERMS, { token: boss })).status).toBe(200);
    expect((await strict.http.post('/payment', { cuid }, { token })).body).toMatchObject(TERMS);
    await strict.stop();
  });
});

describe('GET /checkout/return', () => {
  it('is a page that says nothing of the payment, and whose query is neither shown nor logged', async () => {
    logs.clear();
    const query =
      'payment_intent=pi_1&payment_intent_client_secret=pi_1_secret_ReturnPageSecret&redirect_status=succeeded';
    const plain = await app.http.get('/checkout/return', { check: false });
    const full = await app.http.get(`/checkout/return?${query}<script>alert(1)</script>`, { check: false });
    expect([plain.status, full.status]).toEqual([200, 200]);
    expect(full.text).toBe(plain.text);
    expect(full.text).not.toMatch(/<script|succeeded|https?:/);
    expect(full.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(full.headers.get('referrer-policy')).toMatch(/no-referrer/);
    expect(full.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(full.headers.get('set-cookie')).toBeNull();
    expect(logs.text).toContain('"route":"/checkout/return"');
    expect(logs.text).not.toMatch(/ReturnPageSecret|payment_intent|redirect_status|alert/);
  });

  it.each(['POST', 'PUT', 'DELETE'])('%s is not there', async (method) => {
    const answer = await app.http.request(method, '/checkout/return', method === 'DELETE' ? undefined : TERMS, {
      token: admin,
      check: false,
    });
    expect([400, 405]).toContain(answer.status);
  });
});

describe('a payer who has paid before, whose new cuid is claimed without a look first', () => {
  let token: string;
  beforeEach(async () => {
    ({ token } = await app.register());
    await pay(token, newCuid()); // their Stripe Customer is there from now on
  });

  it('pays what is registered, and only they may', async () => {
    await put(TERMS);
    expect((await pay(token)).body).toMatchObject(TERMS);
    const other = await app.register();
    await pay(other.token, newCuid());
    expect((await pay(other.token)).status).toBe(409);
    expect((await pay(token)).body).toMatchObject(TERMS);
  });

  it('is refused what has expired', async () => {
    await put({ ...TERMS, expiresAt: new Date(app.clock.now() + HOUR).toISOString() });
    await app.advance(2 * HOUR);
    expect((await pay(token)).status).toBe(409);
  });

  it('pays the default price once, however often and at once it is asked', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => pay(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    const created = (await app.simulator.requests({ path: '/v1/payment_intents' })).requests;
    expect(created.filter(({ params }) => (params['metadata'] as { cuid?: string })?.cuid === cuid)).toHaveLength(1);
    expect((await put(TERMS)).status).toBe(409);
  });

  it('shares a cuid with another payer as two payments', async () => {
    const other = await app.register();
    await pay(other.token, newCuid());
    const ids = [(await pay(token)).body['id'], (await pay(other.token)).body['id']];
    expect(new Set(ids).size).toBe(2);
  });
});
