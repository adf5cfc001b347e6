import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { DailyReconciliation } from '../../src/modules/books/daily-reconciliation.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { logs } from '../support/log-capture.js';
import { gatewayCaller } from '../support/gateway.js';
import { newsTold } from '../support/settlement.js';
import { act, process as processed, rows, saleOf } from '../support/transactions.js';
import { HOUR, MINUTE, payer, payments } from '../support/payments.js';

jest.setTimeout(120_000);

/** Two workers on one store; the clock is moved over midnights. Webhooks are off: nobody else tells us. */
const ENV = { RESOLVER_TICK: '12h', RECONCILE_AFTER: '1h', STOREFRONT_JWT_TTL: '90d', SWEEP_OVERLAP: '91d' };
let app: TestApp;
let other: TestApp;

beforeAll(async () => {
  app = await startTestApp({ webhooks: false, env: ENV });
  other = await startTestApp({ webhooks: false, env: ENV, simulator: app.simulator, mongoUri: app.config.mongo.uri });
  await daily();
});
afterAll(async () => {
  await other.stop();
  await app.stop();
});

const told = (message: string) => logs.lines.filter(({ msg }) => msg === message);
const runs = () => app.app.get<Connection>(getConnectionToken()).collection<{ _id: string }>('reconcileRuns');
const state = () => runs().findOne({ _id: 'daily' });
const gauge = async (of: TestApp): Promise<string | undefined> =>
  /^reconcile_differences (\d+)$/m.exec((await of.http.get('/metrics')).text)?.[1];

/** Both workers at once, as their own ticks would have it. */
async function daily(): Promise<void> {
  for (const each of [app, other]) await each.clock.refresh();
  const pass = (of: TestApp) => of.app.get(DailyReconciliation, { strict: false }).pass();
  await Promise.all([pass(app), pass(other)]);
}

/** To so long after the next midnight. */
async function tomorrow(ms: number): Promise<void> {
  const now = app.clock.now();
  await app.advance(24 * HOUR - (now % (24 * HOUR)) + ms);
}

const dayBefore = () => new Date(app.clock.now() - 24 * HOUR).toISOString().slice(0, 10);

it('compares yesterday once, on one of them, an hour after it is over', async () => {
  await tomorrow(2 * HOUR);
  await daily();
  const buyer = await payer(app);
  await buyer.confirm('pm_card_visa');
  logs.clear();
  await tomorrow(59 * MINUTE);
  await daily();
  expect(told('reconciled')).toEqual([]);
  await app.advance(2 * MINUTE);
  await daily();
  expect(told('reconciled')).toMatchObject([{ from: dayBefore(), to: dayBefore(), count: 0 }]);
  expect(await state()).toMatchObject({ comparedThrough: dayBefore(), differences: 0, leaseUntil: null });
  await daily();
  expect(told('reconciled')).toHaveLength(1);
  expect(told('reconcile_differs')).toEqual([]);
});

it('a difference is an alarm, a line each and a number, and stays one until a run finds none', async () => {
  const buyer = await payer(app);
  await buyer.confirm('pm_card_visa');
  await payments(app).updateOne({ providerPaymentId: buyer.id }, { $set: { amountMinor: 1 } });
  await tomorrow(2 * HOUR);
  logs.clear();
  await daily();
  expect(told('reconcile_differs')).toMatchObject([{ from: dayBefore(), count: 1 }]);
  expect(told('reconcile_difference')).toMatchObject([{ reason: 'amount', providerPaymentId: buyer.id }]);
  await daily();
  expect([await gauge(app), await gauge(other)]).toEqual(['1', '1']);
  expect((await payments(app).findOne({ providerPaymentId: buyer.id }).lean())?.amountMinor).toBe(1);
  await tomorrow(2 * HOUR);
  await daily();
  await daily();
  expect([await gauge(app), await gauge(other)]).toEqual(['0', '0']);
});

it('Stripe cannot be read: said, tried again soon, and the days that were missed are made up for', async () => {
  const buyer = await payer(app);
  await buyer.confirm('pm_card_visa');
  const first = new Date(app.clock.now()).toISOString().slice(0, 10);
  await app.simulator.fault({ method: 'GET', path: '/v1/charges', times: 0 }, { type: 'status', status: 403 });
  await tomorrow(2 * HOUR);
  await expect(daily()).rejects.toThrow('Stripe could not be read');
  expect(await state()).toMatchObject({ leaseUntil: null });
  await daily(); // not due yet
  await app.simulator.clearFaults();
  await tomorrow(2 * HOUR);
  logs.clear();
  await daily();
  expect(told('reconciled')).toMatchObject([{ from: first, to: dayBefore(), count: 0 }]);
});

it('names the gateway transactions that say something else than their payments', async () => {
  const merchant = await gatewayCaller(app);
  const wrong = await processed(merchant, saleOf());
  const unsaid = await processed(merchant, saleOf());
  const voided = await processed(merchant, saleOf());
  const right = await processed(merchant, saleOf());
  const given = await processed(merchant, saleOf());
  await act(merchant, given['id'], 'void');
  await newsTold(app);
  const set = (id: unknown, change: object) =>
    rows(app).collection.updateOne({ _id: id } as never, { $set: change } as never);
  await set(wrong['id'], { status: 'settled', settledMinor: 1112, capturedMinor: 2000 });
  await set(unsaid['id'], { status: 'declined' });
  await set(voided['id'], { status: 'voided' });
  logs.clear();
  await tomorrow(2 * HOUR);
  await daily();
  const details = new Map(told('reconcile_difference').map((line) => [line['transactionId'], line['detail']]));
  expect(Object.fromEntries(details)).toEqual({
    [String(wrong['id'])]: 'capturedMinor is 2000, by the payment 1112',
    [String(unsaid['id'])]: 'status is declined, by the payment pending_settlement',
    [String(voided['id'])]: 'is voided, 1112 was taken and 0 given back',
  });
  expect(details.has(right['id'])).toBe(false);
  expect([await gauge(app), await gauge(other)]).toContain('3');
  expect((await rows(app).findById(wrong['id']).lean().exec())?.capturedMinor).toBe(2000);
});
