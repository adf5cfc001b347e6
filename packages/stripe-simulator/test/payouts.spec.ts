import type Stripe from 'stripe';
import { createIntent, idOf, refused, RETURN_URL, type Running, start } from './support.js';

const DAY = 24 * 3_600_000;

describe('payouts', () => {
  let running: Running;
  let stripe: Stripe;
  beforeEach(async () => {
    running = await start();
    stripe = running.stripe;
    // In the middle of a day, so that no midnight comes between two requests.
    await running.sim('POST', 'clock', { set: '2027-03-10T12:00:00Z', freeze: true });
  });
  afterEach(() => running.close());

  const pay = (payment_method = 'pm_card_bypassPending', amount = 2000, currency = 'usd') =>
    createIntent(stripe, { amount, confirm: true, currency, payment_method, return_url: RETURN_URL });
  const later = (ms: number) => running.sim('POST', 'clock', { advance: ms });
  const settings = (change: object) => running.sim('POST', 'settings', change);
  const balance = async (currency = 'usd') => {
    const { available, pending } = await stripe.balance.retrieve();
    const of = (entries: Stripe.Balance.Available[]) => entries.find((entry) => entry.currency === currency)?.amount;
    return { available: of(available), pending: of(pending) };
  };
  const types = async (prefix: string) =>
    (await stripe.events.list({ limit: 100 })).data
      .map(({ type }) => type)
      .filter((type) => type.startsWith(prefix))
      .reverse();
  const midnight = (iso: string) => Date.parse(iso) / 1000;

  it('are asked for out of money that is available at once', async () => {
    await pay();
    expect(await balance()).toEqual({ available: 1912, pending: 0 });
    expect(await types('balance.')).toEqual(['balance.available']);
    const payout = await stripe.payouts.create({
      amount: 1100,
      currency: 'usd',
      description: '(created by Stripe CLI)',
      expand: ['balance_transaction', 'destination'],
      metadata: { a: '1' },
    });
    expect(payout).toMatchObject({
      amount: 1100,
      arrival_date: midnight('2027-03-12T00:00:00Z'),
      automatic: false,
      balance_transaction: {
        amount: -1100,
        fee: 0,
        net: -1100,
        source: payout.id,
        status: 'available',
        type: 'payout',
      },
      destination: { object: 'bank_account', currency: 'usd', last4: '6789' },
      method: 'standard',
      reconciliation_status: 'not_applicable',
      status: 'pending',
      type: 'bank_account',
    });
    expect(await balance()).toEqual({ available: 812, pending: 0 });
    const updated = await stripe.payouts.update(payout.id, { metadata: { foo: 'bar' } });
    expect(updated.metadata).toEqual({ a: '1', foo: 'bar' });
    await later(DAY);
    expect((await stripe.payouts.retrieve(payout.id)).status).toBe('in_transit');
    await later(DAY);
    expect(await stripe.payouts.retrieve(payout.id)).toMatchObject({
      status: 'paid',
      trace_id: { status: 'supported', value: expect.any(String) },
    });
    expect(await types('payout.')).toEqual(['payout.created', 'payout.updated', 'payout.updated', 'payout.paid']);
  });

  it('arrive within seconds when they are instant', async () => {
    await pay();
    const { id, status } = await stripe.payouts.create({ amount: 500, currency: 'usd', method: 'instant' });
    expect(status).toBe('in_transit');
    await later(6_000);
    expect((await stripe.payouts.retrieve(id)).status).toBe('paid');
  });

  it('need money that is available', async () => {
    await pay('pm_card_visa');
    await later(2_000);
    expect(await balance()).toEqual({ available: 0, pending: 1912 });
    const error = await refused(stripe.payouts.create({ amount: 100, currency: 'usd' }));
    expect(error).toMatchObject({ statusCode: 400, code: 'balance_insufficient' });
    expect(error.message).toMatch(/^You have insufficient funds in your Stripe account for this transfer\. Your card/);
    await later(2 * DAY);
    expect(await types('balance.')).toEqual(['balance.available']);
    const [event] = (await stripe.events.list({ type: 'balance.available' })).data;
    expect(event?.data.object).toMatchObject({ object: 'balance', available: [{ amount: 1912 }] });
    await stripe.payouts.create({ amount: 1912, currency: 'usd' });
    expect((await refused(stripe.payouts.create({ amount: 1, currency: 'usd' }))).code).toBe('balance_insufficient');
    const other = await refused(stripe.payouts.create({ amount: 1, currency: 'usd', source_type: 'bank_account' }));
    expect(other.message).toContain('Your bank_account balance is too low');
  });

  it.each([
    [{ amount: 0, currency: 'usd' }, 'amount'],
    [{ amount: -5, currency: 'usd' }, 'amount'],
    [{ amount: 5, currency: 'xxx' }, 'currency'],
    [{ amount: 5, currency: 'usd', destination: 'ba_nothing' }, 'destination'],
  ])('refuse %j', async (params, param) => {
    await pay();
    expect(await refused(stripe.payouts.create(params))).toMatchObject({ statusCode: 400, param });
  });

  it('are canceled while they are pending, and only then', async () => {
    await pay();
    const first = await stripe.payouts.create({ amount: 1000, currency: 'usd' });
    const canceled = await stripe.payouts.cancel(first.id, { expand: ['failure_balance_transaction'] });
    expect(canceled).toMatchObject({
      status: 'canceled',
      failure_balance_transaction: { amount: 1000, type: 'payout_cancel' },
    });
    expect(await balance()).toEqual({ available: 1912, pending: 0 });
    const second = await stripe.payouts.create({ amount: 1000, currency: 'usd' });
    await later(DAY);
    const error = await refused(stripe.payouts.cancel(second.id));
    expect(error.message).toBe('Payouts can only be canceled while they are pending.');
    expect(await types('payout.c')).toEqual(['payout.created', 'payout.canceled', 'payout.created']);
    await later(5 * DAY);
    expect((await stripe.payouts.retrieve(first.id)).status).toBe('canceled');
  });

  it.each([
    ['000111111116', 'no_account'],
    ['000111111113', 'account_closed'],
    ['000222222227', 'insufficient_funds'],
    ['000333333335', 'debit_not_authorized'],
    ['000444444440', 'invalid_currency'],
  ])('to the account %s fail with %s', async (payout_account, failure_code) => {
    await settings({ payout_account });
    await pay();
    const { id } = await stripe.payouts.create({ amount: 1912, currency: 'usd' });
    await later(2 * DAY);
    const failed = await stripe.payouts.retrieve(id, { expand: ['failure_balance_transaction'] });
    expect(failed).toMatchObject({
      failure_balance_transaction: { amount: 1912, type: 'payout_failure' },
      failure_code,
      failure_message: expect.any(String),
      status: 'failed',
    });
    expect(await balance()).toEqual({ available: 1912, pending: 0 });
    expect((await types('payout.')).at(-1)).toBe('payout.failed');
  });

  it('are reversed once they are paid', async () => {
    await pay();
    const { id } = await stripe.payouts.create({ amount: 1000, currency: 'usd', method: 'instant' });
    expect((await refused(stripe.payouts.reverse(id))).message).toContain('once they are paid');
    await later(6_000);
    const reversal = await stripe.payouts.reverse(id, { metadata: { why: 'wrong' }, expand: ['original_payout'] });
    expect(reversal).toMatchObject({
      amount: -1000,
      metadata: { why: 'wrong' },
      original_payout: { id, reversed_by: reversal.id },
    });
    expect(await balance()).toEqual({ available: 1912, pending: 0 });
    expect((await refused(stripe.payouts.reverse(id))).message).toContain('already been reversed');
    expect((await refused(stripe.payouts.reverse(reversal.id))).statusCode).toBe(400);
  });

  it('are listed by status, destination and arrival', async () => {
    await pay();
    const slow = await stripe.payouts.create({ amount: 300, currency: 'usd' });
    const quick = await stripe.payouts.create({ amount: 200, currency: 'usd', method: 'instant' });
    await later(6_000);
    const ids = async (params: Stripe.PayoutListParams) => (await stripe.payouts.list(params)).data.map(({ id }) => id);
    expect(await ids({})).toEqual([quick.id, slow.id]);
    expect(await ids({ status: 'paid' })).toEqual([quick.id]);
    expect(await ids({ destination: idOf(slow.destination) })).toEqual([quick.id, slow.id]);
    expect(await ids({ destination: 'ba_other' })).toEqual([]);
    expect(await ids({ arrival_date: { gte: midnight('2027-03-12T00:00:00Z') } })).toEqual([slow.id]);
    expect(await ids({ arrival_date: slow.arrival_date })).toEqual([slow.id]);
    expect((await refused(stripe.payouts.retrieve('po_nothing'))).statusCode).toBe(404);
  });

  describe('every day', () => {
    beforeEach(() => settings({ payout_schedule: 'daily' }));

    const itemised = async (payout: string) =>
      (await stripe.balanceTransactions.list({ payout, limit: 100 })).data.map(({ net, type }) => ({ net, type }));

    it('take everything available, currency by currency, and name each transaction', async () => {
      const { latest_charge } = await pay('pm_card_visa');
      await later(2_000);
      await stripe.refunds.create({ charge: idOf(latest_charge), amount: 500 });
      await pay('pm_card_visa', 3000, 'eur');
      await later(2_000);
      await later(DAY);
      expect((await stripe.payouts.list()).data).toEqual([]);
      await later(DAY);
      const [euros, dollars] = (await stripe.payouts.list()).data;
      expect(dollars).toMatchObject({
        amount: 1412,
        arrival_date: midnight('2027-03-13T00:00:00Z'),
        automatic: true,
        currency: 'usd',
        reconciliation_status: 'in_progress',
        status: 'in_transit',
      });
      expect(euros).toMatchObject({ amount: 2883, currency: 'eur' });
      expect(await itemised(dollars?.id ?? '')).toEqual([
        { net: -1412, type: 'payout' },
        { net: -500, type: 'refund' },
        { net: 1912, type: 'charge' },
      ]);
      expect(await balance()).toEqual({ available: 0, pending: 0 });
      await later(DAY);
      expect(await stripe.payouts.retrieve(dollars?.id ?? '')).toMatchObject({
        reconciliation_status: 'completed',
        status: 'paid',
      });
      expect(new Set(await types('payout.'))).toEqual(
        new Set(['payout.created', 'payout.paid', 'payout.reconciliation_completed']),
      );
      const filtered = await stripe.balanceTransactions.list({ payout: dollars?.id ?? '', type: 'refund' });
      expect(filtered.data).toHaveLength(1);
    });

    it('keep what the bank sent back for the next day', async () => {
      await settings({ payout_account: '000111111113' });
      await pay();
      await later(DAY);
      await settings({ payout_account: '000123456789' });
      await later(DAY);
      const [failed] = (await stripe.payouts.list()).data;
      expect(failed).toMatchObject({ amount: 1912, status: 'failed', failure_code: 'account_closed' });
      await later(DAY);
      const [again] = (await stripe.payouts.list()).data;
      expect(again).toMatchObject({ amount: 1912, status: 'in_transit' });
      expect(await itemised(again?.id ?? '')).toEqual([
        { net: -1912, type: 'payout' },
        { net: 1912, type: 'payout_failure' },
      ]);
    });

    it('count what was paid out by hand', async () => {
      await pay();
      const manual = await stripe.payouts.create({ amount: 1000, currency: 'usd', method: 'instant' });
      await later(DAY);
      const [automatic] = (await stripe.payouts.list({ limit: 1 })).data;
      expect(automatic).toMatchObject({ amount: 912, automatic: true });
      expect(await itemised(automatic?.id ?? '')).toEqual([
        { net: -912, type: 'payout' },
        { net: -1000, type: 'payout' },
        { net: 1912, type: 'charge' },
      ]);
      const error = await refused(stripe.balanceTransactions.list({ payout: manual.id }));
      expect(error).toMatchObject({ statusCode: 400, param: 'payout' });
      expect(error.message).toBe(
        'Balance transaction history can only be filtered on automatic transfers, not manual.',
      );
      expect((await refused(stripe.balanceTransactions.list({ payout: 'po_nothing' }))).code).toBe('resource_missing');
    });

    it('wait while there is a debt', async () => {
      await pay('pm_card_createDispute', 100);
      await later(4 * DAY);
      expect((await stripe.payouts.list()).data).toEqual([]);
      expect((await balance()).available).toBeLessThan(0);
      await pay('pm_card_bypassPending', 100_000);
      const owed = Number((await balance()).available);
      await later(DAY);
      expect((await stripe.payouts.list()).data).toMatchObject([{ amount: owed, status: 'in_transit' }]);
    });
  });

  it('begin with what is there when the schedule is switched on, and end when it is switched off', async () => {
    await pay();
    await later(3 * DAY);
    expect((await stripe.payouts.list()).data).toEqual([]);
    await settings({ payout_schedule: 'daily' });
    await later(DAY);
    expect((await stripe.payouts.list()).data).toMatchObject([{ amount: 1912, automatic: true }]);
    await settings({ payout_schedule: 'manual' });
    await pay();
    await later(3 * DAY);
    expect((await stripe.payouts.list()).data).toHaveLength(1);
  });

  it.each([
    [{ payout_schedule: 'weekly' }, 'daily'],
    [{ payout_account: '4242' }, '000123456789'],
    [{ search_lag_ms: -1 }, 'from 0 to 3600000'],
    [{ search_lag_ms: 3_600_001 }, 'from 0 to 3600000'],
  ])('settings %j are refused', async (change, words) => {
    await expect(settings(change)).rejects.toThrow(words);
  });
});
