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

// Query: search without a criterion of those below, newest first.
transactionSchema.index({ accountId: 1, createdAt: -1, _id: -1 }, { name: 'account_newest' });

// Each of those below begins with its most selective field: the embedded store uses an index by its first fields only, see
// ../search/transaction-search-filter.ts. Most rows have no purchase order and no customer, hence partial.

// Query: search by status; the rare ones matter.
transactionSchema.index({ status: 1, accountId: 1, createdAt: -1, _id: -1 }, { name: 'status_newest' });
// Query: search by user, and every search of a user who may not see others' transactions.
transactionSchema.index({ userId: 1, accountId: 1, createdAt: -1, _id: -1 }, { name: 'user_newest' });
// Query: search by order.
transactionSchema.index(
  { orderId: 1, accountId: 1 },
  { name: 'order', partialFilterExpression: { orderId: HAS_TEXT } },
);
// Query: search by purchase order.
transactionSchema.index(
  { poNumber: 1, accountId: 1 },
  { name: 'purchase_order', partialFilterExpression: { poNumber: HAS_TEXT } },
);
// Query: search by vault customer.
transactionSchema.index(
  { customerId: 1, accountId: 1 },
  { name: 'customer', partialFilterExpression: { customerId: HAS_TEXT } },
);
// Query: search by e-mail.
transactionSchema.index(
  { 'billingAddress.email': 1, accountId: 1 },
  { name: 'billing_email', partialFilterExpression: { 'billingAddress.email': HAS_TEXT } },
);
// Query: search by last name.
transactionSchema.index(
  { 'billingAddress.lastName': 1, accountId: 1 },
  { name: 'billing_last_name', partialFilterExpression: { 'billingAddress.lastName': HAS_TEXT } },
);

// Query: the row of a payment's attempt. Not unique: several attempts are of one payment.
transactionSchema.index({ paymentId: 1 }, { name: 'payment', partialFilterExpression: { paymentId: HAS_TEXT } });
// Query: what the resolver has to look at next.
transactionSchema.index({ nextCheckAt: 1 }, { name: 'due', partialFilterExpression: { nextCheckAt: HAS_DATE } });
// Query: what a settlement run closes, processor by processor, in pages by id.
transactionSchema.index(
  { processorId: 1, _id: 1 },
  { name: 'to_settle', partialFilterExpression: { status: 'pending_settlement' } },
);
// Query: what closing a terminal's batch settles, and which terminals have an open batch.
transactionSchema.index(
  { terminalId: 1, _id: 1 },
  { name: 'to_settle_at_terminal', partialFilterExpression: { status: 'pending_settlement', terminalId: HAS_TEXT } },
);
// Query: the sums of a batch.
transactionSchema.index(
  { settlementBatchId: 1, _id: 1 },
  { name: 'of_batch', partialFilterExpression: { settlementBatchId: HAS_TEXT } },
);
