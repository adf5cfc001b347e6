import { Schema } from 'mongoose';
import { HAS_DATE, HAS_TEXT } from '../../platform/database/partial-index.js';
import type { Order } from './order.types.js';

export const ORDER_MODEL = 'Order';

/** Rows are read and written by the driver itself; the schema carries the collection and its indexes. */
export const orderSchema = new Schema<Order>({ _id: { type: String, required: true } } as never, {
  collection: 'orders',
  versionKey: false,
  strict: false,
  minimize: false,
});

// Each of the first two holds everything that a sum needs, so that no order is read for it; the most selective field is first.

// Query: the sum of a person's orders.
orderSchema.index(
  { personId: 1, state: 1, createdAt: 1, accountId: 1, campaignCode: 1, amountMinor: 1 },
  { name: 'person_total' },
);
// Query: the sum of a campaign's orders.
orderSchema.index(
  { campaignCode: 1, accountId: 1, state: 1, createdAt: 1, amountMinor: 1 },
  { name: 'campaign_total', partialFilterExpression: { campaignCode: HAS_TEXT } },
);
// Query: what the resolver has to look at next.
orderSchema.index({ nextCheckAt: 1 }, { name: 'due', partialFilterExpression: { nextCheckAt: HAS_DATE } });

export const ORDER_KEY_MODEL = 'OrderKey';

export const orderKeySchema = new Schema({ _id: { type: String, required: true } } as never, {
  collection: 'order_keys',
  versionKey: false,
  strict: false,
});

// Erases what nobody needs any more, the hash of a body with an IBAN too. The window itself is compared with the clock.
orderKeySchema.index({ expireAt: 1 }, { name: 'expired', expireAfterSeconds: 0 });
