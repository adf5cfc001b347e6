import { getConnectionToken } from '@nestjs/mongoose';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { ReconciliationService } from '../../src/modules/books/reconciliation.service.js';
import { differenceJson, reportJson } from '../../src/modules/books/report-json.js';
import { PaymentSweeper } from '../../src/modules/payment/upkeep/payment-sweeper.js';
import type { Payment } from '../../src/modules/payment/record/payment.types.js';
import { derivedId } from '../../src/platform/common/id.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Command } from '../support/command.js';
import {
  eventually,
  HOUR,
  MINUTE,
  newCuid,
  payer,
  type Payer,
  payments,
  recordOf,
  secret,
} from '../support/payments.js';
import { struck } from '../support/proxied-app.js';
import { storedUsers } from '../support/users.js';
import { deploymentId } from '../support/webhooks.js';

jest.setTimeout(180_000);

interface Told {
  kind: string;
  what: string;
  todo: string;
  cure: string;
  providerPaymentId: string | null;
  related: string[];
  gaps: { day: string; currency: string; minor: number }[];
}
interface Report {
  agrees: boolean;
  days: Record<'captured' | 'refunded' | 'net' | 'books' | 'difference', number>[];
  totals: ({ currency: string } & Record<'captured' | 'refunded' | 'net' | 'books' | 'difference', number>)[];
  differences: Told[];
  repaired: Told[];
  counts: { agreed: number; foreign: number; unreadable: number };
}

/** The command next to a running app; the books are tampered with behind its back. No webhooks. */
let app: TestApp;
let cwd: string;
let range: string[];
let admin: string;

beforeEach(async () => {
  app = await startTestApp({
    webhooks: false,
    env: { RESOLVER_TICK: '1h', STOREFRONT_JWT_TTL: '90d', PAYMENT_ABANDON_AFTER: '90d', SWEEP_OVERLAP: '91d' },
  });
  cwd = mkdtempSync(join(tmpdir(), 'payments-reconcile-'));
  writeFileSync(join(cwd, 'run.json'), JSON.stringify({ simulator: app.simulator.url, mongodb: app.config.mongo.uri }));
  // Early in the day: the whole test stays on it.
  const noon = new Date(app.clock.now() + 24 * HOUR).toISOString().slice(0, 10);
  await app.simulator.moveClock({ set: Date.parse(noon) + 2 * HOUR });
  await app.clock.refresh();
  range = ['--from', noon, '--to', noon];
  const { token, userId } = await app.register();
  await storedUsers(app).set(userId, { isAdmin: true });
  admin = token;
});
afterEach(async () => {
  rmSync(cwd, { recursive: true, force: true });
  await app.stop();
});

const run = (args: readonly string[], env: Record<string, string> = { DATA_DIR: cwd }) =>
  new Command('reconcile', cwd).run(args, env);

async function report(...flags: string[]): Promise<Report & { code: unknown }> {
  const { code, stdout, stderr } = await run([...range, '--json', ...flags]);
  expect(stderr).toBe('');
  return { ...(JSON.parse(stdout) as Report), code };
}

/** As the command does it, without starting one. */
async function compared(repair = false): Promise<Report> {
  await app.clock.refresh();
  const service = app.app.get(ReconciliationService, { strict: false });
  const days = { from: range[1] ?? '', to: range[3] ?? '' };
  const { repaired, reconciliation } = repair
    ? await service.repair(days)
    : { repaired: [], reconciliation: await service.compare(days) };
  return { ...reportJson(reconciliation), repaired: repaired.map(differenceJson) };
}

const raw = () => app.app.get<Connection>(getConnectionToken()).collection<{ _id: string }>('payments');
const set = (id: string, change: Partial<Payment>) =>
  payments(app).updateOne({ providerPaymentId: id }, { $set: change });
const named = ({ differences }: Report) =>
  differences.map(({ kind, providerPaymentId }) => `${kind} ${providerPaymentId}`).toSorted();

async function paid(): Promise<Payer> {
  const buyer = await payer(app);
  expect((await buyer.confirm('pm_card_visa')).body['status']).toBe('succeeded');
  return buyer;
}

/** A PaymentIntent as we would have made it, for a cuid of this user. */
async function asOurs(userId: string, cuid: string, over: Record<string, string> = {}): Promise<string> {
  const scope = `${deploymentId(app)}:storefront:${userId}`;
  const ours = {
    payment_id: derivedId('pay', scope, cuid),
    deployment_id: deploymentId(app),
    scope,
    userId,
    cuid,
    fp: 'x',
  };
  const made = await secret(app).paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    automatic_payment_methods: { enabled: true },
    metadata: { ...ours, ...over },
  });
  return made.id;
}

const payAtStripe = (id: string) =>
  secret(app).paymentIntents.confirm(id, { payment_method: 'pm_card_visa', return_url: 'https://shop.example.com/' });

/** The table is made of its parts. */
function addsUp({ days, totals, differences }: Report): void {
  const gaps = differences.flatMap((one) => one.gaps);
  const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
  for (const total of totals) {
    expect(total.net).toBe(total.captured - total.refunded);
    expect(total.difference).toBe(total.net - total.books);
    expect(sum(gaps.filter(({ currency }) => currency === total.currency).map(({ minor }) => minor))).toBe(
      total.difference,
    );
  }
  expect(sum(days.map(({ difference }) => difference))).toBe(sum(gaps.map(({ minor }) => minor)));
}

async function writesSince(before: number): Promise<string[]> {
  const { requests } = await app.simulator.requests();
  return requests
    .filter(({ n, method }) => n > before && method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);
}

it('ten ways to be wrong: each is named, repaired if Stripe knows better, and left to a person if not', async () => {
  const good = [await paid(), await paid()];
  await payAtStripe(await asOurs(good[0]?.userId ?? '', newCuid(), { deployment_id: 'f'.repeat(24) }));

  const [missing, extra, amount, currency, state] = [
    await paid(),
    await paid(),
    await paid(),
    await paid(),
    await paid(),
  ];
  const [customer, one, other, refunded, twice] = [
    await paid(),
    await paid(),
    await paid(),
    await paid(),
    await paid(),
  ];
  // Whoever sends the receipts has read what is written over below.
  await eventually(async () => expect(await payments(app).countDocuments({ effectsDueAt: { $ne: null } })).toBe(0));
  await raw().deleteOne({ _id: (await missing.record())._id });
  const { _id, ...copy } = await extra.record();
  await raw().insertOne({ ...copy, _id: `${_id.slice(1)}x`, cuid: newCuid(), providerPaymentId: 'pi_never' } as never);
  await set(amount.id, { amountMinor: 1500 });
  await set(currency.id, { currency: 'eur' });
  await set(state.id, { state: 'CANCELED', effects: [] });
  await set(customer.id, { customerId: 'cus_somebody' });
  await set(one.id, { providerPaymentId: 'pi_between' });
  await set(other.id, { providerPaymentId: one.id });
  await set('pi_between', { providerPaymentId: other.id });
  await secret(app).refunds.create({ payment_intent: refunded.id, amount: 700 });
  const second = await asOurs(twice.userId, twice.cuid);
  await payAtStripe(second);
  const orphan = await asOurs(good[0]?.userId ?? '', newCuid());
  await app.advance(2 * HOUR);

  const found = await report();
  expect(named(found)).toEqual(
    [
      `missing ${missing.id}`,
      'not_at_stripe pi_never',
      `amount ${amount.id}`,
      `currency ${currency.id}`,
      `paid_at_stripe ${state.id}`,
      `customer ${customer.id}`,
      `orphan ${orphan}`,
      `wrong_payment ${found.differences.find(({ kind }) => kind === 'wrong_payment')?.providerPaymentId}`,
      `refund ${refunded.id}`,
      `paid_twice ${second}`,
    ].toSorted(),
  );
  const swapped = found.differences.find(({ kind }) => kind === 'wrong_payment');
  expect([swapped?.providerPaymentId, ...(swapped?.related ?? [])]).toEqual(
    expect.arrayContaining([one.id, other.id, (await one.record())._id]),
  );
  expect([found.code, found.agrees, found.counts.foreign]).toEqual([1, false, 1]);
  addsUp(found);
  expect(found.totals).toEqual([
    { currency: 'eur', captured: 0, refunded: 0, net: 0, books: 2000, difference: -2000 },
    { currency: 'usd', captured: 26_000, refunded: 700, net: 25_300, books: 19_500, difference: 5_800 },
  ]);

  const table = await run(range);
  expect(table.code).toBe(1);
  expect(table.stdout).toMatch(/Total +260\.00 USD +7\.00 USD +253\.00 USD +195\.00 USD +58\.00 USD\n/);
  for (const { what } of found.differences) expect(table.stdout).toContain(`${what}\n`);
  for (const { todo } of found.differences) expect(table.stdout).toContain(`   To do: ${todo}\n`);
  expect(table.stdout).toContain('10 differences.\n');

  const overHttp = await app.http.get(`/admin/reconciliation?from=${range[1]}&to=${range[3]}`, { token: admin });
  expect(overHttp.status).toBe(200);
  const { repaired: none, code: _code, ...same } = found;
  expect([none, { ...overHttp.body, until: null }]).toEqual([[], { ...same, until: null }]);

  const before = (await app.simulator.requests()).requests.at(-1)?.n ?? 0;
  const after = await report('--repair');
  expect(await writesSince(before)).toEqual([]);
  const trail = app.app.get<Connection>(getConnectionToken()).collection('audit_entries');
  const entries = await trail.find({ action: 'books.repair' }).toArray();
  expect(entries).toMatchObject([
    { actorKind: 'command_line', result: 'done', after: { repaired: 6, what: expect.any(Array) } },
  ]);
  expect(after.repaired.map(({ kind }) => kind).toSorted()).toEqual(
    ['missing', 'amount', 'currency', 'paid_at_stripe', 'customer', 'refund'].toSorted(),
  );
  expect(after.differences.map(({ kind, cure }) => `${kind}: ${cure}`).toSorted()).toEqual(
    ['not_at_stripe: person', 'orphan: sweep', 'paid_twice: person', 'wrong_payment: person'].toSorted(),
  );
  for (const { cure, todo } of after.differences) expect(todo).toMatch(cure === 'person' ? /^A person / : /sweep/);
  addsUp(after);
  expect(await recordOf(app, missing.id)).toMatchObject({ state: 'SUCCEEDED', userId: missing.userId });
  expect(await recordOf(app, amount.id)).toMatchObject({ amountMinor: 2000 });
  expect(await recordOf(app, currency.id)).toMatchObject({ currency: 'usd', amountMinor: 2000 });
  expect((await recordOf(app, state.id)).effects).toHaveLength(1);
  expect(await recordOf(app, refunded.id)).toMatchObject({ refunds: [{ amountMinor: 700, currency: 'usd' }] });
  expect(named(await compared(true))).toEqual(named(after));

  // The sweep and the person do what is theirs.
  await app.app.get(PaymentSweeper, { strict: false }).pass();
  await secret(app).refunds.create({ payment_intent: second });
  await raw().deleteOne({ providerPaymentId: 'pi_never' });
  await set(one.id, { providerPaymentId: 'pi_between' });
  await set(other.id, { providerPaymentId: one.id });
  await set('pi_between', { providerPaymentId: other.id });
  await app.advance(10 * MINUTE);
  const last = await compared();
  expect([last.differences, last.totals]).toEqual([
    [],
    [{ currency: 'usd', captured: 26_000, refunded: 2_700, net: 23_300, books: 23_300, difference: 0 }],
  ]);
  expect(await run(range)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('No difference.\n') });
});

it('what no sum shows, and what only a person or the sweep may end', async () => {
  const unpaid = async () => payer(app);
  const [notPaid, canceled, open, failed] = [await unpaid(), await unpaid(), await unpaid(), await paid()];
  await set(notPaid.id, { state: 'SUCCEEDED', finalAt: app.clock.date() });
  await secret(app).paymentIntents.cancel(canceled.id);
  await set(open.id, { state: 'CANCELED', finalAt: app.clock.date(), nextCheckAt: null });
  const recorded = { id: 're_gone', amountMinor: 300, currency: 'usd', at: app.clock.date() };
  await set(failed.id, { refunds: [recorded] });
  const edited = await asOurs(failed.userId, newCuid(), { payment_id: 'a'.repeat(26) });
  await payAtStripe(edited);
  // Paid with a PaymentIntent that its payment does not name: one has ended, the other may still be paid.
  const [ended, going] = [await unpaid(), await unpaid()];
  const [elsewhere, beside] = [await asOurs(ended.userId, ended.cuid), await asOurs(going.userId, going.cuid)];
  await secret(app).paymentIntents.cancel(ended.id);
  await set(ended.id, { state: 'CANCELED', finalAt: app.clock.date(), nextCheckAt: null });
  for (const id of [elsewhere, beside]) await payAtStripe(id);
  await app.advance(2 * HOUR);

  const found = await compared();
  expect(named(found)).toEqual(
    [
      `not_paid_at_stripe ${notPaid.id}`,
      `canceled_at_stripe ${canceled.id}`,
      `open_at_stripe ${open.id}`,
      `refund_undone ${failed.id}`,
      `inconsistent ${edited}`,
      `paid_elsewhere ${elsewhere}`,
      `paid_elsewhere ${beside}`,
    ].toSorted(),
  );
  addsUp(found);
  const before = (await app.simulator.requests()).requests.at(-1)?.n ?? 0;
  const after = await compared(true);
  expect(await writesSince(before)).toEqual([]);
  expect(named(after)).toEqual(
    [
      `not_paid_at_stripe ${notPaid.id}`,
      `open_at_stripe ${open.id}`,
      `inconsistent ${edited}`,
      `paid_elsewhere ${beside}`,
    ].toSorted(),
  );
  addsUp(after);
  expect(await recordOf(app, elsewhere)).toMatchObject({ state: 'SUCCEEDED', cuid: ended.cuid });
  expect(await recordOf(app, canceled.id)).toMatchObject({ state: 'CANCELED' });
  await app.app.get(PaymentSweeper, { strict: false }).pass();
  expect(named(await compared())).not.toContain(`paid_elsewhere ${beside}`);
});

it('reads to the last page, or says that it could not', async () => {
  const { userId } = await paid();
  for (let i = 0; i < 104; i++) await asOurs(userId, newCuid(), { deployment_id: 'f'.repeat(24) });
  await app.advance(HOUR);
  expect(await compared()).toMatchObject({ agrees: true, counts: { agreed: 1, foreign: 104, unreadable: 0 } });
  await app.simulator.fault({ method: 'GET', path: '/v1/charges', times: 0 }, { type: 'status', status: 403 });
  const refused = await new Command('reconcile', cwd).start(range, { DATA_DIR: cwd });
  expect([refused.code, refused.stdout]).toEqual([69, '']);
  expect(refused.stderr).toContain('Stripe could not be read: 403');
  await app.simulator.clearFaults();
  // Twice is no reason to give up.
  await app.simulator.fault(
    { method: 'GET', path: '/v1/refunds', times: 2 },
    { type: 'status', status: 500, cached: false },
  );
  expect((await compared()).agrees).toBe(true);
});

it('with the key of another account it says nothing about the books', async () => {
  await paid();
  await app.advance(HOUR);
  const deployment = app.app.get<Connection>(getConnectionToken()).collection<{ _id: string }>('deployment');
  await deployment.updateOne({ _id: 'deployment' }, { $set: { accountProof: 'pi_of_another_account' } });
  const told = await run([...range, '--repair']);
  expect([told.code, told.stdout]).toEqual([69, '']);
  expect(told.stderr).toContain('the API key is of another account');
});

it('says what it was told wrongly: 2; and what it lacks: 78, 69', async () => {
  for (const [args, why] of [
    [['--from', '2026-02-30', '--to', '2026-03-01'], 'from must be a day'],
    [['--from', '2026-02-02', '--to', '2026-02-01'], 'from must not be later'],
    [['--from', '2026-02-02'], 'come together'],
    [['--refund'], "Unknown option '--refund'"],
  ] as const) {
    const { code, stdout, stderr } = await run(args);
    expect([args, code, stdout]).toEqual([args, 2, '']);
    expect(stderr).toContain(why);
    expect(stderr).toContain('usage: npm run reconcile');
  }
  const nothing = await run([], {});
  expect([nothing.code, nothing.stderr]).toEqual([78, expect.stringContaining('MONGODB_URI: not set')]);
  const away = await run([], {
    MONGODB_URI: 'mongodb://someone:their-password@127.0.0.1:1/x',
    MONGODB_SERVER_SELECTION_TIMEOUT: '300ms',
    STRIPE_SECRET_KEY: 'sk_test_0123456789',
  });
  expect([away.code, away.stdout]).toEqual([69, '']);
  expect(away.stderr).not.toContain('their-password');
});

it('over HTTP it is for administrators, and for a month at most', async () => {
  const ask = (query: string, token?: string) => app.http.get(`/admin/reconciliation${query}`, { token });
  const { token } = await app.register();
  const day = `?from=${range[1]}&to=${range[3]}`;
  await app.advance(HOUR);
  expect((await ask(day)).status).toBe(401);
  expect((await ask(day, token)).status).toBe(403);
  expect((await ask(day, admin)).body).toMatchObject({ agrees: true, days: [], totals: [], differences: [] });
  for (const wrong of [
    '',
    '?from=2026-01-01',
    '?from=x&to=y',
    '?from=2026-01-01&to=2026-03-01',
    `${day}&repair=true`,
    `${day}&from=2026-01-01`,
  ])
    expect([wrong, (await ask(wrong, admin)).status]).toEqual([wrong, 400]);
  await app.simulator.fault({ method: 'GET', path: '/v1/refunds', times: 0 }, { type: 'status', status: 403 });
  expect((await ask(day, admin)).status).toBe(502);
});

it('over HTTP one is made at a time, over all instances, and a dead one’s turn ends', async () => {
  const other = await startTestApp({ simulator: app.simulator, mongoUri: app.config.mongo.uri, webhooks: false });
  try {
    await app.advance(HOUR);
    const ask = (of: TestApp) => of.http.get(`/admin/reconciliation?from=${range[1]}&to=${range[3]}`, { token: admin });
    const lists = { method: 'GET', path: '/v1/refunds' };
    const held = await app.simulator.fault({ ...lists, times: 1 }, { type: 'hold' });
    const first = ask(app);
    await eventually(async () => expect(await struck(app)).toBe(1));
    for (const one of [app, other]) {
      const refused = await ask(one);
      expect([refused.status, refused.body]).toEqual([
        429,
        { statusCode: 429, error: 'Too Many Requests', message: expect.stringContaining('Another reconciliation') },
      ]);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await app.simulator.release(held);
    expect((await first).status).toBe(200);
    expect((await ask(other)).status).toBe(200);

    // One that fails gives its turn back; one that died has it for five minutes.
    await app.simulator.fault({ ...lists, times: 1 }, { type: 'status', status: 403 });
    expect((await ask(app)).status).toBe(502);
    const runs = app.app.get<Connection>(getConnectionToken()).collection<{ _id: string }>('reconcileRuns');
    const inFiveMinutes = new Date(app.clock.now() + 5 * MINUTE);
    await runs.updateOne({ _id: 'asked' }, { $set: { leaseUntil: inFiveMinutes } });
    expect((await ask(other)).status).toBe(429);
    await app.advance(5 * MINUTE + 1);
    expect((await ask(app)).status).toBe(200);
  } finally {
    await other.stop();
  }
});
