import { Schema } from 'mongoose';
import type { ReconcileRun } from './reconciliation.types.js';

export const RECONCILE_RUN_MODEL = 'ReconcileRun';

/** Every read is by `_id`, so there is no other index. */
export const reconcileRunSchema = new Schema<ReconcileRun>(
  {
    _id: { type: String, required: true },
    v: Number,
    w: String,
    comparedThrough: String,
    differences: Number,
    nextAt: Date,
    leaseUntil: Date,
  } as never,
  { collection: 'reconcileRuns', versionKey: false },
);
