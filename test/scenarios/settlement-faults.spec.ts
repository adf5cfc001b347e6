import { commandLineActor } from '../../src/modules/audit/actors.js';
import { SettlementWorker } from '../../src/modules/settlement/settlement-worker.js';
import { TerminalService } from '../../src/modules/terminal/terminal.service.js';
import { TerminalSync } from '../../src/modules/terminal/terminal-sync.service.js';
import { type Failpoint, FAILPOINTS } from '../../src/platform/common/failpoint-names.js';
import { armFailpoints } from '../../src/platform/common/failpoints.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { CASES_SEED, drawnOf } from '../support/drawn-cases.js';
import { type GatewayCaller, gatewayCaller } from '../support/gateway.js';
import { madeReader } from '../support/readers.js';
import {
  batchRecords,
  midnight,
  moneyPending,
  nextDay,
  refund,
  sale,
  search,
  settle,
  settleNow,
} from '../support/settlement.js';
import { act, type Body, read, rowOf, rows } from '../support/transactions.js';

jest.setTimeout(180_000);

/** A worker that fails in the middle, one beside it, and one that comes back: the batches are those of a quiet day. */
let app: TestApp;
let merchant: GatewayCaller;
let n = 0;
beforeAll(async () => {
  app = await startTestApp({ env: { RESOLVER_TICK: '1h' }, webhooks: false });
});
beforeEach(async () => {
  merchant = await gatewayCaller(app, { account: `shop${++n}` });
});
afterEach(() => void armFailpoints(undefined));
afterAll(() => app.stop());

const worker = () => app.app.get(SettlementWorker, { strict: false });

/** A terminal of the merchant's with a sale in its open batch; no terminal takes one yet, so the store is told. */
async function saleAtTerminal(amount: number): Promise<Body> {
  await madeReader(app.simulator);
  const { made } = await app.app.get(TerminalSync, { strict: false }).sync(commandLineActor(), merchant.accountId);
  const taken = await sale(merchant, amount);
  await rows(app).updateOne({ _id: String(taken['id']) }, { $set: { terminalId: made[0]?.id }, $inc: { v: 1 } });
  return taken;
}

/** Sums of what is settled, by the batches and by the rows that name them. */
async function settledOf(ids: readonly unknown[]) {
  const batches = await search(merchant, { limit: 100 });
  const settled = (await Promise.all(ids.map((id) => rowOf(app, id)))).filter(({ status }) => status === 'settled');
  return {
    batches: batches.length,
    transactions: batches.reduce((sum, one) => sum + Number(one['num_transactions']), 0),
    net: batches.reduce((sum, one) => sum + Number(one['net_deposit']), 0),
    rows: settled.length,
    unknownBatches: settled.filter((row) => !batches.some(({ id }) => id === row.settlementBatchId)).length,
  };
}

/** Reached by a search, or by a run that failed. */
const ELSEWHERE: readonly Failpoint[] = ['settlement.search', 'settlement.let_go', 'settlement.first'];
const POINTS = (Object.keys(FAILPOINTS) as Failpoint[]).filter(
  (name) => name.startsWith('settlement.') && !ELSEWHERE.includes(name),
);

/** Half of the points in each run, drawn anew (VAULT_SEED); all with VAULT_CASES=all. */
const DRAWN = drawnOf(
  POINTS.flatMap((name) => [`${name}.before`, `${name}.after`]),
  0.5,
);

it.each(DRAWN)(`%s: fails, and runs again (VAULT_SEED=${CASES_SEED})`, async (point) => {
  const old = await sale(merchant, 800);
  await settleNow(app, merchant.accountId);
  const back = await refund(merchant, old['id'], 300);
  const [one, two] = [await sale(merchant, 1000), await sale(merchant, 2000)];
  const there = await saleAtTerminal(500);
  await nextDay(app);
  const reached = armFailpoints(`${point}=throw`);
  await expect(settle(app)).rejects.toThrow(`failpoint ${point}`);
  expect(reached()).toBe(true);
  armFailpoints(undefined);
  await app.advance(16 * 60_000); // who failed right after claiming the run looks like one that died: its lease has to end
  await settle(app);
  await settle(app);
  const ids = [old, back, one, two, there].map(({ id }) => id);
  expect(await settledOf(ids)).toEqual({ batches: 3, transactions: 5, net: 4000, rows: 5, unknownBatches: 0 });
  expect(await search(merchant)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ batch_date: midnight(app), terminal_id: '', num_transactions: 3, net_deposit: 2700 }),
    ]),
  );
});

it('two workers at once make one batch, with each row once', async () => {
  const other = await startTestApp({
    simulator: app.simulator,
    mongoUri: app.config.mongo.uri,
    webhooks: false,
    env: { RESOLVER_TICK: '1h' },
  });
  try {
    const sales = await Promise.all(Array.from({ length: 30 }, (_, i) => sale(merchant, 100 + i)));
    // Those of commands take no lease: they really are at it at the same time.
    await Promise.all([settleNow(app), settleNow(other), settle(app), settle(other), settleNow(app)]);
    const ids = sales.map(({ id }) => id);
    const { batches, ...sums } = await settledOf(ids);
    expect(sums).toEqual({ transactions: 30, net: 30 * 100 + 435, rows: 30, unknownBatches: 0 });
    expect(batches).toBeGreaterThan(0);
    await sale(merchant, 700);
    await nextDay(app);
    await Promise.all([settle(app), settle(other)]);
    expect((await search(merchant))[0]).toMatchObject({ batch_date: midnight(app), amount_captured: 700 });
    const numbers = (await search(merchant)).map((one) => one['batch_number']);
    expect(new Set(numbers).size).toBe(numbers.length);
  } finally {
    await other.stop();
  }
});

it('a row that somebody settled after the sum was made is counted an hour later', async () => {
  await sale(merchant, 100);
  const late = await sale(merchant, 50);
  await moneyPending(app, late['id']);
  await nextDay(app);
  await settle(app);
  const [batch] = await search(merchant);
  const settled = { status: 'settled', settledMinor: 50, settlementBatchId: batch?.['id'] };
  await rows(app).updateOne({ _id: String(late['id']) }, { $set: settled, $inc: { v: 1 } });
  await settle(app);
  expect((await search(merchant))[0]).toMatchObject({ num_transactions: 1 });
  await app.advance(3_700_000);
  await settle(app);
  expect((await search(merchant))[0]).toMatchObject({ num_transactions: 2, amount_captured: 150, batch_number: '1' });
  expect(await batchRecords(app).findById(batch?.['id']).lean()).toMatchObject({ nextCheckAt: null });
});

it('all of it voided in the last moment: the batch is nobody’s, and takes no number', async () => {
  const one = await sale(merchant, 100);
  await nextDay(app);
  armFailpoints('settlement.open.after=throw');
  await expect(settle(app)).rejects.toThrow('failpoint');
  armFailpoints(undefined);
  expect((await act(merchant, one['id'], 'void')).status).toBe(200);
  await settle(app);
  expect(await search(merchant)).toEqual([]);
  expect(await batchRecords(app).collection.findOne({ accountId: merchant.accountId })).toMatchObject({
    state: 'settled',
    batchNumber: 0,
    numTransactions: 0,
  });
  await sale(merchant, 200);
  await nextDay(app);
  await settle(app);
  expect(await search(merchant)).toMatchObject([{ batch_number: '1', amount_captured: 200 }]);
});

it('a worker that stopped in the middle leaves the rest to the next one', async () => {
  const one = await sale(merchant, 100);
  await nextDay(app);
  Object.assign(worker(), { stopping: true });
  await settle(app);
  expect(await read(merchant, one['id'])).toMatchObject({ status: 'pending_settlement' });
  Object.assign(worker(), { stopping: false });
  await settle(app);
  expect(await read(merchant, one['id'])).toMatchObject({ status: 'settled' });
});

it('what should have been settled two days ago is counted: a terminal that does not close by itself was forgotten', async () => {
  const there = await saleAtTerminal(500);
  const { terminalId } = await rowOf(app, there['id']);
  await app.app
    .get(TerminalService, { strict: false })
    .update(commandLineActor(), merchant.accountId, terminalId, { autoSettle: false });
  const overdue = async () =>
    (await app.http.get('/metrics')).text.split('\n').find((line) => line.startsWith('settlement_overdue '));
  await app.advance(2 * 86_400_000 - 60_000);
  await settle(app);
  expect(await overdue()).toBe('settlement_overdue 0');
  await app.advance(3_700_000);
  await settle(app);
  expect(await overdue()).toBe('settlement_overdue 1');
  await merchant.call('POST', `/api/terminal/${terminalId}/settle`);
  await app.advance(3_700_000);
  await settle(app);
  expect(await overdue()).toBe('settlement_overdue 0');
});
