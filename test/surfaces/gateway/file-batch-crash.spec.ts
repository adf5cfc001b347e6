import { CASES_SEED, drawnOf } from '../../support/drawn-cases.js';
import { armFailpoints } from '../../../src/platform/common/failpoints.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import {
  batchModel,
  carryOut,
  claimModel,
  csvOf,
  results,
  type Row,
  rowModel,
  SALE_ROW,
  sendCsv,
  upload,
  worker,
} from '../../support/file-batches.js';
import { type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { eventually, resolve } from '../../support/payments.js';
import { dataOf, finish, ledgerOf, process, read, saleOf, settled } from '../../support/transactions.js';

const MINUTE = 60_000;
/** Longer than every lease of a batch, a row and a transaction. */
const LEASES = 4 * MINUTE;

let app: TestApp;
let merchant: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ env: { RESOLVER_TICK: '1h', CARD_MAX_DECLINES: '0' } });
  merchant = await gatewayCaller(app);
});
afterEach(() => armFailpoints(undefined));
afterAll(() => app.stop());

let n = 0;
const sale = (over: Row = {}): Row => ({ ...SALE_ROW, order_id: `C${++n}`, ...over });

/** The worker stops at a point; after all leases another one goes on. */
async function interrupted(id: string, point: string, phase: string): Promise<void> {
  await app.clock.refresh();
  const reached = armFailpoints(`${point}.${phase}=throw`);
  await worker(app)
    .pass()
    .catch(() => undefined);
  await app.advance(LEASES);
  await worker(app)
    .pass()
    .catch(() => undefined);
  expect(reached()).toBe(true);
  armFailpoints(undefined);
  await app.advance(LEASES);
  await settleAll(id);
}

const CONFIRM = '/v1/payment_intents/*/confirm';

/** Carries a batch out while time goes by, with the resolvers of payments and transactions. */
async function settleAll(id: string): Promise<void> {
  for (let minutes = 0; minutes < 30; minutes++) {
    await worker(app).pass();
    const { status } = dataOf(await merchant.call('GET', `/api/filebatch/${id}`));
    if (status === 'completed') return;
    await app.advance(MINUTE);
    await resolve(app);
    await finish(app);
  }
  throw new Error(`file batch ${id} has no end after half an hour`);
}

const WORKER = [
  'batch.due',
  'batch.take',
  'batch.due_rows',
  'batch.next_rows',
  'batch.load_user',
  'batch.take_row',
  'batch.end_row',
  'batch.waiting_rows',
  'batch.progress',
];
const CHARGE = [
  'transaction.find_drawn',
  'transaction.insert',
  'transaction.send_card',
  'charge.insert',
  'transaction.read_charge',
  'transaction.book',
];
/** Within the payment: what fails there is not tried again, and a worker that only stands still is gone on with. */
const PAYMENT = ['create.send', 'create.store', 'confirm.start', 'confirm.send', 'confirm.accepted'];
/** Some of the points in each run, drawn anew (VAULT_SEED); all with VAULT_CASES=all. */
const twice = (points: readonly string[]): [string, string][] =>
  drawnOf(
    points.flatMap((point): [string, string][] => [
      [point, 'before'],
      [point, 'after'],
    ]),
    0.4,
  );

describe(`a row is carried out once, whatever stops its worker (VAULT_SEED=${CASES_SEED})`, () => {
  it.each(twice([...WORKER, ...CHARGE]))('a sale, at %s.%s', async (point, phase) => {
    const before = (await app.simulator.ledger()).count;
    const id = await upload(app, merchant, sale());
    await interrupted(id, point, phase);
    const [row] = await results(merchant, id);
    expect(row).toMatchObject({ status: 'success', response_code: '100' });
    expect((await ledgerOf(app, row?.['transaction_id'])).charges).toMatchObject([{ amount: 100 }]);
    expect((await app.simulator.ledger()).count).toBe(before + 1);
    const [stored] = await rowModel(app).collection.find({ batchId: id }).toArray();
    expect(stored).toMatchObject({ sealed: null, dueAt: null });
  });

  it.each(twice(PAYMENT))('a sale whose payment fails at %s.%s, as the row says', async (point, phase) => {
    const before = (await app.simulator.ledger()).count;
    const id = await upload(app, merchant, sale());
    await app.clock.refresh();
    const reached = armFailpoints(`${point}.${phase}=throw`);
    await worker(app).pass();
    expect(reached()).toBe(true);
    armFailpoints(undefined);
    await settleAll(id);
    const [row] = await results(merchant, id);
    const charges = (await app.simulator.ledger()).count - before;
    expect([row?.['status'], charges]).toEqual(charges === 1 ? ['success', 1] : ['failed', 0]);
  });

  it('a sale whose worker stands still anywhere, and wakes up when another has gone on', async () => {
    const before = (await app.simulator.ledger()).count;
    const points = twice([
      ...PAYMENT,
      'transaction.insert',
      'transaction.send_card',
      'charge.insert',
      'batch.take_row',
    ]);
    const asleep: Promise<void>[] = [];
    const ids: string[] = [];
    for (const [point, phase] of points) {
      const id = await upload(app, merchant, sale());
      ids.push(id);
      await app.clock.refresh();
      const reached = armFailpoints(`${point}.${phase}=sleep:20000`);
      asleep.push(worker(app).pass());
      await eventually(async () => expect(reached()).toBe(true), 10_000);
      armFailpoints(undefined);
      await app.advance(LEASES);
      await settleAll(id);
    }
    await Promise.all(asleep);
    const all = await Promise.all(ids.map((id) => results(merchant, id)));
    const succeeded = all.filter(([row]) => row?.['status'] === 'success');
    expect(succeeded).toHaveLength(points.length);
    expect((await app.simulator.ledger()).count).toBe(before + points.length);
  }, 120_000);

  it.each(twice(['batch.take_row', 'transaction.ask_capture', 'capture.send', 'capture.done', 'batch.end_row']))(
    'a capture, at %s.%s',
    async (point, phase) => {
      const held = await process(merchant, saleOf({ type: 'authorize', order_id: `D${++n}` }));
      const id = await upload(app, merchant, { transaction_type: 'capture', amount: '1000', order_id: `D${n}` });
      await interrupted(id, point, phase);
      expect(await results(merchant, id)).toMatchObject([{ status: 'success', transaction_id: held['id'] }]);
      expect(await read(merchant, held['id'])).toMatchObject({ status: 'pending_settlement', amount_captured: 1000 });
      expect((await ledgerOf(app, held['id'])).charges).toMatchObject([{ amount: 1000 }]);
    },
  );

  it.each(
    twice([
      'batch.take_row',
      'transaction.ask_refund',
      'refund.reserve',
      'refund.send',
      'refund.done',
      'transaction.insert_refund',
      'batch.end_row',
    ]),
  )('a refund, at %s.%s', async (point, phase) => {
    const sold = await settled(app, merchant);
    const row = { transaction_type: 'refund', amount: '400', transaction_id: String(sold['id']) };
    const id = await upload(app, merchant, row);
    await interrupted(id, point, phase);
    const [outcome] = await results(merchant, id);
    expect(outcome).toMatchObject({ status: 'success', response_code: '100' });
    expect(await read(merchant, sold['id'])).toMatchObject({ amount_refunded: 400 });
    expect(await read(merchant, outcome?.['transaction_id'])).toMatchObject({ type: 'refund', amount: 400 });
    expect((await ledgerOf(app, sold['id'])).refunds).toMatchObject([{ amount: 400 }]);
  });

  it('waits for what Stripe has not said, without what the row holds', async () => {
    const id = await upload(app, merchant, sale());
    // Its events would tell it at once.
    await app.simulator.webhooks({ paused: true });
    await app.simulator.fault({ method: 'POST', path: CONFIRM, times: 2 }, { type: 'reset_after' });
    await app.clock.refresh();
    await worker(app).pass();
    const [waiting] = await rowModel(app).collection.find({ batchId: id }).toArray();
    expect(waiting).toMatchObject({ status: '', sealed: null });
    expect(dataOf(await merchant.call('GET', `/api/filebatch/${id}`))).toMatchObject({
      status: 'processing',
      processed_lines: 0,
    });
    await app.simulator.webhooks({ paused: false });
    await settleAll(id);
    const [row] = await results(merchant, id);
    expect(row).toMatchObject({ status: 'success', response_code: '100' });
    expect((await ledgerOf(app, row?.['transaction_id'])).charges).toHaveLength(1);
  });
});

describe('two workers at once', () => {
  it('carry each row out once', async () => {
    const before = (await app.simulator.ledger()).count;
    const other = await startTestApp({
      env: { RESOLVER_TICK: '1h', CARD_MAX_DECLINES: '0' },
      simulator: app.simulator,
      mongoUri: app.config.mongo.uri,
      webhooks: false,
    });
    try {
      const id = await upload(app, merchant, ...Array.from({ length: 12 }, () => sale()));
      // Both believe that the batch is theirs.
      await app.clock.refresh();
      const [batch] = await worker(app)['due'](10);
      if (batch === undefined) throw new Error('nothing is due');
      await Promise.all([worker(app)['turn'](batch), worker(other)['turn'](batch)]);
      await app.advance(LEASES);
      await carryOut(app, merchant, id);
      const all = await results(merchant, id);
      expect(all.map(({ status }) => status)).toEqual(all.map(() => 'success'));
      expect(new Set(all.map(({ transaction_id }) => transaction_id)).size).toBe(12);
      expect((await app.simulator.ledger()).count).toBe(before + 12);
    } finally {
      await other.stop();
    }
  });
});

describe('an upload that is left behind', () => {
  it.each(twice(['batch.insert', 'batch.insert_rows', 'batch.whole', 'batch.claim', 'batch.start']))(
    'at %s.%s charges nobody twice, and leaves nothing',
    async (point, phase) => {
      const before = (await app.simulator.ledger()).count;
      const file = csvOf(sale());
      const reached = armFailpoints(`${point}.${phase}=throw`);
      const lost = await app.http.request('POST', '/api/filebatch', file, {
        headers: { authorization: merchant.key, 'content-type': 'text/csv' },
        check: false,
      });
      expect([lost.status, reached()]).toEqual([500, true]);
      armFailpoints(undefined);
      const id = String(dataOf(await sendCsv(app, merchant, file))['id']);
      await carryOut(app, merchant, id);
      await app.advance(11 * MINUTE);
      await worker(app).pass();
      await worker(app).pass();
      expect(dataOf(await sendCsv(app, merchant, file))['id']).toBe(id);
      expect((await app.simulator.ledger()).count).toBe(before + 1);
      const left = await batchModel(app)
        .collection.find({ status: { $ne: 'completed' } })
        .toArray();
      expect(left).toEqual([]);
    },
  );

  it('begins by itself when all of it was there and its claim was its own', async () => {
    armFailpoints('batch.start.before=throw');
    const file = csvOf(sale());
    await app.http.request('POST', '/api/filebatch', file, {
      headers: { authorization: merchant.key, 'content-type': 'text/csv' },
      check: false,
    });
    armFailpoints(undefined);
    const [left] = await batchModel(app).collection.find({ status: 'uploading' }).toArray();
    expect((await merchant.call('GET', `/api/filebatch/${String(left?._id)}`)).status).toBe(404);
    await app.advance(11 * MINUTE);
    await worker(app).pass();
    await carryOut(app, merchant, String(left?._id));
    expect(await claimModel(app).collection.countDocuments({ batchId: String(left?._id) })).toBe(1);
  });
});
