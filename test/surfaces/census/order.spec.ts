import { PersonService } from '../../../src/modules/customer/person/person.service.js';
import { OrderRepository } from '../../../src/modules/order/order.repository.js';
import { OrderResolver } from '../../../src/modules/order/order-resolver.js';
import type { Order } from '../../../src/modules/order/order.types.js';
import { EffectDrain } from '../../../src/modules/payment/effects/effect-drain.js';
import { DisputeSweeper } from '../../../src/modules/payment/upkeep/dispute-sweeper.js';
import { PaymentSweeper } from '../../../src/modules/payment/upkeep/payment-sweeper.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { type CensusCaller, censusCaller, ordersOf } from '../../support/census.js';
import { logs } from '../../support/log-capture.js';
import { HOUR, MINUTE, resolve } from '../../support/payments.js';

const CREATE = { method: 'POST', path: '/v1/payment_intents' };
const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm' };
const IBAN = 'ES0700120345030000067890';

let app: TestApp;
let census: CensusCaller;
let other: CensusCaller;
let card: number;
beforeAll(async () => {
  app = await startTestApp({
    webhooks: false,
    env: { RESOLVER_TICK: '1h', STRIPE_TIMEOUT: '1s', PAYMENT_REPEAT_WAIT: '1s', USER_MAX_DECLINES: '1000' },
  });
  census = await censusCaller(app);
  other = await censusCaller(app, 'other');
  card = await census.cardholder('42@census');
});
afterAll(() => app.stop());
afterEach(() => app.simulator.clearFaults());

const get = <T>(service: new (...args: never[]) => T) => app.app.get<T>(service, { strict: false });
const body = (over: object = {}) => ({
  person_id: '42@census',
  description: 'Monthly fee',
  amount: 1000,
  payment_method_type: 'existing_payment_method',
  payment_method_id: card,
  ...over,
});
const debit = (iban: string, over: object = {}) => body({ payment_method_type: 'direct_debit', iban, ...over });
const order = (asked: object, headers: Record<string, string> = {}, by = census) =>
  by.call('POST', '/orders', asked, headers);
const keyed = (key: string) => ({ 'idempotency-key': key });
const total = (query: string, by = census) => by.call('GET', `/orders/total?${query}`);
const paid = async () => (await app.simulator.ledger()).count;
const method = async (id: number) => (await census.call('GET', `/payment_methods/${id}`)).body;
const states = async (campaign: string) => (await ordersOf(app, campaign)).map(({ state }) => state);
/** What works in the background does all of its work. */
async function settle(ms = 0): Promise<void> {
  if (ms > 0) await app.advance(ms);
  await resolve(app);
  await get(EffectDrain).pass();
  await get(OrderResolver).pass();
}

describe('an existing card', () => {
  it('is charged in euros, and the order is processed', async () => {
    const answer = await order(body({ campaign_code: 'FEE' }));
    expect([answer.status, answer.body]).toEqual([201, { payment_method_id: card }]);
    const [charge] = (await app.simulator.ledger()).charges;
    expect(charge).toMatchObject({ amount: 1000, currency: 'eur' });
    expect(charge?.metadata).toMatchObject({ campaign_code: 'FEE' });
    expect((await total('campaign_code=FEE')).body).toEqual({ amount: 1000 });
    expect(await method(card)).toMatchObject({ status: 'active', 'verified?': true });
  });

  it('takes a form', async () => {
    const fields = Object.fromEntries(Object.entries(body()).map(([name, value]) => [name, String(value)]));
    const form = new URLSearchParams(fields).toString();
    const answer = await order(form as never, { 'content-type': 'application/x-www-form-urlencoded' });
    expect([answer.status, answer.body]).toEqual([201, { payment_method_id: card }]);
  });

  it('declined it is 201 and in no sum; refused for good it is inactive, and not charged again', async () => {
    const declining = await census.cardholder('declining@census', 'pm_card_chargeCustomerFail');
    const asked = body({ person_id: 'declining@census', payment_method_id: declining, campaign_code: 'DECLINED' });
    expect(await order(asked)).toMatchObject({ status: 201, body: { payment_method_id: declining } });
    expect(await states('DECLINED')).toEqual(['error']);
    expect((await total('campaign_code=DECLINED')).body).toEqual({ amount: 0 });
    expect(await method(declining)).toMatchObject({ 'verified?': false });
  });

  it.each([
    [{ person_id: undefined }, { person_id: ["can't be blank"] }],
    [{ person_id: 'nobody@census' }, { person_id: ['is invalid'] }],
    [{ person_id: '42' }, { person_id: ['is invalid'] }],
    [{ description: '' }, { description: ["can't be blank"] }],
    [{ description: '   ' }, { description: ["can't be blank"] }],
    [{ description: 'x'.repeat(256) }, { description: [expect.any(String)] }],
    [{ description: '4242 4242 4242 4242' }, { description: ['must not contain a card number'] }],
    [{ amount: undefined }, { amount: ["can't be blank"] }],
    [{ amount: 0 }, { amount: [expect.any(String)] }],
    [{ amount: -1 }, { amount: [expect.any(String)] }],
    [{ amount: 10.5 }, { amount: [expect.any(String)] }],
    [{ amount: '1000' }, { amount: [expect.any(String)] }],
    [{ amount: 49 }, { amount: [expect.stringMatching(/at least 50/)] }],
    [{ amount: 100_000_000 }, { amount: [expect.any(String)] }],
    [{ campaign_code: 'x'.repeat(65) }, { campaign_code: [expect.any(String)] }],
    [{ payment_method_type: 'paypal' }, { payment_method_type: [expect.any(String)] }],
    [{ payment_method_type: undefined }, { payment_method_type: ["can't be blank"] }],
    [{ payment_method_id: undefined }, { payment_method_id: ["can't be blank"] }],
    [{ payment_method_id: 999_999 }, { payment_method_id: ['is invalid'] }],
    [{ payment_method_id: { $gt: 0 } }, { payment_method_id: [expect.any(String)] }],
    [{ payment_method_type: 'direct_debit' }, { iban: ["can't be blank"] }],
    [{ payment_method_type: 'direct_debit', iban: 'ES9121000418450200051333' }, { iban: ['is invalid'] }],
    [{ payment_method_type: 'direct_debit', iban: 'ES91 2100 0418 4502 0005 1332' }, { iban: ['is invalid'] }],
  ])('%j is 422, and nothing is charged', async (over, problems) => {
    const before = await paid();
    const answer = await order(body(over));
    expect([answer.status, answer.body]).toEqual([422, problems]);
    expect(await paid()).toBe(before);
  });

  it('several problems are told at once; a body that is none is 422 {}', async () => {
    expect((await order({})).body).toEqual({
      person_id: ["can't be blank"],
      description: ["can't be blank"],
      amount: ["can't be blank"],
      payment_method_type: ["can't be blank"],
    });
    for (const broken of ['{', '[]']) expect(await order(broken as never)).toMatchObject({ status: 422, body: {} });
  });

  it('somebody else’s, another account’s and a deleted one are told as not there (C9)', async () => {
    const theirs = await census.cardholder('43@census');
    const foreign = await other.cardholder('42@census');
    for (const id of [theirs, foreign])
      expect(await order(body({ payment_method_id: id }))).toMatchObject({
        status: 422,
        body: { payment_method_id: ['is invalid'] },
      });
    expect((await order(body({ person_id: '43@census', payment_method_id: card }))).status).toBe(422);
    expect((await order(body({ payment_method_id: card }), {}, other)).status).toBe(422);
  });
});

describe('Idempotency-Key', () => {
  it('the same key is the same order for a day, also at the same time; another body is 422', async () => {
    const before = await paid();
    const answers = await Promise.all(Array.from({ length: 5 }, () => order(body(), keyed('k-1'))));
    expect(answers.filter(({ status }) => status !== 201 && status !== 503)).toEqual([]);
    expect(await order(body(), keyed('k-1'))).toMatchObject({ status: 201, body: { payment_method_id: card } });
    expect(await paid()).toBe(before + 1);
    expect(await order(body({ amount: 1001 }), keyed('k-1'))).toMatchObject({
      status: 422,
      body: { idempotency_key: ['was used with another request'] },
    });
    await app.advance(25 * HOUR);
    await order(body(), keyed('k-1'));
    expect(await paid()).toBe(before + 2);
    expect((await order(body(), keyed('a b'))).status).toBe(422);
  });

  it('is the account’s own, and without one every request is an order', async () => {
    const before = await paid();
    const foreign = await other.cardholder('own@census');
    await order(body(), keyed('k-2'));
    await order(body({ person_id: 'own@census', payment_method_id: foreign }), keyed('k-2'), other);
    await order(body());
    await order(body());
    expect(await paid()).toBe(before + 4);
  });
});

describe('when Stripe does not answer', () => {
  it('500 {} where no confirm went out: without a key it has ended, with one the same request goes on', async () => {
    const before = await paid();
    await app.simulator.fault({ ...CREATE, times: 2 }, { type: 'drop_before' });
    expect(await order(body({ campaign_code: 'GONE' }))).toMatchObject({ status: 500, body: {} });
    expect(await states('GONE')).toEqual(['error']);
    await app.simulator.clearFaults();
    await app.simulator.fault({ ...CREATE, times: 2 }, { type: 'drop_before' });
    expect((await order(body({ campaign_code: 'AGAIN' }), keyed('k-3'))).status).toBe(500);
    expect((await order(body({ campaign_code: 'AGAIN' }), keyed('k-3'))).status).toBe(201);
    await settle(2 * HOUR);
    expect(await states('AGAIN')).toEqual(['processed']);
    expect(await paid()).toBe(before + 1);
  });

  it('an order whose client does not come back is ended, and says so under its key', async () => {
    const before = await paid();
    await app.simulator.fault({ ...CREATE, times: 2 }, { type: 'drop_before' });
    expect((await order(body({ campaign_code: 'LEFT' }), keyed('k-4'))).status).toBe(500);
    expect(await states('LEFT')).toEqual(['pending']);
    await settle(15 * MINUTE);
    expect(await states('LEFT')).toEqual(['error']);
    expect((await order(body({ campaign_code: 'LEFT' }), keyed('k-4'))).status).toBe(500);
    expect(await paid()).toBe(before);
  });

  it('an unknown outcome is 201, and the resolvers finish it without a second PaymentIntent', async () => {
    const before = await paid();
    await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_after_effect' });
    expect((await order(body({ campaign_code: 'UNKNOWN' }))).status).toBe(201);
    expect(await states('UNKNOWN')).toEqual(['processing']);
    await settle(3 * MINUTE);
    expect(await states('UNKNOWN')).toEqual(['processed']);
    expect(await paid()).toBe(before + 1);
    await app.simulator.clearFaults();
    await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_before' });
    expect((await order(body({ campaign_code: 'NEVER' }))).status).toBe(201);
    await settle(11 * MINUTE);
    expect(await states('NEVER')).toEqual(['error']);
    expect(await paid()).toBe(before + 1);
  });
});

describe('direct debit', () => {
  it('is processing for days, then processed; the same IBAN is the same method, and pays as an existing one', async () => {
    const first = await order(debit(IBAN, { campaign_code: 'DEBIT' }));
    expect(first.status).toBe(201);
    const id = Number(first.body['payment_method_id']);
    expect(await method(id)).toEqual({
      id,
      name: 'ES07 **** 7890',
      type: 'PaymentMethods::DirectDebit',
      status: 'active',
      'verified?': false,
    });
    expect(await states('DEBIT')).toEqual(['processing']);
    expect((await total('campaign_code=DEBIT')).body).toEqual({ amount: 0 });
    await settle(8 * 24 * HOUR);
    expect(await states('DEBIT')).toEqual(['processed']);
    expect(await method(id)).toMatchObject({ 'verified?': true });
    const again = await Promise.all([order(debit(IBAN)), order(debit(IBAN))]);
    expect(again.map(({ body: told }) => told['payment_method_id'])).toEqual([id, id]);
    expect((await order(body({ payment_method_id: id, campaign_code: 'SAVED' }))).status).toBe(201);
    await settle(8 * 24 * HOUR);
    expect(await states('SAVED')).toEqual(['processed']);
  });

  it('one that fails is an error; one that comes back weeks later leaves the sum', async () => {
    expect((await order(debit('ES9121000418450200051332', { campaign_code: 'FAILED' }))).status).toBe(201);
    await settle(8 * 24 * HOUR);
    expect(await states('FAILED')).toEqual(['error']);
    const told = await order(debit('ES5000120345030000067892', { campaign_code: 'RETURNED' }));
    await settle(8 * 24 * HOUR);
    await settle(30 * 24 * HOUR);
    await get(PaymentSweeper).pass();
    await get(DisputeSweeper).pass();
    await settle();
    expect(await states('RETURNED')).toEqual(['error']);
    expect((await total('campaign_code=RETURNED')).body).toEqual({ amount: 0 });
    expect(await method(Number(told.body['payment_method_id']))).toMatchObject({ 'verified?': true });
  });

  it('two persons with one IBAN have a method each, and no IBAN is stored', async () => {
    await census.call('POST', '/persons', { id: 'one@census' });
    await census.call('POST', '/persons', { id: 'two@census' });
    const [one, two] = await Promise.all(
      ['one@census', 'two@census'].map((person_id) => order(debit('DE89370400440532013000', { person_id }))),
    );
    expect([one?.status, two?.status]).toEqual([201, 201]);
    expect(one?.body['payment_method_id']).not.toBe(two?.body['payment_method_id']);
    expect((await order(debit('DE89370400440532013001', { person_id: 'one@census' }))).status).toBe(422);
    expect(JSON.stringify(logs.lines)).not.toContain('DE89370400440532013000');
  });
});

it('the sums of the contract’s data set, to the cent and to the edge (contract census 3)', async () => {
  const now = app.clock.date();
  const ago = (years: number) => new Date(now.getTime() - years * 365 * 24 * HOUR);
  const personOf = async (id: string) => {
    await census.call('POST', '/persons', { id });
    return (await get(PersonService).find(census, id))?._id ?? '';
  };
  const [p, q] = [await personOf('p@sum'), await personOf('q@sum')];
  const put = (
    n: number,
    amountMinor: number,
    personId: string,
    campaignCode: string,
    createdAt: Date,
    state = 'processed',
  ) =>
    get(OrderRepository).insert({
      ...{
        _id: `sum-${n}`,
        accountId: census.accountId,
        personId,
        campaignCode,
        amountMinor,
        createdAt,
        updatedAt: createdAt,
      },
      ...{ state: state as Order['state'], description: '', kind: 'existing', methodId: '', methodNumber: 1 },
      ...{ paymentId: `sum-${n}`, isRepeatable: false, nextCheckAt: null },
    });
  await put(1, 1_000_000, p, 'C', now);
  await put(2, 100_000, p, 'C', now);
  await put(3, 10_000, q, 'C', now);
  await put(4, 1_000, p, 'D', now);
  await put(5, 100, q, 'D', now);
  await put(6, 10, p, 'C', now, 'pending');
  await put(7, 1, p, 'C', ago(2));
  const year = ago(1).toISOString();
  const day = now.toISOString().slice(0, 10);
  const expected: [string, number][] = [
    ['person_id=p@sum', 1_101_001],
    ['campaign_code=C', 1_110_001],
    ['person_id=p@sum&campaign_code=C', 1_100_001],
    [`person_id=p@sum&campaign_code=C&from_date=${year}`, 1_100_000],
    [`person_id=p@sum&campaign_code=C&until_date=${year}`, 1],
    [`campaign_code=C&from_date=${now.toISOString()}&until_date=${now.toISOString()}`, 1_110_000],
    [`campaign_code=C&from_date=${day}&until_date=${day}`, 1_110_000],
    [`campaign_code=C&from_date=${new Date(now.getTime() + 1).toISOString()}`, 0],
    ['campaign_code=none', 0],
    ['person_id=q@sum', 10_100],
  ];
  for (const [query, amount] of expected) {
    const { status, body: told } = await total(query);
    expect([query, status, told]).toEqual([query, 200, { amount }]);
  }
  expect((await total('campaign_code=C', other)).body).toEqual({ amount: 0 });
  for (const query of [
    '',
    `from_date=${year}`,
    'person_id=nobody@sum&campaign_code=C',
    'person_id=&campaign_code=C',
    'campaign_code=C&from_date=',
    'campaign_code=C&from_date=soon',
    'campaign_code=C&until_date=2024-02-30',
    'campaign_code=C&campaign_code=D',
    'person_id=p@sum&person_id=q@sum',
    'campaign_code[$ne]=C',
  ])
    expect([query, (await total(query)).status, (await total(query)).body]).toEqual([query, 422, {}]);
});

it('the sweep finds nothing but what is ours', async () => {
  logs.clear();
  await settle(2 * HOUR);
  await get(PaymentSweeper).pass();
  expect(logs.lines.filter(({ level }) => Number(level) >= 50).map((line) => line['msg'])).toEqual([]);
});
