import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { TransactionRepository } from '../../src/modules/transaction/record/transaction.repository.js';
import type { NewTransaction } from '../../src/modules/transaction/record/transaction.types.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Command } from '../support/command.js';
import { type GatewayCaller, gatewayCaller } from '../support/gateway.js';
import { together } from '../support/seeded.js';
import { NO_ADDRESS, newTransaction } from '../support/transaction-rows.js';
import { process as processed, rowOf, saleOf } from '../support/transactions.js';

jest.setTimeout(180_000);

/** More than are read at a time, and more than fit one window of time. */
const MANY = 450;
const HOUR = 3_600_000;

/** `npm run admin -- transactions` next to a running app. */
let app: TestApp;
let shop: GatewayCaller;
let other: GatewayCaller;
/** The shop's, newest first. */
let many: NewTransaction[];
let theirs: NewTransaction;
const cwd = mkdtempSync(join(tmpdir(), 'payments-transactions-'));
const command = new Command('admin', cwd);

beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  shop = await gatewayCaller(app, { account: 'Shop' });
  other = await gatewayCaller(app, { account: 'Other' });
  const now = app.clock.now() - HOUR;
  const card = (last: string) =>
    ({ type: 'card', brand: 'visa', maskedNumber: `401200******${last}`, expirationDate: '12/30' }) as const;
  many = Array.from({ length: MANY }, (_, i) =>
    newTransaction({
      accountId: shop.accountId,
      createdAt: new Date(now - i * HOUR),
      status: i % 10 === 0 ? 'declined' : 'settled',
      method: card(i === 7 ? '4444' : '5439'),
      orderId: i === 3 ? '=HYPERLINK("x")' : `order-${i}`,
      poNumber: i === 9 ? 'order-8' : '',
      billingAddress: { ...NO_ADDRESS, email: i === 5 ? 'five@example.com' : `buyer${i}@example.com` },
      settlementBatchId: i < 2 ? 'batch-1' : '',
    }),
  );
  theirs = newTransaction({ accountId: other.accountId, createdAt: new Date(now), orderId: 'order-8' });
  const rows = app.app.get(TransactionRepository, { strict: false });
  await together([...many, theirs], 8, (row) => rows.insert(row));
});
afterAll(async () => {
  await app.stop();
  rmSync(cwd, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const environment = {
    MONGODB_URI: app.config.mongo.uri,
    API_KEY_ENCRYPTION_KEY: app.config.gateway.encryptionKeys.join(','),
  };
  return command.run(['transactions', ...args], environment);
}

async function found(...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as Record<string, unknown>);
}
const ids = async (...args: string[]) => (await found(...args)).map(({ id }) => id);
const idOf = (i: number) => many[i]?._id;
const day = (i: number) => many[i]?.createdAt.toISOString() ?? '';

it('tells all of an account, newest first, once each, and with no account named all accounts', async () => {
  expect(await ids('--account', 'Shop')).toEqual(many.map(({ _id }) => _id));
  const all = await ids();
  expect(all).toHaveLength(MANY + 1);
  expect(new Set(all)).toEqual(new Set([...many, theirs].map(({ _id }) => _id)));
});

it('finds by every option, and by all of them at once', async () => {
  expect(await ids('--account', 'Shop', '--status', 'declined')).toHaveLength(MANY / 10);
  expect(await ids('--last-four', '4444')).toEqual([idOf(7)]);
  expect(await ids('--email', 'five@example.com')).toEqual([idOf(5)]);
  expect(await ids('--account', 'Shop', '--since', day(4), '--until', day(2))).toEqual([idOf(2), idOf(3), idOf(4)]);
  expect(await ids('--account', 'Shop', '--since', day(12), '--status', 'declined')).toEqual([idOf(0), idOf(10)]);
  expect(await ids('--account', 'Other', '--last-four', '4444')).toEqual([]);
});

it('finds by any id: a transaction, an order, a purchase order, a batch, a payment, a PaymentIntent', async () => {
  expect(await ids('--id', String(idOf(20)))).toEqual([idOf(20)]);
  const named = await ids('--id', 'order-8');
  expect(named).toHaveLength(3);
  expect(new Set(named)).toEqual(new Set([idOf(8), theirs._id, idOf(9)]));
  expect(await ids('--id', 'order-8', '--account', 'Other')).toEqual([theirs._id]);
  expect(await ids('--id', 'batch-1')).toEqual([idOf(0), idOf(1)]);
  const sale = await processed(other, saleOf());
  const { paymentId } = await rowOf(app, sale['id']);
  const { charges } = await app.simulator.ledger({ paymentId: String(paymentId) });
  expect(await ids('--id', String(paymentId))).toEqual([sale['id']]);
  expect(await ids('--id', String(charges[0]?.payment_intent))).toEqual([sale['id']]);
  expect(await ids('--id', 'nobody')).toEqual([]);
});

it('writes CSV whose values no spreadsheet carries out, and a table for a terminal', async () => {
  const csv = await run('--account', 'Shop', '--csv');
  expect([csv.code, csv.stderr]).toEqual([0, '']);
  const [head, ...records] = parse(csv.stdout);
  expect(records).toHaveLength(MANY);
  expect(records[3]?.[head?.indexOf('order_id') ?? -1]).toBe('\'=HYPERLINK("x")');
  expect(Object.fromEntries((head ?? []).map((name, n) => [name, records[0]?.[n]]))).toEqual(
    Object.fromEntries(
      Object.entries((await found('--id', String(idOf(0))))[0] ?? {}).map(([name, value]) => [name, String(value)]),
    ),
  );
  const { stdout } = await run('--id', 'batch-1');
  const [title, first, , sum] = stdout.split('\n');
  expect(title).toMatch(/^created_at {16}id /);
  expect(first).toMatch(new RegExp(`^${day(0)}  ${idOf(0)}  sale .*declined .*1000  USD .*401200\\*{6}5439 +order-0$`));
  expect(sum).toBe('2 transactions');
});

it('refuses what it cannot mean, and makes no account of a name', async () => {
  for (const args of [
    ['--status', 'paid'],
    ['--last-four', '44'],
    ['--since', '2026-02-30'],
    ['--account', 'Nobody'],
    ['--csv', '--json'],
  ])
    expect((await run(...args)).code).toBe(1);
  expect((await run('--account', 'Nobody')).stderr).toBe('there is no such account\n');
  expect((await run('--card', '4242')).code).toBe(78);
});
