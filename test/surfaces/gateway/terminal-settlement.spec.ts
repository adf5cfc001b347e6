import { commandLineActor } from '../../../src/modules/audit/actors.js';
import { TerminalSync } from '../../../src/modules/terminal/terminal-sync.service.js';
import { TerminalService } from '../../../src/modules/terminal/terminal.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, notFound, success, unauthorized } from '../../support/gateway.js';
import { madeReader } from '../../support/readers.js';
import { nextDay, refund, sale, search, settle, settleNow } from '../../support/settlement.js';
import { type Body, read, rows } from '../../support/transactions.js';

jest.setTimeout(120_000);

let app: TestApp;
let merchant: GatewayCaller;
let terminal: string;
let n = 0;
beforeAll(async () => {
  app = await startTestApp({ env: { RESOLVER_TICK: '1h' }, webhooks: false });
});
beforeEach(async () => {
  merchant = await gatewayCaller(app, { account: `shop${++n}` });
  await madeReader(app.simulator);
  const { made } = await app.app.get(TerminalSync, { strict: false }).sync(commandLineActor(), merchant.accountId);
  terminal = String(made[0]?.id);
});
afterAll(() => app.stop());

const close = (caller = merchant, id = terminal) => caller.call('POST', `/api/terminal/${id}/settle`);
const service = () => app.app.get(TerminalService, { strict: false });
const batchNumber = async () => (await service().find(merchant.accountId, terminal))?.batchNumber;

/** No terminal takes payments yet, so the store is told that one did. */
async function saleAt(amount: number, set: object = {}): Promise<Body> {
  const taken = await sale(merchant, amount);
  await rows(app).updateOne({ _id: String(taken['id']) }, { $set: { terminalId: terminal, ...set }, $inc: { v: 1 } });
  return taken;
}

it('closes the open batch: 3000 + 1500 − 500 = 4000; then there is nothing', async () => {
  const before = await saleAt(800);
  expect(await close()).toMatchObject({ status: 200, body: { data: { batch_number: '1', net_deposit: 800 } } });
  const one = await saleAt(3000);
  await saleAt(1500);
  await refund(merchant, before['id'], 500);
  const elsewhere = await sale(merchant, 70);
  const { status, body } = await close();
  expect([status, body]).toEqual([
    200,
    success({
      id: expect.stringMatching(/^[0-9a-v]{20}$/),
      terminal_id: terminal,
      batch_number: '2',
      batch_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      processor_id: one['processor_id'],
      processor_type: 'stripe',
      num_transactions: 3,
      amount_captured: 4500,
      amount_credit: 500,
      net_deposit: 4000,
      response_code: 100,
      response_message: 'settled',
      currency: 'USD',
      payouts: [],
    }),
  ]);
  const { id } = body['data'] as Body;
  expect(await read(merchant, one['id'])).toMatchObject({
    status: 'settled',
    settlement_batch_id: id,
    settled_at: expect.stringMatching(/Z$/),
    amount_settled: 3000,
  });
  expect(await read(merchant, elsewhere['id'])).toMatchObject({ status: 'pending_settlement' });
  expect(await batchNumber()).toBe(3);
  expect((await close()).body).toEqual(success(null));
  expect(await batchNumber()).toBe(3);
  expect((await search(merchant))[0]).toEqual(body['data']);
});

it('several at once close it once', async () => {
  await saleAt(100);
  await saleAt(200);
  const answers = await Promise.all(Array.from({ length: 5 }, () => close()));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const told = answers.map(({ body }) => body['data'] as Body | null).filter((one) => one !== null);
  expect(told.length).toBeGreaterThan(0);
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  expect(await search(merchant)).toMatchObject([{ num_transactions: 2, amount_captured: 300, batch_number: '1' }]);
  expect(await batchNumber()).toBe(2);
});

it('a payment that has read the next number already is not of this one', async () => {
  const ofNext = { type: 'terminal', terminalId: terminal, batchNumber: '2', brand: 'visa', maskedNumber: '****4242' };
  const next = await saleAt(100, { method: { ...ofNext, entryType: 'chip', cardholderName: '' } });
  expect((await close()).body).toEqual(success(null));
  await saleAt(50);
  expect((await close()).body).toMatchObject({ data: { batch_number: '1', amount_captured: 50 } });
  expect((await close()).body).toMatchObject({ data: { batch_number: '2', amount_captured: 100 } });
  expect(await batchNumber()).toBe(3);
  expect(next['id']).toBeDefined();
});

it('is for who manages terminals, and for the account’s own', async () => {
  await saleAt(100);
  const clerk = (permissions: object) => gatewayCaller(app, { account: `shop${n}`, role: 'standard', permissions });
  const refused = await close(await clerk({ view_settlement_batches: true }));
  expect([refused.status, refused.body]).toEqual([403, failed('forbidden: missing permission manage_terminals')]);
  expect(await close(await gatewayCaller(app, { account: `other${n}` }))).toMatchObject(notFound);
  expect(await close(merchant, 'nothing')).toMatchObject(notFound);
  expect(await app.http.post(`/api/terminal/${terminal}/settle`, {})).toMatchObject(unauthorized);
  expect(await search(merchant)).toEqual([]);
  expect((await close(await clerk({ manage_terminals: true }))).body).toMatchObject({ data: { amount_captured: 100 } });
});

it('closes by itself at its time, once a day, with all that it took until then', async () => {
  await service().update(commandLineActor(), merchant.accountId, terminal, { settleAt: '12:00:00' });
  await nextDay(app); // 00:10
  await saleAt(100);
  await settle(app);
  await app.advance(11 * 3_600_000); // 11:10
  await settle(app);
  expect(await search(merchant)).toEqual([]);
  await app.advance(3_600_000); // 12:10
  await saleAt(200);
  await settle(app);
  expect(await search(merchant)).toMatchObject([{ terminal_id: terminal, batch_number: '1', amount_captured: 300 }]);
  await saleAt(400);
  await settle(app);
  await nextDay(app);
  await settle(app);
  await nextDay(app, 7);
  await app.advance(13 * 3_600_000);
  await settle(app);
  expect(await search(merchant)).toMatchObject([
    { batch_number: '2', amount_captured: 400 },
    { batch_number: '1', amount_captured: 300 },
  ]);
});

it('one that does not close by itself waits for its operator; neither is of the processor’s batch', async () => {
  await service().update(commandLineActor(), merchant.accountId, terminal, { autoSettle: false });
  await saleAt(100);
  await sale(merchant, 60);
  await nextDay(app, 3);
  await settle(app);
  await settleNow(app, merchant.accountId);
  expect(await search(merchant)).toMatchObject([{ terminal_id: '', amount_captured: 60 }]);
  expect((await close()).body).toMatchObject({ data: { amount_captured: 100 } });
});

it('one whose reader is gone, or that was taken out of use, still closes', async () => {
  await saleAt(100);
  await service().update(commandLineActor(), merchant.accountId, terminal, { disabled: true });
  expect((await close()).body).toMatchObject({ data: { amount_captured: 100 } });
});

it('rows of a terminal that nobody knows wait, and hold up no other', async () => {
  await saleAt(100, { terminalId: '00000000000000000000' });
  await saleAt(200);
  await nextDay(app);
  await settle(app);
  expect(await search(merchant)).toMatchObject([{ terminal_id: terminal, amount_captured: 200 }]);
});

it('two currencies are two batches of one number', async () => {
  await saleAt(100);
  await saleAt(200, { currency: 'eur' });
  expect((await close()).body).toMatchObject({ data: { batch_number: '1' } });
  const found = (await search(merchant)).map((one) =>
    [one['currency'], one['batch_number'], one['amount_captured']].join(' '),
  );
  expect(found.toSorted()).toEqual(['EUR 1 200', 'USD 1 100']);
});
