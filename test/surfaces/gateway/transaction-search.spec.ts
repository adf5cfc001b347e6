import { randomInt } from 'node:crypto';
import { newXid } from '../../../src/platform/common/xid.js';
import { TransactionRepository } from '../../../src/modules/transaction/record/transaction.repository.js';
import type { NewTransaction, TransactionAddress } from '../../../src/modules/transaction/record/transaction.types.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { newTransaction } from '../../support/transaction-rows.js';
import { seeded, together } from '../../support/seeded.js';

jest.setTimeout(400_000);

/** SEARCH_ROWS=5000 is what the search is asked for; a slow machine reads that many in no less than its four seconds. */
const ROWS = Number(process.env['SEARCH_ROWS'] ?? 2_000);
/** So many has another account, for what is asked of all rows again and again. */
const FEW = 300;
const SEARCHES = Number(process.env['SEARCHES'] ?? 30);
const SEED = Number(process.env['SEARCH_SEED'] ?? randomInt(1_000_000));
const draw = seeded(SEED);
const oneOf = <T>(list: readonly T[]): T => list[draw.whole(0, list.length - 1)] as T;

const DAY = 86_400_000;

let app: TestApp;
let admin: GatewayCaller;
/** May see only their own, of the administrator's account. */
let clerk: GatewayCaller;
/** A standard user with `view_others_transactions`. */
let auditor: GatewayCaller;
let stranger: GatewayCaller;
/** All of the administrator's account, in the order of the contract. */
let rows: NewTransaction[];
let small: GatewayCaller;
let few: NewTransaction[];

const search = (criteria: unknown, caller = admin) => caller.call('POST', '/api/transaction/search', criteria);

async function find(criteria: object, caller = admin): Promise<{ ids: string[]; total: number }> {
  const { status, body, text } = await search(criteria, caller);
  if (status !== 200) throw new Error(`SEARCH_SEED=${SEED}: ${JSON.stringify(criteria)} answered ${status} ${text}`);
  expect(body).toMatchObject({ status: 'success', msg: 'success' });
  return { ids: (body['data'] as { id: string }[]).map(({ id }) => id), total: body['total_count'] as number };
}

const insert = (all: readonly NewTransaction[]) => {
  const repository = app.app.get(TransactionRepository, { strict: false });
  return together(all, 8, (row) => repository.insert(row));
};

const newestFirst = (a: NewTransaction, b: NewTransaction) =>
  b.createdAt.getTime() - a.createdAt.getTime() || (a._id < b._id ? 1 : -1);

beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  admin = await gatewayCaller(app);
  clerk = await gatewayCaller(app, { role: 'standard' });
  auditor = await gatewayCaller(app, { role: 'standard', permissions: { view_others_transactions: true } });
  stranger = await gatewayCaller(app, { account: 'strangers' });
  const users = [admin.userId, clerk.userId, auditor.userId];
  rows = Array.from({ length: ROWS }, () => randomRow(admin.accountId, users)).toSorted(newestFirst);
  const theirs = Array.from({ length: 50 }, () => randomRow(stranger.accountId, [stranger.userId, admin.userId]));
  small = await gatewayCaller(app, { account: 'few rows' });
  few = Array.from({ length: FEW }, () => randomRow(small.accountId, [small.userId, 'another']));
  await insert([...rows, ...theirs, ...few]);
});
afterAll(() => app.stop());

const VALUES = {
  type: ['sale', 'authorize', 'refund'],
  status: ['settled', 'settled', 'settled', 'declined', 'pending_settlement', 'authorized'],
  methodKind: ['card', 'ach', 'token'],
  paymentType: ['card', 'card', 'echeck', 'apm'],
  orderId: ['', 'A', 'a', 'B1', 'B2'],
  poNumber: ['', 'po1', 'po2'],
  customerId: ['', 'c1', 'c2', 'c3'],
  processorId: ['p1', 'p2'],
  ipAddress: ['4.2.2.2', '2001:db8::1', ''],
  firstName: ['', 'Ann', 'ann'],
  lastName: ['', 'Lee', 'O’Neil'],
  company: ['', 'Acme'],
  line1: ['1 Some St', '2 Some St'],
  line2: ['', 'Suite 4'],
  city: ['Wheaton', 'Chicago', 'wheaton', ''],
  state: ['IL', 'CT', ''],
  postalCode: ['60187', '06001'],
  country: ['US', 'CA'],
  email: ['', 'a@example.com', 'b@example.com'],
  phone: ['5555555555', ''],
  fax: ['', '4444444444'],
  addressId: ['', 'addr1', 'addr2'],
} as const;

const AMOUNTS = [0, 1, 999, 1000, 1001, 2000];

/** Within the last 200 days, some at the very same moment, some at the very second. */
function randomTime(): Date {
  const back = oneOf([0, 1, 7, 30, 200]) * draw.random() * DAY;
  const at = app.clock.now() - back;
  return new Date(oneOf([at, at - (at % 1000), at - (at % DAY)]));
}

function randomAddress(): TransactionAddress {
  const { addressId, firstName, lastName, company, line1, line2, city, state, postalCode, country, email, phone, fax } =
    VALUES;
  return {
    addressId: oneOf(addressId),
    firstName: oneOf(firstName),
    lastName: oneOf(lastName),
    company: oneOf(company),
    line1: oneOf(line1),
    line2: oneOf(line2),
    city: oneOf(city),
    state: oneOf(state),
    postalCode: oneOf(postalCode),
    country: oneOf(country),
    email: oneOf(email),
    phone: oneOf(phone),
    fax: oneOf(fax),
  };
}

function randomRow(accountId: string, users: readonly string[]): NewTransaction {
  const createdAt = randomTime();
  const later = (chance: number) => (draw.random() < chance ? new Date(createdAt.getTime() + 1_000) : null);
  return newTransaction({
    _id: newXid(createdAt.getTime()),
    accountId,
    userId: oneOf(users),
    type: oneOf(VALUES.type),
    status: oneOf(VALUES.status),
    amountMinor: oneOf(AMOUNTS),
    authorizedMinor: oneOf(AMOUNTS),
    capturedMinor: oneOf(AMOUNTS),
    settledMinor: oneOf(AMOUNTS),
    taxMinor: oneOf(AMOUNTS),
    orderId: oneOf(VALUES.orderId),
    poNumber: oneOf(VALUES.poNumber),
    customerId: oneOf(VALUES.customerId),
    processorId: oneOf(VALUES.processorId),
    ipAddress: oneOf(VALUES.ipAddress),
    methodKind: oneOf(VALUES.methodKind),
    paymentType: oneOf(VALUES.paymentType),
    billingAddress: randomAddress(),
    shippingAddress: randomAddress(),
    createdAt,
    updatedAt: createdAt,
    capturedAt: later(0.6),
    settledAt: later(0.3),
  });
}

/** What a row has of each criterion, as the contract names it. */
const TEXTS: Readonly<Record<string, (row: NewTransaction) => string>> = {
  transaction_id: (row) => row._id,
  user_id: (row) => row.userId,
  type: (row) => row.type,
  ip_address: (row) => row.ipAddress,
  po_number: (row) => row.poNumber,
  order_id: (row) => row.orderId,
  payment_method: (row) => row.methodKind,
  payment_type: (row) => row.paymentType,
  status: (row) => row.status,
  processor_id: (row) => row.processorId,
  customer_id: (row) => row.customerId,
};
const LINES: Readonly<Record<string, keyof TransactionAddress>> = {
  address_id: 'addressId',
  first_name: 'firstName',
  last_name: 'lastName',
  company: 'company',
  address_line_1: 'line1',
  address_line_2: 'line2',
  city: 'city',
  state: 'state',
  postal_code: 'postalCode',
  country: 'country',
  email: 'email',
  phone: 'phone',
  fax: 'fax',
};
const INTS: Readonly<Record<string, (row: NewTransaction) => number>> = {
  amount: (row) => row.amountMinor,
  amount_authorized: (row) => row.authorizedMinor,
  amount_captured: (row) => row.capturedMinor,
  amount_settled: (row) => row.settledMinor,
  tax_amount: (row) => row.taxMinor,
};
const TIMES: Readonly<Record<string, (row: NewTransaction) => Date | null>> = {
  created_at: (row) => row.createdAt,
  captured_at: (row) => row.capturedAt,
  settled_at: (row) => row.settledAt,
};

interface Drawn {
  readonly criteria: Record<string, unknown>;
  readonly holds: (row: NewTransaction) => boolean;
}

/** A criterion with a value that is there, or now and then one that is not. */
function textCriterion(read: (row: NewTransaction) => string): { body: object; holds: Drawn['holds'] } | null {
  const value = draw.random() < 0.05 ? 'zz' : read(oneOf(rows));
  if (value === '') return null;
  const operator = oneOf(['=', '!=', undefined]);
  const same = (row: NewTransaction) => read(row) === value;
  return {
    body: { value, ...(operator && { operator }) },
    holds: operator === '!=' ? (row) => !same(row) : same,
  };
}

function drawOne(criteria: Record<string, unknown>): Drawn['holds'] {
  const kind = oneOf(['text', 'text', 'int', 'time', 'address', 'address']);
  if (kind === 'text') {
    const name = oneOf(Object.keys(TEXTS));
    const drawn = textCriterion(TEXTS[name] as never);
    if (drawn === null || name in criteria) return () => true;
    criteria[name] = drawn.body;
    return drawn.holds;
  }
  if (kind === 'int') {
    const name = oneOf(Object.keys(INTS));
    if (name in criteria) return () => true;
    const operator = oneOf(['=', '!=', '<', '>'] as const);
    const value = oneOf([...AMOUNTS, -1]);
    criteria[name] = { operator, value };
    const compare = { '=': (n: number) => n === value, '!=': (n: number) => n !== value } as const;
    const order = { '<': (n: number) => n < value, '>': (n: number) => n > value } as const;
    const holds = { ...compare, ...order }[operator];
    return (row) => holds(INTS[name]?.(row) ?? NaN);
  }
  if (kind === 'time') {
    const name = oneOf(Object.keys(TIMES));
    if (name in criteria) return () => true;
    const [a, b] = [randomTime(), randomTime()].toSorted((x, y) => x.getTime() - y.getTime()) as [Date, Date];
    const start = draw.random() < 0.8 ? a.getTime() : null;
    const end = draw.random() < 0.7 ? b.getTime() : null;
    criteria[name] = {
      ...(start !== null && { start_date: new Date(start).toISOString() }),
      ...(end !== null && { end_date: new Date(end).toISOString() }),
    };
    return (row) => {
      const at = TIMES[name]?.(row)?.getTime();
      if (start === null && end === null) return true;
      return at !== undefined && (start === null || at >= start) && (end === null || at <= end);
    };
  }
  const [name, field] = oneOf(Object.entries(LINES));
  const [block, place] = oneOf([
    ['billing_address', 'billingAddress'],
    ['shipping_address', 'shippingAddress'],
  ] as const);
  const drawn = textCriterion((row) => row[place][field]);
  const key = `${block}.${name}`;
  const nested = (criteria[block] ?? {}) as Record<string, unknown>;
  if (drawn === null) return () => true;
  if (draw.random() < 0.5) {
    if (key in criteria) return () => true;
    criteria[key] = drawn.body;
  } else {
    if (name in nested) return () => true;
    criteria[block] = { ...nested, [name]: drawn.body };
  }
  return drawn.holds;
}

function drawSearch(): Drawn {
  const criteria: Record<string, unknown> = {};
  const all = Array.from({ length: draw.whole(0, 4) }, () => drawOne(criteria));
  return { criteria, holds: (row) => all.every((holds) => holds(row)) };
}

it(`finds what a plain filter finds (SEARCH_SEED=${SEED})`, async () => {
  let found = 0;
  for (let i = 0; i < SEARCHES; i++) {
    const { criteria, holds } = drawSearch();
    const caller = oneOf([admin, auditor, clerk, clerk]);
    const visible = caller === clerk ? rows.filter(({ userId }) => userId === clerk.userId) : rows;
    const expected = visible.filter(holds).map(({ _id }) => _id);
    const limit = oneOf([undefined, 0, 1, 7, 100]);
    const offset = oneOf([undefined, undefined, 1, 9, Math.floor(expected.length / 2), expected.length, 1_500]);
    const body = { ...criteria, ...(limit !== undefined && { limit }), ...(offset !== undefined && { offset }) };
    const { ids, total } = await find(body, caller);
    const from = offset ?? 0;
    expect([body, total, ids]).toEqual([body, expected.length, expected.slice(from, from + (limit ?? 10))]);
    if (expected.length > 0) found++;
  }
  // Else the searches would prove nothing.
  expect(found).toBeGreaterThan(SEARCHES / 4);
});

describe('each criterion by itself', () => {
  const found = (criteria: object) => find(criteria, small);
  const total = (holds: Drawn['holds']) => few.filter(holds).length;

  it.each(Object.keys(TEXTS).filter((name) => name !== 'transaction_id'))('%s', async (name) => {
    const read = TEXTS[name] as (row: NewTransaction) => string;
    const value = read(few.find((row) => read(row) !== '') as NewTransaction);
    const same = total((row) => read(row) === value);
    expect(same).toBeGreaterThan(0);
    expect((await found({ [name]: { value }, limit: 0 })).total).toBe(same);
    expect((await found({ [name]: { operator: '!=', value }, limit: 0 })).total).toBe(FEW - same);
    const other = value === value.toUpperCase() ? value.toLowerCase() : value.toUpperCase();
    if (other !== value)
      expect((await found({ [name]: { value: other }, limit: 0 })).total).toBe(total((row) => read(row) === other));
  });

  it('transaction_id', async () => {
    const { _id: id } = few[7] as NewTransaction;
    expect(await found({ transaction_id: { operator: '=', value: id } })).toEqual({ ids: [id], total: 1 });
    expect((await found({ transaction_id: { operator: '!=', value: id }, limit: 0 })).total).toBe(FEW - 1);
  });

  it.each(Object.keys(LINES))('%s of an address, nested and flat', async (name) => {
    const field = LINES[name] as keyof TransactionAddress;
    for (const [block, place] of [
      ['billing_address', 'billingAddress'],
      ['shipping_address', 'shippingAddress'],
    ] as const) {
      const value = few.map((row) => row[place][field]).find((one) => one !== '') as string;
      const same = total((row) => row[place][field] === value);
      expect((await found({ [block]: { [name]: { value } }, limit: 0 })).total).toBe(same);
      const unlike = { operator: '!=', value };
      expect((await found({ [`${block}.${name}`]: unlike, limit: 0 })).total).toBe(FEW - same);
    }
  });

  it('a nested one and a flat one of the same line must both hold', async () => {
    const both = { billing_address: { city: { value: 'Wheaton' } }, 'billing_address.city': { value: 'Chicago' } };
    expect((await found(both)).total).toBe(0);
    const same = { billing_address: { city: { value: 'Wheaton' } }, 'billing_address.city': { value: 'Wheaton' } };
    expect((await found(same)).total).toBe(total((row) => row.billingAddress.city === 'Wheaton'));
  });

  it('payment_type: ach is another word for echeck', async () => {
    const debits = total(({ paymentType }) => paymentType === 'echeck');
    for (const value of ['ach', 'echeck']) {
      expect((await found({ payment_type: { value }, limit: 0 })).total).toBe(debits);
      expect((await found({ payment_type: { operator: '!=', value }, limit: 0 })).total).toBe(FEW - debits);
    }
    // How it was sent is another question.
    const sent = total(({ methodKind }) => methodKind === 'ach');
    expect((await found({ payment_method: { value: 'ach' }, limit: 0 })).total).toBe(sent);
  });

  it('what has no value in a field is found by !=', async () => {
    const other = await gatewayCaller(app, { account: 'old rows' });
    const { customerId: _none, ...row } = newTransaction({ accountId: other.accountId, createdAt: app.clock.date() });
    await insert([row as NewTransaction]);
    expect((await find({ customer_id: { operator: '!=', value: 'c1' }, limit: 0 }, other)).total).toBe(1);
    expect((await find({ customer_id: { operator: '=', value: 'c1' }, limit: 0 }, other)).total).toBe(0);
  });
});

describe('the worked figures of the contract', () => {
  let merchant: GatewayCaller;
  /** By amount. */
  const ids: Record<number, string> = {};
  beforeAll(async () => {
    merchant = await gatewayCaller(app, { account: 'worked' });
    const made = [999, 1000, 1001, 2000].map((amountMinor, i) =>
      newTransaction({
        accountId: merchant.accountId,
        amountMinor,
        createdAt: new Date(Date.UTC(2024, 0, 1 + i, 12)),
        status: amountMinor === 999 ? 'declined' : 'settled',
        billingAddress: { ...randomAddress(), state: amountMinor === 2000 ? 'CT' : 'IL' },
      }),
    );
    for (const { _id, amountMinor } of made) ids[amountMinor] = _id;
    await insert(made);
  });

  it.each<[string, object, number[], number]>([
    ['> 1000', { amount: { operator: '>', value: 1000 } }, [2000, 1001], 2],
    ['!= 1000', { amount: { operator: '!=', value: 1000 } }, [2000, 1001, 999], 3],
    ['limit 1, offset 1', { amount: { operator: '>', value: 1000 }, limit: 1, offset: 1 }, [1001], 2],
    ['limit 0', { amount: { operator: '>', value: 1000 }, limit: 0 }, [], 2],
    ['offset beyond', { amount: { operator: '>', value: 1000 }, offset: 2 }, [], 2],
    ['any offset', { offset: Number.MAX_SAFE_INTEGER }, [], 4],
    ['no operator', { amount: { value: 1000 } }, [1000], 1],
    ['< 1000', { amount: { operator: '<', value: 1000 } }, [999], 1],
    ['a greater number than any amount', { amount: { operator: '<', value: 1e15 } }, [2000, 1001, 1000, 999], 4],
    ['0', { amount: { operator: '>', value: 0 } }, [2000, 1001, 1000, 999], 4],
    ['nothing', {}, [2000, 1001, 1000, 999], 4],
    [
      'the example',
      {
        status: { operator: '!=', value: 'declined' },
        amount: { operator: '>', value: 1000 },
        created_at: { start_date: '2024-01-01T00:00:00Z', end_date: '2024-01-31T23:59:59Z' },
        billing_address: { state: { operator: '=', value: 'IL' } },
        limit: 10,
        offset: 0,
      },
      [1001],
      1,
    ],
    [
      'both ends included',
      { created_at: { start_date: '2024-01-02T12:00:00Z', end_date: '2024-01-03T12:00:00Z' } },
      [1001, 1000],
      2,
    ],
    [
      'an end before the start',
      { created_at: { start_date: '2024-01-03T00:00:00Z', end_date: '2024-01-02T00:00:00Z' } },
      [],
      0,
    ],
    ['before all time', { created_at: { end_date: '0001-01-01T00:00:00Z' } }, [], 0],
    ['after all time', { created_at: { start_date: '9999-12-31T00:00:00Z' } }, [], 0],
    [
      'from before to after all time',
      { created_at: { start_date: '0001-01-01T00:00:00Z', end_date: '9999-12-31T00:00:00Z' } },
      [2000, 1001, 1000, 999],
      4,
    ],
  ])('%s', async (_name, criteria, amounts, total) => {
    expect(await find(criteria, merchant)).toEqual({ ids: amounts.map((amount) => ids[amount]), total });
  });

  it('those of the same moment are in the order of their ids, downward', async () => {
    const other = await gatewayCaller(app, { account: 'same moment' });
    const createdAt = app.clock.date();
    const made = Array.from({ length: 5 }, () => newTransaction({ accountId: other.accountId, createdAt }));
    await insert(made);
    const downward = made.map(({ _id }) => _id).toSorted((a, b) => (a < b ? 1 : -1));
    expect((await find({}, other)).ids).toEqual(downward);
  });

  it('one from the future comes first', async () => {
    const other = await gatewayCaller(app, { account: 'clocks differ' });
    const now = app.clock.now();
    const made = [now - 1, now + 60_000].map((at) =>
      newTransaction({ accountId: other.accountId, createdAt: new Date(at) }),
    );
    await insert(made);
    expect((await find({}, other)).ids).toEqual(made.map(({ _id }) => _id).toReversed());
  });
});

describe('who sees what', () => {
  it('nobody another account’s, by whatever criterion', async () => {
    const theirs = (await find({ limit: 100 }, stranger)).ids;
    expect(theirs).toHaveLength(50);
    const [id] = theirs;
    expect((await find({ transaction_id: { value: id } }, stranger)).total).toBe(1);
    expect(await find({ transaction_id: { value: id } })).toEqual({ ids: [], total: 0 });
    // Rows of theirs that name a user of ours.
    const named = await find({ user_id: { value: admin.userId }, limit: 100 });
    expect(named.ids.filter((one) => theirs.includes(one))).toEqual([]);
    for (const criteria of [{}, { order_id: { value: 'A' } }, { status: { value: 'declined' } }])
      expect((await find(criteria)).total + (await find(criteria, stranger)).total).toBeGreaterThan(
        (await find(criteria)).total,
      );
  });

  it('without view_others_transactions only one’s own, by whatever criterion', async () => {
    const own = rows.filter(({ userId }) => userId === clerk.userId);
    const other = rows.find(({ userId }) => userId === admin.userId) as NewTransaction;
    expect((await find({}, clerk)).total).toBe(own.length);
    expect((await find({ user_id: { value: clerk.userId } }, clerk)).total).toBe(own.length);
    for (const criteria of [
      { user_id: { value: admin.userId } },
      { user_id: { operator: '!=', value: clerk.userId } },
      { transaction_id: { value: other._id } },
    ])
      expect(await find(criteria, clerk)).toEqual({ ids: [], total: 0 });
    expect((await find({ transaction_id: { value: other._id } }, auditor)).total).toBe(1);
  });
});

describe('what clients send', () => {
  const long = (length: number) => ({ value: 'x'.repeat(length) });
  const NAMES = ['first_name', 'last_name', 'company', 'city'] as const;
  const MOST: readonly (readonly [string, number])[] = [
    ...NAMES.map((name) => [name, 50] as const),
    ['address_line_1', 100],
    ['address_line_2', 100],
    ['state', 2],
    ['country', 2],
    ['postal_code', 6],
    ['phone', 14],
    ['fax', 14],
    ['email', 255],
    ['address_id', 255],
  ];

  it.each(MOST)('%s of an address has at most %d characters', async (name, most) => {
    const why = `must be shorter than or equal to ${most} characters`;
    for (const block of ['billing_address', 'shipping_address']) {
      expect((await find({ [block]: { [name]: long(most) } }, small)).total).toBe(0);
      for (const criteria of [{ [block]: { [name]: long(most + 1) } }, { [`${block}.${name}`]: long(most + 1) }])
        expect(await search(criteria)).toMatchObject({
          status: 400,
          body: failed(`bad request error: ${block}.${name}.value ${why}`),
        });
    }
  });

  it.each<[string, object]>([
    [
      'every criterion null',
      Object.fromEntries(
        [...Object.keys(TEXTS), ...Object.keys(INTS), ...Object.keys(TIMES), 'billing_address', 'limit', 'offset'].map(
          (name) => [name, null],
        ),
      ),
    ],
    ['criteria without a value', { status: { operator: '!=' }, amount: { operator: '<' } }],
    ['empty values', { status: { value: '' }, amount: { operator: '=', value: '' }, created_at: { start_date: '' } }],
    ['empty objects', { status: {}, amount: {}, created_at: {}, billing_address: { city: {} } }],
    [
      'unknown criteria, whatever they hold',
      { card: { operator: '~', value: 44 }, billing_address: { planet: { operator: '>' } }, $where: 'true', 'a.b': 1 },
    ],
  ])('%s: not sent', async (_name, criteria) => {
    expect((await find({ ...criteria, limit: 0 }, small)).total).toBe(FEW);
  });

  it('no body at all', async () => {
    const answer = await app.http.request('POST', '/api/transaction/search', '', {
      headers: { authorization: small.key, 'content-type': 'application/json' },
    });
    expect(answer.body).toMatchObject({ total_count: FEW });
    expect(answer.body['data']).toHaveLength(10);
  });

  const ONE_OF = 'must be one of the following values:';
  it.each<[string, object, string]>([
    ['an unknown operator', { status: { operator: '~', value: 'a' } }, `status.operator ${ONE_OF} =, !=`],
    ['an operator of numbers', { order_id: { operator: '>', value: 'a' } }, `order_id.operator ${ONE_OF} =, !=`],
    [
      'an unknown operator of numbers',
      { amount: { operator: '>=', value: 1 } },
      `amount.operator ${ONE_OF} =, !=, <, >`,
    ],
    ['a number as a text', { amount: { value: '1000' } }, 'amount.value must be an integer number'],
    ['a fraction', { tax_amount: { value: 10.5 } }, 'tax_amount.value must be an integer number'],
    ['a truth', { amount: { value: true } }, 'amount.value must be an integer number'],
    [
      'more than a number can count',
      { amount: { operator: '<', value: 1e300 } },
      'amount.value must not be greater than 1000000000000000',
    ],
    ['a bare number', { amount: 1000 }, 'amount must be an object'],
    ['a bare text', { status: 'settled' }, 'status must be an object'],
    ['a value that is an operator', { status: { value: { $ne: '' } } }, 'status.value must be a string'],
    ['a number for a text', { order_id: { value: 1 } }, 'order_id.value must be a string'],
    ['an address that is a text', { billing_address: 'IL' }, 'billing_address must be an object'],
    ['a state that is a text', { billing_address: { state: 'IL' } }, 'billing_address.state must be an object'],
    ['half a character', { order_id: { value: '\udc00' } }, 'order_id.value must not contain NUL or broken characters'],
    [
      'a day without a time',
      { settled_at: { start_date: '2024-01-01' } },
      'settled_at.start_date must be a time such as 2024-01-31T23:59:59Z',
    ],
    ['a negative limit', { limit: -1 }, 'limit must not be less than 0'],
    ['a large limit', { limit: 101 }, 'limit must not be greater than 100'],
    ['a limit that is a text', { limit: '10' }, 'limit must be an integer number'],
    ['a negative offset', { offset: -1 }, 'offset must not be less than 0'],
    ['a fraction of an offset', { offset: 1.5 }, 'offset must be an integer number'],
    ['an offset beyond numbers', { offset: 1e300 }, 'offset must not be greater than 9007199254740991'],
  ])('%s is refused', async (_name, criteria, msg) => {
    expect(await search(criteria)).toMatchObject({ status: 400, body: failed(`bad request error: ${msg}`) });
  });
});

it('a search that the store does not finish in time is refused, as one for whom it is too much', async () => {
  const repository = app.app.get(TransactionRepository, { strict: false });
  const everything = [{ $match: { accountId: admin.accountId } }];
  // One after the other: a rejection that nobody waits for yet fails the test.
  for (const ask of [() => repository.countOf(everything, 1), () => repository.newestOf(everything, 0, 10, 1)])
    await expect(ask()).rejects.toMatchObject({ code: 'search_too_slow' });
});
