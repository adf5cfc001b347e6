import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { recordOf, type VaultRecord } from '../../support/vault.js';

let app: TestApp;
let admin: GatewayCaller;
/** All of the account, newest first. */
let all: VaultRecord[];

const CITIES = ['Wheaton', 'Chicago', 'wheaton'];

/** Every third with no address, every fourth with two; each field repeats in another rhythm. */
function body(i: number): object {
  const address = (n: number) => ({
    first_name: `First${n % 2}`,
    last_name: `Last${n % 3}`,
    company: `Company${n % 4}`,
    line_1: `${n % 5} Some St`,
    line_2: n % 2 === 0 ? `Suite ${n % 3}` : '',
    city: CITIES[n % 3],
    state: n % 2 === 0 ? 'IL' : 'CT',
    postal_code: `6018${n % 4}`,
    country: n % 5 === 0 ? 'CA' : 'US',
    email: `user${n % 6}@example.com`,
    phone: `55555${n % 3}`,
    fax: `44444${n % 4}`,
  });
  if (i % 3 === 2) return {};
  return {
    default_billing_address: address(i),
    ...(i % 4 === 0 ? { default_shipping_address: address(i + 1) } : {}),
  };
}

beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  admin = await gatewayCaller(app);
  const stranger = await gatewayCaller(app, { account: 'strangers' });
  const customers = app.app.get<Connection>(getConnectionToken()).collection('vault_customers');
  for (let i = 0; i < 14; i++) {
    const record = recordOf(await admin.call('POST', '/api/vault/customer', body(i)));
    recordOf(await stranger.call('POST', '/api/vault/customer', body(i)));
    const methodType = [null, 'card', 'ach'][i % 3];
    const createdAt = new Date(Date.UTC(2024, 0, 1 + (i >> 1), 12, 0, 0, i % 2 === 0 ? 0 : 500));
    await customers.updateOne(
      { customerId: record.id },
      { $set: { 'defaults.methodType': methodType, 'defaults.methodId': null, createdAt } },
    );
  }
  for (const state of ['creating', 'deleting']) {
    const record = recordOf(await admin.call('POST', '/api/vault/customer', { id: state, ...body(0) }));
    await customers.updateOne({ customerId: record.id }, { $set: { state } });
  }
  all = (await find({ limit: 100 })).rows;
}, 60_000);
afterAll(() => app.stop());

const search = (criteria: unknown) => admin.call('POST', '/api/vault/customer/search', criteria);

async function find(criteria: object): Promise<{ rows: VaultRecord[]; total: number }> {
  const { status, body: answer, text } = await search(criteria);
  if (status !== 200) throw new Error(text);
  expect(answer).toMatchObject({ status: 'success', msg: 'success' });
  return { rows: answer['data'] as VaultRecord[], total: answer['total_count'] as number };
}

const ids = (rows: readonly VaultRecord[]) => rows.map(({ id }) => id);
const facts = ({ data }: VaultRecord) => data.customer;

/** Every value that a customer has of a criterion: what `=` may find. */
const VALUES: Readonly<Record<string, (record: VaultRecord) => unknown[]>> = {
  id: ({ id }) => [id],
  address_id: (record) => facts(record).addresses.map(({ id }) => id),
  payment_method_type: (record) => [facts(record).defaults['payment_method_type']],
  billing_address_id: (record) => [facts(record).defaults['billing_address_id']],
  shipping_address_id: (record) => [facts(record).defaults['shipping_address_id']],
  address_line_1: (record) => facts(record).addresses.map(({ line_1 }) => line_1),
  address_line_2: (record) => facts(record).addresses.map(({ line_2 }) => line_2),
  ...Object.fromEntries(
    ['first_name', 'last_name', 'company', 'city', 'state', 'postal_code', 'country', 'email', 'phone', 'fax'].map(
      (field) => [field, (record: VaultRecord) => facts(record).addresses.map((address) => address[field])],
    ),
  ),
};

it('an empty search finds all of the account, newest first, and only what is there', async () => {
  expect(all).toHaveLength(14);
  const order = all.map(({ created_at, id }) => `${created_at} ${id}`);
  expect(order).toEqual(order.toSorted((a, b) => (a < b ? 1 : -1)));
  expect(new Set(all.map(({ owner_id }) => owner_id))).toEqual(new Set([admin.accountId]));
  const first = await find({});
  expect([ids(first.rows), first.total]).toEqual([ids(all.slice(0, 10)), 14]);
});

it('those made at the same moment are in the order of their ids, downward', async () => {
  const { collection } = { collection: app.app.get<Connection>(getConnectionToken()).collection('vault_customers') };
  const other = await gatewayCaller(app, { account: 'same moment' });
  for (const id of ['b', 'c', 'a']) recordOf(await other.call('POST', '/api/vault/customer', { id }));
  await collection.updateMany(
    { accountId: other.accountId },
    { $set: { createdAt: new Date('2024-01-01T00:00:00Z') } },
  );
  const { body: answer } = await other.call('POST', '/api/vault/customer/search', {});
  expect(ids(answer['data'] as VaultRecord[])).toEqual(['c', 'b', 'a']);
});

describe.each(Object.keys(VALUES))('by %s', (criterion) => {
  const valuesOf = VALUES[criterion] ?? (() => []);
  /** Some value that some have and some have not. */
  const value = () => all.flatMap(valuesOf).find((one) => one !== '' && one !== undefined) as string;

  it('= finds those with the very value', async () => {
    const expected = ids(all.filter((record) => valuesOf(record).includes(value())));
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(14);
    for (const operator of [{ operator: '=' }, {}]) {
      const found = await find({ [criterion]: { ...operator, value: value() }, limit: 100 });
      expect([ids(found.rows), found.total]).toEqual([expected, expected.length]);
    }
  });

  it('!= finds the others, those without any included', async () => {
    const expected = ids(all.filter((record) => !valuesOf(record).includes(value())));
    const found = await find({ [criterion]: { operator: '!=', value: value() }, limit: 100 });
    expect([ids(found.rows), found.total]).toEqual([expected, expected.length]);
  });

  it('neither a part of the value nor another case', async () => {
    for (const other of [
      value().slice(0, -1),
      value() === value().toUpperCase() ? value().toLowerCase() : value().toUpperCase(),
    ]) {
      const expected = ids(all.filter((record) => valuesOf(record).includes(other)));
      expect(ids((await find({ [criterion]: { operator: '=', value: other }, limit: 100 })).rows)).toEqual(expected);
    }
  });
});

it('all criteria must hold', async () => {
  const criteria = {
    email: { operator: '=', value: 'user0@example.com' },
    state: { value: 'IL' },
    city: { operator: '!=', value: 'Chicago' },
    payment_method_type: { operator: '!=', value: 'ach' },
    created_at: { start_date: '2024-01-01T00:00:00Z' },
  };
  const expected = all.filter((record) => {
    const { addresses, defaults } = facts(record);
    const has = (field: string, value: string) => addresses.some((address) => address[field] === value);
    return (
      has('email', 'user0@example.com') &&
      has('state', 'IL') &&
      !has('city', 'Chicago') &&
      defaults['payment_method_type'] !== 'ach'
    );
  });
  expect(expected.length).toBeGreaterThan(0);
  expect(ids((await find(criteria)).rows)).toEqual(ids(expected));
});

describe('dates', () => {
  /** Two a day at noon, the second half a second later. */
  it.each([
    ['both ends included', { start_date: '2024-01-02T12:00:00Z', end_date: '2024-01-03T12:00:00Z' }, 4],
    ['to the millisecond', { start_date: '2024-01-02T12:00:00.500Z', end_date: '2024-01-03T12:00:00.499Z' }, 2],
    ['an open end', { start_date: '2024-01-07T00:00:00Z' }, 2],
    ['an open start', { end_date: '2024-01-01T12:00:00.000Z' }, 1],
    ['an offset', { start_date: '2024-01-07T13:00:00+01:00', end_date: '2024-01-07T07:00:00-05:00' }, 2],
    ['nanoseconds and small letters', { start_date: '2024-01-07t12:00:00.500999999z' }, 1],
    ['a year before there were computers', { start_date: '0001-01-01T00:00:00Z' }, 14],
    ['the end of time', { end_date: '9999-12-31T23:59:59-05:00' }, 14],
    ['only before there were computers', { end_date: '0001-01-01T00:00:00Z' }, 0],
    ['an end before the start', { start_date: '2024-01-03T00:00:00Z', end_date: '2024-01-02T00:00:00Z' }, 0],
    ['neither end', {}, 14],
    ['empty and null', { start_date: '', end_date: null }, 14],
  ])('%s', async (_name, created_at, total) => {
    expect((await find({ created_at })).total).toBe(total);
  });

  it('updated_at too', async () => {
    const now = new Date(app.clock.now()).toISOString();
    expect((await find({ updated_at: { start_date: now } })).total).toBe(0);
    expect((await find({ updated_at: { end_date: now } })).total).toBe(14);
  });
});

describe('pages', () => {
  it('total_count is of all matches, whatever the page', async () => {
    const email = { operator: '!=', value: 'user0@example.com' };
    const expected = ids((await find({ email, limit: 100 })).rows);
    for (const [limit, offset] of [
      [1, 0],
      [1, 1],
      [3, 2],
      [100, 1],
      [5, expected.length - 5],
      [5, expected.length - 2],
      [5, expected.length],
      [5, 1000],
    ] as const) {
      const { rows, total } = await find({ email, limit, offset });
      expect([limit, offset, ids(rows), total]).toEqual([
        limit,
        offset,
        expected.slice(offset, offset + limit),
        expected.length,
      ]);
    }
  });

  it.each([
    ['limit', 0, 'must not be less than 1'],
    ['limit', 101, 'must not be greater than 100'],
    ['limit', '10', 'must be an integer number'],
    ['limit', 1.5, 'must be an integer number'],
    ['offset', -1, 'must not be less than 0'],
    ['offset', 1001, 'must not be greater than 1000'],
    ['offset', true, 'must be an integer number'],
  ])('%s %p is refused', async (name, value, why) => {
    const answer = await search({ [name]: value });
    expect(answer).toMatchObject({ status: 400, body: failed(`bad request error: ${name} ${why}`) });
  });
});

describe('what clients send', () => {
  it.each<[string, object]>([
    [
      'every criterion null',
      Object.fromEntries([...Object.keys(VALUES), 'created_at', 'limit'].map((name) => [name, null])),
    ],
    ['a criterion without a value', { email: { operator: '=' } }],
    ['one with an empty value', { email: { operator: '=', value: '' }, city: { operator: '!=', value: '' } }],
    ['an empty object', { email: {}, created_at: {} }],
    ['an unknown criterion', { shoe_size: { operator: '~', value: 44 }, $where: 'true' }],
  ])('%s is not sent', async (_name, criteria) => {
    expect((await find(criteria)).total).toBe(14);
  });

  it('no body at all', async () => {
    const answer = await app.http.request('POST', '/api/vault/customer/search', '', {
      headers: { authorization: `Bearer ${admin.key}`, 'content-type': 'application/json' },
    });
    expect(answer.body).toMatchObject({ total_count: 14 });
  });

  it.each<[string, object, string]>([
    [
      'an unknown operator',
      { email: { operator: '~', value: 'a' } },
      'email.operator must be one of the following values: =, !=',
    ],
    ['one of numbers', { id: { operator: '<', value: 'a' } }, 'id.operator must be one of the following values: =, !='],
    ['a criterion that is a text', { email: 'user0@example.com' }, 'email must be an object'],
    ['a value that is an operator', { email: { value: { $ne: '' } } }, 'email.value must be a string'],
    ['a value that is a number', { phone: { value: 555_550 } }, 'phone.value must be a string'],
    ['half a character', { city: { value: '\udc00' } }, 'city.value must not contain NUL or broken characters'],
    [
      'a long value',
      { city: { value: 'c'.repeat(256) } },
      'city.value must be shorter than or equal to 255 characters',
    ],
    [
      'a day without a time',
      { created_at: { start_date: '2024-01-01' } },
      'created_at.start_date must be a time such as 2024-01-31T23:59:59Z',
    ],
    [
      'a day that is not',
      { created_at: { end_date: '2024-02-30T00:00:00Z' } },
      'created_at.end_date must be a time such as 2024-01-31T23:59:59Z',
    ],
    [
      'a time without a zone',
      { updated_at: { start_date: '2024-01-01T00:00:00' } },
      'updated_at.start_date must be a time such as 2024-01-31T23:59:59Z',
    ],
    [
      'a time that is a number',
      { updated_at: { start_date: 1_704_067_200 } },
      'updated_at.start_date must be a time such as 2024-01-31T23:59:59Z',
    ],
  ])('%s is refused', async (_name, criteria, msg) => {
    expect(await search(criteria)).toMatchObject({ status: 400, body: failed(`bad request error: ${msg}`) });
  });
});
