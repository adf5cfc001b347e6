import { randomInt } from 'node:crypto';
import { newXid } from '../../../src/platform/common/xid.js';
import { TransactionRepository } from '../../../src/modules/transaction/record/transaction.repository.js';
import type { NewTransaction, TransactionAddress } from '../../../src/modules/transaction/record/transaction.types.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { newTransaction } from '../../support/transactions.js';
import { seeded, together } from '../../support/seeded.js';

jest.setTimeout(400_000);

const ROWS = 5_000;
const SEARCHES = 300;
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

const search = (criteria: unknown, caller = admin) => caller.call('POST', '/api/transaction/search', criteria);

async function find(criteria: object, caller = admin): Promise<{ ids: string[]; total: number }> {
  const { status, body, text } = await search(criteria, caller);
  if (status !== 200) throw new Error(`seed ${SEED}: ${JSON.stringify(criteria)} answered ${status} ${text}`);
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
  await insert([...rows, ...theirs]);
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

it(`finds what a plain filter finds (seed ${SEED})`, async () => {
  let found = 0;
  for (let i = 0; i < SEARCHES; i++) {
    const { criteria, holds } = drawSearch();
    const caller = oneOf([admin, admin, admin, auditor, clerk]);
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
