import { startTestApp, type TestApp } from '../../support/app.js';
import { badRequest, CARD, failure, type GhostCaller, ghostCaller, invalidId, notFound } from '../../support/ghost.js';
import { atStripe, vaultCustomers } from '../../support/vault.js';

let app: TestApp;
let ghost: GhostCaller;
let other: GhostCaller;
let customer: string;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  ghost = await ghostCaller(app);
  other = await ghostCaller(app, 'other');
  customer = await created();
});
afterAll(() => app.stop());

const created = async (): Promise<string> => String((await ghost.doc('POST', '/customers', {}))['id']);
const add = (body: unknown, path = `/customers/${customer}/cards`) => ghost.call('POST', path, body);
const added = async (of: string, body: object = CARD): Promise<string> =>
  String((await ghost.doc('POST', `/customers/${of}/cards`, body))['id']);
const defaultOf = async (id: string) => (await ghost.doc('GET', `/customers/${id}`))['defaultCardId'];

describe('POST /customers/{customerId}/cards', () => {
  it('stores a card, without number and code', async () => {
    const answer = await add(CARD);
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        doc: {
          id: expect.stringMatching(/^card_[0-9a-z]{20}$/),
          customerId: customer,
          brand: 'visa',
          last4: '4242',
          expMonth: '02',
          expYear: '2038',
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        },
      },
    ]);
    const stored = JSON.stringify(await vaultCustomers(app).find().lean().exec());
    expect(stored).not.toMatch(/42424242|cvc/);
  });

  it('takes numbers for texts, and pads what a number has lost', async () => {
    const card = { number: 4242424242424242, expMonth: 2, expYear: 2038, cvc: 7 };
    expect(await ghost.doc('POST', `/customers/${customer}/cards`, card)).toMatchObject({
      last4: '4242',
      expMonth: '02',
      expYear: '2038',
    });
  });

  it('passes the code on to Stripe', async () => {
    const fresh = await created();
    await added(fresh, { ...CARD, cvc: 7 });
    const { customerId = '' } =
      (await vaultCustomers(app).findById(fresh.slice('customer_'.length)).lean().exec()) ?? {};
    const { methods } = await atStripe(app, customerId);
    expect(methods.map(({ card }) => card?.checks?.cvc_check)).toEqual(['pass']);
  });

  it.each([
    ['pm_card_mastercard', 'mastercard'],
    ['tok_visa', 'visa'],
  ])('takes the token %s', async (token, brand) => {
    expect(await ghost.doc('POST', `/customers/${customer}/cards`, { token })).toMatchObject({ brand });
  });

  it.each<[object | undefined, unknown]>([
    [undefined, 'number is required'],
    [{}, 'number is required'],
    [{ ...CARD, number: '4242424242424241' }, 'number must be a card number'],
    [{ ...CARD, number: '4242 4242 4242 4242' }, 'number must be a card number'],
    [{ ...CARD, number: '42424242424' }, 'number must be a card number'],
    [{ ...CARD, number: 4_242_424_242_424_242e3 }, 'number must be a card number'],
    [{ ...CARD, number: -4242424242424242 }, 'number must be a card number'],
    [{ ...CARD, number: ['4242424242424242'] }, 'number must be a card number'],
    [{ ...CARD, number: { $gt: '' } }, 'number must be a card number'],
    [{ ...CARD, number: null }, 'number is required'],
    [{ ...CARD, expMonth: '13' }, 'expMonth must be 01 to 12'],
    [{ ...CARD, expMonth: '00' }, 'expMonth must be 01 to 12'],
    [{ ...CARD, expMonth: '2' }, 'expMonth must be 01 to 12'],
    [{ ...CARD, expMonth: 0 }, 'expMonth must be 01 to 12'],
    [{ ...CARD, expMonth: 1.5 }, 'expMonth must be 01 to 12'],
    [{ ...CARD, expYear: '38' }, 'expYear must have four digits'],
    [{ ...CARD, expYear: 20380 }, 'expYear must have four digits'],
    [{ ...CARD, cvc: '7' }, 'cvc must have three or four digits'],
    [{ ...CARD, cvc: 12345 }, 'cvc must have three or four digits'],
    [{ ...CARD, cvc: -1 }, 'cvc must have three or four digits'],
    [{ ...CARD, cvc: undefined }, 'cvc is required'],
    [{ token: 'card_1' }, expect.stringMatching(/^token must be a token/)],
    [{ token: ['pm_card_visa'] }, expect.stringMatching(/^token must be/)],
    [{ ...CARD, token: 'pm_card_visa' }, expect.stringMatching(/^token must not be sent together/)],
    [{ token: 'pm_usBankAccount_success' }, 'token must be of a card'],
    [{ token: 'pm_nothing1' }, 'token is not valid'],
  ])('refuses %j', async (body, message) => {
    const answer = await add(body);
    expect(answer).toMatchObject(badRequest(message));
    expect(answer.text).not.toContain('4242424242');
  });

  it.each([
    ['pm_card_chargeDeclined', 'Your card was declined.'],
    ['4000000000009995', 'Your card has insufficient funds.'],
    ['pm_card_authenticationRequired', 'card requires authentication'],
  ])('answers 402 in Stripe’s words for %s, and stores nothing', async (card, message) => {
    const fresh = await created();
    const body = card.startsWith('pm_') ? { token: card } : { ...CARD, number: card };
    expect(await add(body, `/customers/${fresh}/cards`)).toMatchObject(failure(402, message, 'Payment Required'));
    expect(await defaultOf(fresh)).toBeNull();
    const record = await vaultCustomers(app).findById(fresh.slice('customer_'.length)).lean().exec();
    expect(record?.methods).toEqual([]);
  });

  it('keeps neither number nor code while Stripe has not answered, and the repeat is the same card', async () => {
    const fresh = await created();
    const record = () => vaultCustomers(app).findById(fresh.slice('customer_'.length)).lean().exec();
    const fault = await app.simulator.fault({ path: '/v1/payment_methods', times: 0 }, { type: 'drop_after_effect' });
    const first = await add(CARD, `/customers/${fresh}/cards`);
    expect(first).toMatchObject(failure(502, 'Payment provider unavailable', 'Bad Gateway'));
    const pending = await record();
    expect(pending?.pending).toHaveLength(1);
    expect(JSON.stringify(pending)).not.toMatch(/4242424242|cvc/);
    await app.simulator.clearFaults(fault);
    expect(await add(CARD, `/customers/${fresh}/cards`)).toMatchObject({ status: 201 });
    const { customerId = '', methods } = (await record()) ?? {};
    expect(methods).toHaveLength(1);
    expect((await atStripe(app, customerId)).methods).toHaveLength(1);
  });

  it('leaves an expired card to Stripe (decision H11)', async () => {
    const answer = await add({ ...CARD, expMonth: '02', expYear: '2018' });
    expect(answer).toMatchObject(failure(402, expect.stringMatching(/expir/i), 'Payment Required'));
  });

  it('is also POST /customers/{customerId}', async () => {
    expect(await ghost.doc('POST', `/customers/${customer}`, { token: 'pm_card_visa' })).toMatchObject({
      customerId: customer,
      brand: 'visa',
    });
  });

  it('of another account’s or no customer is not found', async () => {
    const theirs = String((await other.doc('POST', '/customers', {}))['id']);
    for (const id of [theirs, 'customer_bl6nqk69ku6897l45fp0'])
      expect(await add(CARD, `/customers/${id}/cards`)).toMatchObject(notFound);
    expect((await atStripe(app, theirs)).customers).toBe(0);
  });
});

describe('the default card', () => {
  it('is the first, and then the newest that is left', async () => {
    const fresh = await created();
    const remove = (card: string) => ghost.call('DELETE', `/customers/${fresh}/cards/${card}`);
    const [first, second, third] = [await added(fresh), await added(fresh), await added(fresh, { token: 'tok_visa' })];
    expect(await defaultOf(fresh)).toBe(first);
    const gone = await remove(first);
    expect([gone.status, gone.body]).toEqual([200, { success: true }]);
    expect(await defaultOf(fresh)).toBe(third);
    await remove(second);
    expect(await defaultOf(fresh)).toBe(third);
    await remove(third);
    expect(await defaultOf(fresh)).toBeNull();
    expect(await remove(third)).toMatchObject(notFound);
    const { customerId = '' } =
      (await vaultCustomers(app).findById(fresh.slice('customer_'.length)).lean().exec()) ?? {};
    expect((await atStripe(app, customerId)).methods).toEqual([]);
  });
});

describe('a card by id', () => {
  it('is read, also by HEAD', async () => {
    const doc = await ghost.doc('POST', `/customers/${customer}/cards`, CARD);
    const path = `/customers/${customer}/cards/${String(doc['id'])}`;
    expect(await ghost.doc('GET', path)).toEqual(doc);
    expect(await ghost.call('HEAD', path)).toMatchObject({ status: 200, text: '' });
  });

  it('is not found with another customer, another account, or once its customer is deleted', async () => {
    const [mine, another] = [await created(), await created()];
    const card = await added(mine);
    for (const method of ['GET', 'DELETE']) {
      expect(await ghost.call(method, `/customers/${another}/cards/${card}`)).toMatchObject(notFound);
      expect(await other.call(method, `/customers/${mine}/cards/${card}`)).toMatchObject(notFound);
      expect(await ghost.call(method, `/customers/${mine}/cards/card_bl6nqk69ku6897l45fq0`)).toMatchObject(notFound);
    }
    expect(await ghost.call('GET', `/customers/${mine}/cards/${card}`)).toMatchObject({ status: 200 });
    await ghost.call('DELETE', `/customers/${mine}`);
    expect(await ghost.call('GET', `/customers/${mine}/cards/${card}`)).toMatchObject(notFound);
    expect(await ghost.call('POST', `/customers/${mine}/cards`, CARD)).toMatchObject(notFound);
  });

  it.each(['nonsense', 'card_', 'customer_bl6nqk69ku6897l45fp0', 'card_$ne'])('%s is no id', async (id) => {
    for (const method of ['GET', 'DELETE'])
      expect(await ghost.call(method, `/customers/${customer}/cards/${id}`)).toMatchObject(invalidId);
    expect(await ghost.call('GET', `/customers/nonsense/cards/card_1`)).toMatchObject(invalidId);
  });
});
