import { Schema } from 'mongoose';
import type { Orphan } from './orphan.types.js';

export const ORPHAN_MODEL = 'Orphan';

/** `_id` is the PaymentIntent: its unique index gives all sweepers one record, and with it one key. */
export const orphanSchema = new Schema<Orphan>(
  {
    _id: { type: String, required: true },
    v: Number,
    w: String,
    paymentId: String,
    state: String,
    generation: Number,
    foundAt: Date,
  } as never,
  { collection: 'orphans', versionKey: false },
);
