import { defaultProcessorId } from '../../../src/modules/merchant/processor.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, notFound, success, unauthorized } from '../../support/gateway.js';
import { midnight, nextDay, refund, sale, search, settle, settleNow } from '../../support/settlement.js';
import { act, ACCOUNT, CARD, ledgerOf, process, read, rowOf, rows, saleOf } from '../../support/transactions.js';

jest.setTimeout(120_000);

let app: TestApp;
let merchant: GatewayCaller;
let n = 0;
/** An account of its own for each test: they share a clock and a run. */
const someAccount = () => gatewayCaller(app, { account: `shop${++n}` });
beforeAll(async () => {
  app = await startTestApp({ env: { RESOLVER_TICK: '1h', CARD_MAX_DECLINES: '0' } });
});
beforeEach(async () => {
  merchant = await someAccount();
});
afterAll(() => app.stop());

describe('the settlement run', () => {
  it('closes what was captured up to the cut-off into one batch: 3000 + 1500 − 500 = 4000', async () => {
    const before = await sale(merchant, 2000);
    await nextDay(app);
    await settle(app);
    const first = await sale(merchant, 3000);
    const second = await sale(merchant, 1500);
    const back = await refund(merchant, before['id'], 500);
    await nextDay(app);
    const later = await sale(merchant, 900);
    expect(await read(merchant, first['id'])).toMatchObject({ status: 'pending_settlement', amount_settled: 0 });
    await settle(app);
    const [batch, ...others] = await search(merchant);
    expect(batch).toEqual({
      id: expect.stringMatching(/^[0-9a-v]{20}$/),
      batch_date: midnight(app),
      batch_number: '2',
      processor_id: defaultProcessorId(merchant.accountId),
      processor_type: 'stripe',
      terminal_id: '',
      num_transactions: 3,
      amount_captured: 4500,
      amount_credit: 500,
      net_deposit: 4000,
      response_code: 100,
      response_message: 'settled',
      currency: 'USD',
      payouts: [],
    });
    expect(others).toMatchObject([{ batch_number: '1', batch_date: midnight(app, 1), net_deposit: 2000 }]);
    const settled = { status: 'settled', settlement_batch_id: batch?.['id'], settled_at: expect.stringMatching(/Z$/) };
    expect(await read(merchant, first['id'])).toMatchObject({ ...settled, amount_settled: 3000 });
    expect(await read(merchant, second['id'])).toMatchObject({ ...settled, amount_settled: 1500 });
    expect(await read(merchant, back['id'])).toMatchObject({ ...settled, amount_settled: 500, type: 'refund' });
    expect(await read(merchant, later['id'])).toMatchObject({ status: 'pending_settlement', settled_at: null });
  });

  it('more refunds than sales make a negative net: 5000 back, 4500 taken, −500', async () => {
    const big = await sale(merchant, 5000);
    await settleNow(app, merchant.accountId);
    await sale(merchant, 4500);
    await refund(merchant, big['id']);
    const [batch] = await settleNow(app, merchant.accountId);
    expect((await search(merchant))[0]).toMatchObject({
      id: batch?._id,
      amount_captured: 4500,
      amount_credit: 5000,
      net_deposit: -500,
    });
  });

  it('settles an authorization by what was captured, by the time of its capture', async () => {
    const hold = await process(merchant, saleOf({ type: 'authorize', amount: 10_000 }));
    await nextDay(app);
    await settle(app);
    expect(await search(merchant)).toEqual([]);
    expect((await act(merchant, hold['id'], 'capture', { amount: 7500 })).status).toBe(200);
    await nextDay(app);
    await settle(app);
    expect(await search(merchant)).toMatchObject([{ amount_captured: 7500, batch_date: midnight(app) }]);
    expect(await read(merchant, hold['id'])).toMatchObject({ amount_captured: 7500, amount_settled: 7500 });
  });

  it('takes no declines, voids and verifications; a batch of nothing is none', async () => {
    await process(merchant, { type: 'verification', payment_method: CARD });
    await process(merchant, saleOf({ payment_method: { card: { ...CARD.card, number: '4000000000000002' } } }));
    const voided = await sale(merchant, 700);
    expect((await act(merchant, voided['id'], 'void')).status).toBe(200);
    await nextDay(app);
    await settle(app);
    expect(await search(merchant)).toEqual([]);
    expect((await act(merchant, voided['id'], 'refund', {})).body).toEqual(
      failed('bad request error: invalid transaction status'),
    );
  });

  it('one batch for each currency, numbered by itself', async () => {
    await sale(merchant, 1000);
    await sale(merchant, 2000, { currency: 'eur' });
    await nextDay(app);
    await settle(app);
    const found = (await search(merchant)).toSorted((a, b) =>
      String(a['currency']).localeCompare(String(b['currency'])),
    );
    expect(found).toMatchObject([
      { currency: 'EUR', amount_captured: 2000, batch_number: '1' },
      { currency: 'USD', amount_captured: 1000, batch_number: '1' },
    ]);
  });

  it('a bank debit waits for its money, and goes to the first cut-off that is still open then', async () => {
    const debit = await process(merchant, saleOf({ amount: 4000, payment_method: ACCOUNT }));
    expect(debit).toMatchObject({ status: 'pending_settlement', amount_captured: 4000 });
    expect(await rowOf(app, debit['id'])).toMatchObject({ fundsPending: true });
    await sale(merchant, 100);
    await nextDay(app);
    await settle(app);
    expect(await search(merchant)).toMatchObject([{ amount_captured: 100 }]);
    expect(await read(merchant, debit['id'])).toMatchObject({ status: 'pending_settlement', settled_at: null });
    await rows(app).updateOne({ _id: String(debit['id']) }, { $set: { fundsPending: false }, $inc: { v: 1 } });
    await settle(app);
    expect(await search(merchant)).toHaveLength(1);
    await nextDay(app);
    await settle(app);
    expect(await search(merchant)).toMatchObject([
      { amount_captured: 4000, batch_date: midnight(app), batch_number: '2' },
      { amount_captured: 100, batch_number: '1' },
    ]);
  });

  it('makes up for days that were missed, each row in its own cut-off', async () => {
    await sale(merchant, 100);
    await nextDay(app);
    await sale(merchant, 200);
    await nextDay(app, 3);
    await sale(merchant, 400);
    await nextDay(app);
    await settle(app);
    expect(await search(merchant)).toMatchObject([
      { amount_captured: 400, batch_date: midnight(app), batch_number: '3' },
      { amount_captured: 200, batch_date: midnight(app, 3), batch_number: '2' },
      { amount_captured: 100, batch_date: midnight(app, 4), batch_number: '1' },
    ]);
  });

  it('nothing changes when it runs again', async () => {
    const one = await sale(merchant, 100);
    await nextDay(app);
    await settle(app);
    const [batches, row] = [await search(merchant), await rowOf(app, one['id'])];
    await settle(app);
    await settleNow(app, merchant.accountId);
    await app.advance(2 * 3_600_000);
    await settle(app);
    expect(await search(merchant)).toEqual(batches);
    expect(await rowOf(app, one['id'])).toEqual(row);
  });

  const AT_ONCE = 15;
  it('a void and the settlement of the same moment: exactly one wins', async () => {
    const sales = await Promise.all(Array.from({ length: AT_ONCE }, () => sale(merchant, 100)));
    const [run, ...voids] = await Promise.all([
      settleNow(app, merchant.accountId),
      ...sales.map(({ id }) => act(merchant, id, 'void')),
    ]);
    await settleNow(app, merchant.accountId);
    const voided = voids.filter(({ status }) => status === 200).length;
    const states = await Promise.all(sales.map(async ({ id }) => (await read(merchant, id))['status']));
    states.forEach((state, i) =>
      expect([state, voids[i]?.status]).toEqual(state === 'voided' ? ['voided', 200] : ['settled', 400]),
    );
    expect(states.filter((state) => state === 'voided')).toHaveLength(voided);
    const taken = (await search(merchant)).reduce((sum, batch) => sum + Number(batch['amount_captured']), 0);
    expect(taken).toBe((AT_ONCE - voided) * 100);
    expect(run).toBeDefined();
    for (const [i, { id }] of sales.entries())
      expect(await ledgerOf(app, id)).toMatchObject({ charged: 100, refunded: states[i] === 'voided' ? 100 : 0 });
  });
});

describe('a refund, once it has settled', () => {
  const settledSale = async () => {
    const { id } = await sale(merchant, 1112);
    await settleNow(app, merchant.accountId);
    return id;
  };

  it('is for what has settled: before that it is void', async () => {
    const { id } = await sale(merchant, 1112);
    const early = await act(merchant, id, 'refund', { amount: 400 });
    expect([early.status, early.body]).toEqual([400, failed('bad request error: invalid transaction status')]);
  });

  it('400 and 712 of 1112 make it refunded', async () => {
    const id = await settledSale();
    const part = await refund(merchant, id, 400);
    expect(part).toMatchObject({ type: 'refund', amount: 400, status: 'pending_settlement', response_code: 100 });
    expect(await read(merchant, id)).toMatchObject({ status: 'settled', amount_refunded: 400 });
    await refund(merchant, id, 712);
    expect(await read(merchant, id)).toMatchObject({ status: 'refunded', amount_refunded: 1112 });
    expect(await ledgerOf(app, id)).toMatchObject({ charged: 1112, refunded: 1112 });
  });

  it('400, then 713 is too much', async () => {
    const id = await settledSale();
    await refund(merchant, id, 400);
    const over = await act(merchant, id, 'refund', { amount: 713 });
    expect([over.status, over.body]).toEqual([400, failed('bad request error: amount must be from 1 to 712')]);
    expect(await read(merchant, id)).toMatchObject({ status: 'settled', amount_refunded: 400 });
  });

  it('400, then whatever is left: 712', async () => {
    const id = await settledSale();
    await refund(merchant, id, 400);
    expect(await refund(merchant, id)).toMatchObject({ amount: 712 });
  });

  it('two of 600 at once: exactly one', async () => {
    const id = await settledSale();
    const both = await Promise.all([1, 2].map(() => act(merchant, id, 'refund', { amount: 600 })));
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 400]);
    expect(await ledgerOf(app, id)).toMatchObject({ refunded: 600 });
  });

  it('a refund that has settled cannot be refunded: the money would go back twice', async () => {
    const id = await settledSale();
    const part = await refund(merchant, id, 400);
    await settleNow(app, merchant.accountId);
    expect(await read(merchant, part['id'])).toMatchObject({ status: 'settled', amount_settled: 400 });
    const again = await act(merchant, part['id'], 'refund', {});
    expect([again.status, again.body]).toEqual([400, failed('bad request error: invalid transaction status')]);
    expect(await ledgerOf(app, id)).toMatchObject({ refunded: 400 });
  });
});

describe('POST /api/settlement/batch/search', () => {
  it('finds by day and by id, in pages, newest first', async () => {
    for (let day = 0; day < 3; day++) {
      await sale(merchant, 100 * (day + 1));
      await nextDay(app);
      await settle(app);
    }
    const [third, second, first] = await search(merchant);
    expect([third, second, first]).toMatchObject([
      { amount_captured: 300 },
      { amount_captured: 200 },
      { amount_captured: 100 },
    ]);
    const day = second?.['batch_date'];
    expect(await search(merchant, { batch_date: { start_date: day, end_date: day } })).toEqual([second]);
    expect(await search(merchant, { batch_date: { start_date: day, end_date: '' } })).toEqual([third, second]);
    expect(await search(merchant, { batch_date: { end_date: day } })).toEqual([second, first]);
    const ever = { start_date: '1970-01-01T00:00:00Z', end_date: '9999-12-31T23:59:59Z' };
    expect(await search(merchant, { batch_date: ever })).toEqual([third, second, first]);
    const operator = (sign: string) => ({ settlement_batch_id: { operator: sign, value: second?.['id'] } });
    expect(await search(merchant, operator('='))).toEqual([second]);
    expect(await search(merchant, operator('!='))).toEqual([third, first]);
    expect(await search(merchant, { settlement_batch_id: { value: 'nothing' } })).toEqual([]);
    const page = await merchant.call('POST', '/api/settlement/batch/search', { limit: 1, offset: 1 });
    expect(page.body).toEqual({ ...success([second]), total_count: 3 });
  });

  it.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: 101 }, 'limit'],
    [{ offset: -1 }, 'offset'],
    [{ offset: 1001 }, 'offset'],
    [{ batch_date: { start_date: 'yesterday' } }, 'start_date'],
    [{ settlement_batch_id: { operator: '>', value: 'x' } }, 'operator'],
  ])('refuses %j', async (body, field) => {
    const { status, body: said } = await merchant.call('POST', '/api/settlement/batch/search', body);
    expect([status, String(said['msg'])]).toEqual([400, expect.stringContaining(field)]);
  });

  it('is for who may see batches, and shows their own account’s', async () => {
    const one = await sale(merchant, 100);
    await settleNow(app, merchant.accountId);
    const [batch] = await search(merchant);
    const clerk = (permissions: object) => gatewayCaller(app, { account: `shop${n}`, role: 'standard', permissions });
    const allowed = await clerk({ view_settlement_batches: true });
    expect(await search(allowed)).toEqual([batch]);
    const refused = await (await clerk({})).call('POST', '/api/settlement/batch/search', {});
    expect([refused.status, refused.body]).toEqual([
      403,
      failed('forbidden: missing permission view_settlement_batches'),
    ]);
    const stranger = await someAccount();
    expect(await search(stranger)).toEqual([]);
    expect(await search(stranger, { settlement_batch_id: { operator: '=', value: batch?.['id'] } })).toEqual([]);
    expect(await rowOf(app, one['id'])).toMatchObject({ settlementBatchId: batch?.['id'] });
    expect(await app.http.post('/api/settlement/batch/search', {})).toMatchObject(unauthorized);
  });

  it('a settlement of one account leaves the others alone', async () => {
    const stranger = await someAccount();
    const theirs = await sale(stranger, 100);
    await sale(merchant, 100);
    await settleNow(app, merchant.accountId);
    expect(await read(stranger, theirs['id'])).toMatchObject({ status: 'pending_settlement' });
    expect(await act(merchant, theirs['id'], 'refund', {})).toMatchObject(notFound);
  });
});
