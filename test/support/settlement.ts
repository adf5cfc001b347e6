import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { SettlementRun } from '../../src/modules/settlement/settlement-run.service.js';
import { SETTLEMENT_BATCH_MODEL } from '../../src/modules/settlement/settlement.schema.js';
import type { SettlementBatch } from '../../src/modules/settlement/batch.types.js';
import { SettlementWorker } from '../../src/modules/settlement/settlement-worker.js';
import { DAY } from '../../src/platform/common/duration.js';
import type { TestApp } from './app.js';
import type { GatewayCaller } from './gateway.js';
import { eventually, payments } from './payments.js';
import { act, type Body, dataOf, process, rows, saleOf } from './transactions.js';

/** Waits until no news of payments is under way: their consumers would book over what a test writes into a row by itself. */
export async function newsTold(app: TestApp): Promise<void> {
  const untold = { effects: { $elemMatch: { doneAt: null } } };
  await eventually(async () => expect(await payments(app).collection.countDocuments(untold as never)).toBe(0));
}

/**
 * Stores that the money of a row is still on its way. The news of its charge come first: told afterwards, they would say again
 * that it has come.
 */
export async function moneyPending(app: TestApp, id: unknown): Promise<void> {
  await newsTold(app);
  await rows(app).updateOne({ _id: String(id) }, { $set: { fundsPending: true }, $inc: { v: 1 } });
}

/** One round of the settlement worker, at the time that the clock shows. */
export async function settle(app: TestApp): Promise<void> {
  await app.clock.refresh();
  await app.app.get(SettlementWorker, { strict: false }).pass();
}

/** Settles everything until now, as the operator's command does. */
export async function settleNow(app: TestApp, accountId?: string): Promise<SettlementBatch[]> {
  await app.clock.refresh();
  return app.app.get(SettlementRun, { strict: false }).closeAll(accountId);
}

/** Moves the clock to some minutes after the next midnight (UTC), or after a later one. */
export async function nextDay(app: TestApp, days = 1): Promise<void> {
  const now = app.clock.now();
  await app.advance(Math.floor(now / DAY) * DAY + days * DAY + 10 * 60_000 - now);
}

export const midnight = (app: TestApp, daysAgo = 0): string =>
  `${new Date(app.clock.now() - daysAgo * DAY).toISOString().slice(0, 10)}T00:00:00Z`;

export async function search(caller: GatewayCaller, body: object = {}): Promise<Body[]> {
  return dataOf(await caller.call('POST', '/api/settlement/batch/search', body)) as unknown as Body[];
}

export const sale = (caller: GatewayCaller, amount: number, over: object = {}): Promise<Body> =>
  process(caller, saleOf({ amount, ...over }));

export const refund = async (caller: GatewayCaller, id: unknown, amount?: number): Promise<Body> =>
  dataOf(await act(caller, id, 'refund', amount === undefined ? {} : { amount }));

export function batchRecords(app: TestApp): Model<SettlementBatch> {
  return app.app.get<Model<SettlementBatch>>(getModelToken(SETTLEMENT_BATCH_MODEL), { strict: false });
}
