import { Schema } from 'mongoose';
import { HAS_DATE, HAS_TEXT } from '../../../platform/database/partial-index.js';
import type { Transaction } from './transaction.types.js';

export const TRANSACTION_MODEL = 'Transaction';

/** Rows are read and written by the driver itself; the schema carries the collection and its indexes. */
export const transactionSchema = new Schema<Transaction>({ _id: { type: String, required: true } } as never, {
  collection: 'transactions',
  versionKey: false,
  strict: false,
  minimize: false,
});

// Query: search without a more selective criterion, newest first.
transactionSchema.index({ accountId: 1, createdAt: -1, _id: -1 }, { name: 'account_newest' });
// Query: the row of a payment's attempt. Not unique: several attempts are of one payment.
transactionSchema.index({ paymentId: 1 }, { name: 'payment', partialFilterExpression: { paymentId: HAS_TEXT } });
// Query: what the resolver has to look at next.
transactionSchema.index({ nextCheckAt: 1 }, { name: 'due', partialFilterExpression: { nextCheckAt: HAS_DATE } });
// Query: what a settlement run closes.
transactionSchema.index(
  { processorId: 1, createdAt: 1 },
  { name: 'to_settle', partialFilterExpression: { status: 'pending_settlement' } },
);
