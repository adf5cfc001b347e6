import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { CatalogRecord } from '../../../../src/modules/recurring/catalog/catalog.types.js';
import { PLAN_MODEL } from '../../../../src/modules/recurring/plan/plan.schema.js';
import type { PlanTerms } from '../../../../src/modules/recurring/plan/plan.types.js';
import { startTestApp, type TestApp } from '../../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, notFound, success } from '../../../support/gateway.js';
import { addOn, type Body, dataOf, discount, inList, MONTHLY, plan, rowsOf } from '../../../support/recurring.js';

let app: TestApp;
let merchant: GatewayCaller;
let locker: Body & { id: string };
let student: Body & { id: string };
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  merchant = await gatewayCaller(app);
  locker = await addOn(merchant, { name: 'Locker', description: 'Locker', amount: 100 });
  student = await discount(merchant, { name: 'Student', description: 'Students', percentage: 10_000, duration: 2 });
});
afterAll(() => app.stop());

const UNKNOWN = '00000000000000000000';
const PATH = '/api/recurring/plan';
const refusal = (msg: string) => ({ status: 400, body: failed(`bad request error: ${msg}`) });
const create = (body?: object) => merchant.call('POST', PATH, body);
const read = async (id: string) => dataOf(await merchant.call('GET', `${PATH}/${id}`));
const update = (id: string, body?: object) => merchant.call('POST', `${PATH}/${id}`, body);
const stored = async (id: string): Promise<CatalogRecord<PlanTerms>> => {
  const model = app.app.get<Model<CatalogRecord<PlanTerms>>>(getModelToken(PLAN_MODEL), { strict: false });
  const found = await model.findById(id).lean<CatalogRecord<PlanTerms>>().exec();
  if (found === null) throw new Error(`no plan ${id}`);
  return found;
};
const copyOf = ({ created_at: _made, updated_at: _changed, ...item }: Body, change: object = {}) => ({
  ...item,
  created_at: null,
  updated_at: null,
  ...change,
});

it('is created and read as the contract’s example: 100 + 100 − 50', async () => {
  const body = {
    name: 'Gym basic',
    description: 'Twice a month',
    amount: 100,
    billing_cycle_interval: 1,
    billing_frequency: 'twice_monthly',
    billing_days: '1,15',
    duration: 0,
    add_ons: [{ id: locker.id, description: 'Locker rental' }],
    discounts: [{ id: student.id, description: 'Student rate', amount: 50 }],
  };
  const answer = await create(body);
  const made = dataOf(answer);
  expect(answer.body).toEqual(
    success({
      ...body,
      id: expect.stringMatching(/^[0-9a-v]{20}$/),
      charge_on_day: false,
      total_add_ons: 100,
      total_discounts: 50,
      add_ons: [copyOf(locker, { description: 'Locker rental' })],
      discounts: [copyOf(student, { description: 'Student rate', amount: 50, percentage: null })],
      created_at: expect.stringMatching(/\.\d{3}Z$/),
      updated_at: made['created_at'],
    }),
  );
  expect(await read(made.id)).toEqual(made);
});

it('has defaults for all but name, amount, interval and days', async () => {
  expect(await plan(merchant, { description: null, duration: null, add_ons: null, discounts: null })).toMatchObject({
    description: '',
    billing_frequency: 'monthly',
    charge_on_day: false,
    duration: 0,
    add_ons: [],
    discounts: [],
    total_add_ons: 0,
    total_discounts: 0,
  });
});

it('percentages are of the amount, rounded half up, each by itself', async () => {
  const share = await addOn(merchant, { percentage: 500 });
  const made = await plan(merchant, { amount: 100, add_ons: [{ id: share.id }, { id: share.id }], discounts: [] });
  expect(made).toMatchObject({ total_add_ons: 2 });
  expect(dataOf(await update(made.id, { amount: 99 }))).toMatchObject({ total_add_ons: 0 });
});

describe('the schedule', () => {
  it.each([
    [{ billing_days: '0' }, { billing_days: '0' }],
    [{ billing_days: ' 07' }, { billing_days: '7' }],
    [{ billing_frequency: 'twice_monthly', billing_days: '15, 0' }, { billing_days: '15,0' }],
    [{ billing_cycle_interval: 120 }, { billing_cycle_interval: 120 }],
    [{ billing_frequency: 'daily', billing_days: null }, { billing_days: '' }],
    [{ billing_frequency: 'daily', billing_days: 'any, day ' }, { billing_days: 'any, day ' }],
    [
      { charge_on_day: true, billing_days: '' },
      { charge_on_day: true, billing_days: '' },
    ],
    [
      { charge_on_day: true, billing_days: '31' },
      { charge_on_day: true, billing_days: '31' },
    ],
  ])('%j is stored as %j', async (asked, answered) => {
    expect(await plan(merchant, asked)).toMatchObject(answered);
  });

  it.each([
    [{ billing_days: null }, 'billing_days is required'],
    [{ billing_days: '32' }, 'billing_days must be days from 0 to 31, separated by commas'],
    [{ billing_days: 'x' }, 'billing_days must be days from 0 to 31, separated by commas'],
    [{ billing_days: '1,15' }, 'billing_days must be one day with monthly'],
    [{ billing_frequency: 'twice_monthly' }, 'billing_days must be two days with twice_monthly'],
    [{ billing_frequency: 'twice_monthly', billing_days: '1,1' }, 'billing_days must be two different days'],
    [{ billing_frequency: 'twice_monthly', billing_days: '31,0' }, 'billing_days must be two different days'],
    [
      { billing_frequency: 'weekly' },
      'billing_frequency must be one of the following values: monthly, twice_monthly, daily',
    ],
    [{ billing_cycle_interval: 0 }, 'billing_cycle_interval must not be less than 1'],
    [{ billing_cycle_interval: 121 }, 'billing_cycle_interval must not be greater than 120'],
    [{ billing_frequency: 'daily', billing_cycle_interval: 2 }, 'billing_cycle_interval must be 1 with daily'],
    [{ billing_frequency: 'daily', charge_on_day: true }, 'charge_on_day is for monthly only'],
    [
      { billing_frequency: 'daily', billing_days: '4242 4242 4242 4242' },
      'billing_days must not contain a card number',
    ],
    [{ billing_days: 1 }, 'billing_days must be a string'],
    [{ charge_on_day: 'true' }, 'charge_on_day must be a boolean value'],
  ])('%j is refused', async (asked, message) => {
    expect(await create({ ...MONTHLY, ...asked })).toMatchObject(refusal(message));
  });

  it('is judged as a whole, with what is stored (ruling RC5)', async () => {
    const made = await plan(merchant);
    expect(await update(made.id, { billing_frequency: 'twice_monthly' })).toMatchObject(
      refusal('billing_days must be two days with twice_monthly'),
    );
    expect(await read(made.id)).toEqual(made);
    const both = { billing_frequency: 'twice_monthly', billing_days: '1,15' };
    expect(dataOf(await update(made.id, both))).toMatchObject(both);
  });
});

it.each([
  [{ name: null }, 'name is required'],
  [{ name: '' }, 'name is required'],
  [{ name: '  ' }, 'name must be longer than or equal to 1 characters'],
  [{ name: 'n'.repeat(101) }, 'name must be shorter than or equal to 100 characters'],
  [{ amount: null }, 'amount is required'],
  [{ amount: -1 }, 'amount must not be less than 0'],
  [{ amount: '1000' }, 'amount must be an integer number'],
  [{ amount: 100_000_000 }, 'amount must not be greater than 99999999'],
  [{ billing_cycle_interval: null }, 'billing_cycle_interval is required'],
  [{ duration: 10_000 }, 'duration must not be greater than 9999'],
  [{ add_ons: {} }, 'add_ons must be an array'],
  [{ add_ons: [{}] }, 'add_ons.0.id is required'],
  [{ add_ons: [{ id: '' }] }, 'add_ons.0.id is required'],
  [{ add_ons: [null] }, 'add_ons.0 must be an object'],
  [{ discounts: [{ id: UNKNOWN }] }, 'discounts.0.id is unknown'],
  [{ add_ons: [{ id: '4242424242424242' }] }, 'add_ons.0.id must not contain a card number'],
  [{ add_ons: Array(21).fill({ id: UNKNOWN }) }, 'add_ons must contain no more than 20 elements'],
  [{ discounts: [{ id: UNKNOWN, amount: -1 }] }, 'discounts.0.amount must not be less than 0'],
  [{ discounts: [{ id: UNKNOWN, name: '4242424242424242' }] }, 'discounts.0.name must not contain a card number'],
])('a plan of %j is refused', async (asked, message) => {
  const before = (await merchant.call('GET', `${PATH}s`)).text;
  expect(await create({ ...MONTHLY, ...asked })).toMatchObject(refusal(message));
  expect((await merchant.call('GET', `${PATH}s`)).text).toBe(before);
});

it('no charge of it is more than an amount may be (ruling RC20)', async () => {
  expect(await create({ ...MONTHLY, amount: 99_999_900, add_ons: [{ id: locker.id }] })).toMatchObject(
    refusal('amount with add_ons must not be greater than 99999999'),
  );
  const made = await plan(merchant, { amount: 99_999_899, add_ons: [{ id: locker.id }] });
  expect((await update(made.id, { amount: 99_999_900 })).status).toBe(400);
  expect(await read(made.id)).toEqual(made);
});

describe('copies', () => {
  it('stay when their source is changed or deleted, and new ones are of the source as it is', async () => {
    const source = await addOn(merchant, { name: 'old', percentage: 1_000 });
    const made = await plan(merchant, { add_ons: [{ id: source.id }] });
    await merchant.call('POST', `/api/recurring/addon/${source.id}`, { name: 'new', amount: 7 });
    expect(await read(made.id)).toEqual(made);
    const two = dataOf(await update(made.id, { add_ons: [{ id: source.id }, { id: source.id }] }));
    expect(two).toMatchObject({
      add_ons: [
        { name: 'old', amount: null, percentage: 1_000 },
        { name: 'new', amount: 7, percentage: null },
      ],
      total_add_ons: 10 + 7,
    });
    await merchant.call('DELETE', `/api/recurring/addon/${source.id}`);
    expect(await read(made.id)).toEqual(two);
    expect(dataOf(await update(made.id, two))).toEqual(two);
    expect(await update(made.id, { add_ons: [...(two['add_ons'] as object[]), { id: source.id }] })).toMatchObject(
      refusal('add_ons.2.id is unknown'),
    );
    expect(dataOf(await update(made.id, { add_ons: [] }))).toMatchObject({ add_ons: [], total_add_ons: 0 });
  });

  it('of an add-on are no discounts', async () => {
    expect(await create({ ...MONTHLY, discounts: [{ id: locker.id }] })).toMatchObject(
      refusal('discounts.0.id is unknown'),
    );
  });

  it('a list that is not sent stays, and the percentage of one is not overridden (decision G44)', async () => {
    const items = { add_ons: [{ id: locker.id }], discounts: [{ id: student.id, percentage: 50_000, amount: null }] };
    const made = await plan(merchant, items);
    expect(made).toMatchObject({ discounts: [copyOf(student)], total_discounts: 100 });
    const changed = dataOf(await update(made.id, { discounts: [{ id: student.id, duration: 5 }] }));
    expect(changed).toMatchObject({ add_ons: made['add_ons'], discounts: [copyOf(student, { duration: 5 })] });
  });
});

it('what was read may be sent back, and changes nothing, not even the time', async () => {
  const items = { add_ons: [{ id: locker.id }], discounts: [{ id: student.id }, { id: student.id, amount: 0 }] };
  for (const schedule of [{}, { charge_on_day: true, billing_days: null }, { billing_frequency: 'daily' }]) {
    const made = await plan(merchant, { description: 'D', duration: 12, ...items, ...schedule });
    await app.advance(1_000);
    const { v } = await stored(made.id);
    for (const body of [made, inList(made), undefined, {}, { name: '', amount: null, update_subscriptions: false }])
      expect(dataOf(await update(made.id, body))).toEqual(made);
    expect((await stored(made.id)).v).toBe(v);
    const { id: _id, created_at: _made, updated_at: _changed, ...rest } = dataOf(await create(made));
    expect(made).toMatchObject(rest);
  }
});

it('an update changes what is sent, and the time', async () => {
  const made = await plan(merchant, { description: 'D', duration: 3 });
  await app.advance(1_000);
  const change = { name: 'Other', description: '', amount: 5, billing_cycle_interval: 2, duration: 0 };
  const changed = dataOf(await update(made.id, change));
  expect(changed).toEqual({ ...made, ...change, updated_at: changed['updated_at'] });
  expect(changed['updated_at']).not.toBe(made['updated_at']);
  expect(await read(made.id)).toEqual(changed);
});

it('ruling RC22: a push is numbered, with the amount that the plan has afterwards, and outlives the plan', async () => {
  const { id } = await plan(merchant, { amount: 1_000, update_subscriptions: true });
  const pushOf = async () => (await stored(id)).terms.push;
  expect(await pushOf()).toBeNull();
  await update(id, { amount: 1_100 });
  expect(await pushOf()).toBeNull();
  await update(id, { amount: 1_200, update_subscriptions: true });
  expect(await pushOf()).toEqual({ n: 1, amountMinor: 1_200 });
  await update(id, { update_subscriptions: true });
  expect(await pushOf()).toEqual({ n: 2, amountMinor: 1_200 });
  expect((await update(id, { amount: 7, billing_days: 'x', update_subscriptions: true })).status).toBe(400);
  await merchant.call('DELETE', `${PATH}/${id}`);
  expect(await stored(id)).toMatchObject({
    terms: { amountMinor: 1_200, push: { n: 2, amountMinor: 1_200 } },
    deletedAt: expect.any(Date),
  });
});

it('the list is that of the account, oldest first, with its copies and whole seconds', async () => {
  const other = await gatewayCaller(app, { account: 'list of plans' });
  expect((await other.call('GET', `${PATH}s`)).body).toEqual({ ...success([]), total_count: 0 });
  const first = await plan(other, { add_ons: [{ id: (await addOn(other)).id }] });
  const second = await plan(other);
  const { body } = await other.call('GET', `${PATH}s`);
  expect(body).toEqual({ ...success([inList(first), inList(second)]), total_count: 2 });
});

it('is gone after its deletion', async () => {
  const { id } = await plan(merchant);
  const answer = await merchant.call('DELETE', `${PATH}/${id}`);
  expect([answer.status, answer.body]).toEqual([200, success(null)]);
  for (const [method, body] of [['GET'], ['POST', { amount: 1 }], ['DELETE']] as const)
    expect(await merchant.call(method, `${PATH}/${id}`, body)).toMatchObject(notFound);
  expect(rowsOf(await merchant.call('GET', `${PATH}s`)).map((row) => row.id)).not.toContain(id);
});
