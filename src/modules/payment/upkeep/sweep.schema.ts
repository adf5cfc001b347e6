import { Schema } from 'mongoose';
import type { Sweep } from './sweep.types.js';

export const SWEEP_MODEL = 'Sweep';

/** Needs no index but that of `_id`: every read is by it. */
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
