import { Schema } from 'mongoose';
import { HAS_COUNT, HAS_DATE, HAS_TEXT } from '../../platform/database/partial-index.js';
import type { SettlementBatch, SettlementPayout, SettlementProgress } from './batch.types.js';

export const SETTLEMENT_BATCH_MODEL = 'SettlementBatch';
export const SETTLEMENT_PROGRESS_MODEL = 'SettlementProgress';
export const SETTLEMENT_PAYOUT_MODEL = 'SettlementPayout';

/** Batches are read and written by the driver itself; the schema carries the collection and its indexes. */
export const settlementBatchSchema = new Schema<SettlementBatch>({ _id: { type: String, required: true } } as never, {
  collection: 'settlement_batches',
  versionKey: false,
  strict: false,
  minimize: false,
});

// Query: an account's search, newest first.
settlementBatchSchema.index({ accountId: 1, batchDate: -1, _id: -1 }, { name: 'account_newest' });
// Race: two batches that end at the same moment take the same number. Query: the last number.
settlementBatchSchema.index(
  { processorId: 1, currency: 1, terminalId: 1, batchNumber: 1 },
  { name: 'number_unique', unique: true, partialFilterExpression: { batchNumber: HAS_COUNT } },
);
// Query: when a terminal was closed last.
settlementBatchSchema.index(
  { terminalId: 1, batchDate: -1 },
  { name: 'terminal_newest', partialFilterExpression: { terminalId: HAS_TEXT } },
);
// Query: what has to be counted once more, and what somebody left closing.
settlementBatchSchema.index({ nextCheckAt: 1 }, { name: 'due', partialFilterExpression: { nextCheckAt: HAS_DATE } });

/** Every read is by `_id`, so there is no other index. */
export const settlementProgressSchema = new Schema<SettlementProgress>(
  { _id: { type: String, required: true }, v: Number, w: String, doneThrough: Date, leaseUntil: Date } as never,
  { collection: 'settlement_runs', versionKey: false },
);

/** Every read is by `_id`, so there is no other index. */
export const settlementPayoutSchema = new Schema<SettlementPayout>(
  {
    _id: { type: String, required: true },
    v: Number,
    w: String,
    status: String,
    batchIds: [String],
    waiting: Number,
    nextCheckAt: Date,
  } as never,
  { collection: 'settlement_payouts', versionKey: false },
);
