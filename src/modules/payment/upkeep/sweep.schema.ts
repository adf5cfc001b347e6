import { Schema } from 'mongoose';
import type { Orphan, Sweep } from './sweep.types.js';

export const SWEEP_MODEL = 'Sweep';
export const ORPHAN_MODEL = 'Orphan';

/** Every read is by `_id`, so there is no other index. */
export const sweepSchema = new Schema<Sweep>(
  {
    _id: { type: String, required: true },
    v: Number,
    w: String,
    doneThrough: Date,
    drift: Schema.Types.Mixed,
    nextAt: Date,
    run: { type: Schema.Types.Mixed, default: null },
    leaseUntil: Date,
  } as never,
  { collection: 'sweeps', versionKey: false, minimize: false },
);

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
