import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PayoutNotes } from '../../src/modules/settlement/payout-notes.service.js';
import { PayoutWorker } from '../../src/modules/settlement/payout-worker.js';
import type { SettlementPayout } from '../../src/modules/settlement/batch.types.js';
import { SETTLEMENT_PAYOUT_MODEL } from '../../src/modules/settlement/settlement.schema.js';
import { type Failpoint, FAILPOINTS } from '../../src/platform/common/failpoint-names.js';
import { armFailpoints } from '../../src/platform/common/failpoints.js';
import { InboxWorker } from '../../src/platform/stripe/webhook/inbox-worker.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type GatewayCaller, gatewayCaller } from '../support/gateway.js';
import { atStripe } from '../support/readers.js';
import { moneyPending, nextDay, refund, sale, search, settle } from '../support/settlement.js';
import { act, type Body, rows } from '../support/transactions.js';

jest.setTimeout(180_000);

/** Stripe pays out two days later what was taken, fees taken off; each batch says by which payout, and how much. */
let app: TestApp;
let merchant: GatewayCaller;
let n = 0;
afterEach(() => void armFailpoints(undefined));

const start = async (webhooks: boolean) => {
  app = await startTestApp({ env: { RESOLVER_TICK: '1h' }, webhooks });
  await app.simulator.call('POST', '/settings', { payout_schedule: 'daily' });
};
/** Simulator of the fees of a card: 2.9 % and 30 cents. */
const feeOf = (amount: number) => Math.round(amount * 0.029) + 30;
const sweep = () => app.app.get(PayoutWorker, { strict: false }).pass();
const payoutsOf = async () => (await search(merchant, { limit: 100 })).map((batch) => batch['payouts'] as Body[]);
/** Net and fees of each batch; Stripe books a charge within the hour, so those of one batch may come in two payouts. */
const sumsOf = async (caller = merchant) =>
  (await search(caller, { limit: 100 })).map((batch) =>
    (batch['payouts'] as { amount: number; fee: number }[]).reduce<number[]>(
      ([net = 0, fees = 0], { amount, fee }) => [net + amount, fees + fee],
      [0, 0],
    ),
  );
const known = () => app.app.get<Model<SettlementPayout>>(getModelToken(SETTLEMENT_PAYOUT_MODEL), { strict: false });

/** A day at a time, as the midnights of the simulator come. */
async function pass(days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    await nextDay(app);
    await settle(app);
  }
}

describe('without webhooks', () => {
  beforeAll(() => start(false));
  afterAll(() => app.stop());
  beforeEach(async () => {
    merchant = await gatewayCaller(app, { account: `shop${++n}` });
  });

  it('the list of payouts tells it: net and fees, of each batch its own', async () => {
    await sale(merchant, 3000);
    await sale(merchant, 1500);
    const voided = await sale(merchant, 900);
    await act(merchant, voided['id'], 'void');
    const other = await gatewayCaller(app, { account: `other${n}` });
    await sale(other, 7000);
    await pass(1);
    expect(await payoutsOf()).toEqual([[]]);
    await pass(3);
    await sweep();
    const fee = feeOf(3000) + feeOf(1500);
    expect(await sumsOf()).toEqual([[4500 - fee, fee]]);
    expect(await sumsOf(other)).toEqual([[7000 - feeOf(7000), feeOf(7000)]]);
    const noted = await payoutsOf();
    expect(noted[0]?.[0]).toEqual({
      id: expect.stringMatching(/^po_/),
      arrival_date: expect.stringMatching(/T00:00:00Z$/),
      currency: 'USD',
      amount: expect.any(Number),
      fee: expect.any(Number),
    });
    const before = (await app.simulator.requests()).requests.length;
    await app.advance(1_000);
    await sweep();
    expect(await payoutsOf()).toEqual(noted);
    const later = (await app.simulator.requests()).requests.slice(before).map(({ path }) => path);
    expect(later).toEqual(['/v1/payouts']);
  });

  it('a refund is paid with its own batch, as money that goes', async () => {
    const first = await sale(merchant, 5000);
    await pass(1);
    await refund(merchant, first['id'], 2000);
    await sale(merchant, 3000);
    await pass(4);
    await sweep();
    expect(await sumsOf()).toEqual([
      [3000 - feeOf(3000) - 2000, feeOf(3000)],
      [5000 - feeOf(5000), feeOf(5000)],
    ]);
  });

  it('what settles after it was paid out is noted a day later', async () => {
    const late = await sale(merchant, 4000);
    await moneyPending(app, late['id']);
    await pass(4);
    await sweep();
    expect(await known().findOne({ waiting: 1 }).lean()).not.toBeNull();
    await rows(app).updateOne({ _id: String(late['id']) }, { $set: { fundsPending: false }, $inc: { v: 1 } });
    await pass(2);
    await sweep();
    expect((await payoutsOf())[0]).toMatchObject([{ amount: 4000 - feeOf(4000), fee: feeOf(4000) }]);
    expect(await known().findOne({ waiting: 1 }).lean()).toBeNull();
  });

  it('one made by hand cannot be taken apart, and is left alone', async () => {
    await sale(merchant, 4000);
    await app.simulator.call('POST', '/settings', { payout_schedule: 'manual' });
    await pass(3);
    await atStripe(app.simulator, 'POST', '/payouts', { amount: '100', currency: 'usd' });
    await pass(3);
    await sweep();
    expect(await payoutsOf()).toEqual([[]]);
    await app.simulator.call('POST', '/settings', { payout_schedule: 'daily' });
  });

  it('a Stripe that does not answer is asked again', async () => {
    await sale(merchant, 4000);
    await pass(4);
    await app.simulator.fault({ path: '/v1/balance_transactions', times: 2 }, { type: 'reset_before' });
    await sweep();
    expect(await payoutsOf()).toEqual([[]]);
    await sweep();
    expect((await payoutsOf())[0]).toHaveLength(1);
  });

  const POINTS = (Object.keys(FAILPOINTS) as Failpoint[]).filter((name) => name.startsWith('payout.'));
  /** Reached once in the life of a store, by an event, or when it is read a second time. */
  const ELSEWHERE: readonly Failpoint[] = ['payout.first', 'payout.get', 'payout.plan'];
  it.each(POINTS.filter((name) => !ELSEWHERE.includes(name)).flatMap((name) => [`${name}.before`, `${name}.after`]))(
    '%s: fails, and reads again',
    async (point) => {
      await sale(merchant, 4000);
      await pass(4);
      const reached = armFailpoints(`${point}=throw`);
      await expect(sweep()).rejects.toThrow(`failpoint ${point}`);
      expect(reached()).toBe(true);
      armFailpoints(undefined);
      await app.advance(16 * 60_000); // the lease of who died
      await sweep();
      expect((await payoutsOf())[0]).toMatchObject([{ amount: 4000 - feeOf(4000), fee: feeOf(4000) }]);
    },
  );
});

describe('with webhooks', () => {
  beforeAll(() => start(true));
  afterAll(() => app.stop());
  beforeEach(async () => {
    merchant = await gatewayCaller(app, { account: `hook${++n}` });
  });

  const inbox = async () => {
    for (let i = 0; i < 100; i++) {
      await app.app.get(InboxWorker, { strict: false }).pass();
      if ((await payoutsOf())[0]?.length !== 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  it('payout.paid tells it, and a payout that fails is taken away again', async () => {
    await sale(merchant, 4000);
    await pass(4);
    await inbox();
    const [[payout] = []] = await payoutsOf();
    expect(payout).toMatchObject({ amount: 4000 - feeOf(4000), fee: feeOf(4000) });
    const notes = app.app.get(PayoutNotes, { strict: false });
    const id = String(payout?.['id']);
    const arrivesAt = new Date(String(payout?.['arrival_date']));
    const read = { id, arrivesAt, amountMinor: 4000 - feeOf(4000), currency: 'usd', itemised: 'yes' } as const;
    // A bank may send it back days after it was paid; the simulator’s do so at once.
    expect(await notes.note({ ...read, status: 'failed' })).toBe(true);
    expect(await payoutsOf()).toEqual([[]]);
    expect(await notes.read(id)).toBe(true);
    expect(await payoutsOf()).toEqual([[payout]]);
    expect(await notes.read('po_unknown')).toBe(true);
  });
});
