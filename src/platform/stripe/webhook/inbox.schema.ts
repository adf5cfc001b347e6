import { Schema } from 'mongoose';
import { HAS_DATE } from '../../database/partial-index.js';
import type { InboxRow } from './provider-event.types.js';

export const INBOX_MODEL = 'Inbox';

/** `_id` is the event's id: its unique index is what makes a second delivery harmless. */
export function inboxSchema(keepMs: number): Schema<InboxRow> {
  const schema = new Schema<InboxRow>(
    {
      _id: { type: String, required: true },
      v: Number,
      w: String,
      type: String,
      objectId: String,
      providerPaymentId: String,
      failedChargeIds: { type: [String], default: undefined },
      metadata: Schema.Types.Mixed,
      createdAt: Date,
      state: String,
      verdict: String,
      tries: Number,
      receivedAt: Date,
      nextAt: Date,
      doneAt: Date,
    } as never,
    { collection: 'inbox', versionKey: false, minimize: false },
  );
  // Query: what the worker has to look at next.
  schema.index({ nextAt: 1 }, { name: 'due', partialFilterExpression: { nextAt: HAS_DATE } });
  // Query: events that were given up. Only those are in it.
  schema.index({ state: 1 }, { name: 'dead', partialFilterExpression: { state: 'dead' } });
  // Stripe redelivers for three days; a row is kept far longer than that, then goes.
  schema.index({ doneAt: 1 }, { name: 'expire_done', expireAfterSeconds: Math.round(keepMs / 1000) });
  return schema;
}
