import { Schema } from 'mongoose';
import type { Versioned } from '../../platform/database/versioned-collection.js';
import type { ProcessorTerms } from './processor.types.js';

/** The stored form, collection `processors`. The default one of an account is stored with its first change only. */
export interface ProcessorRecord extends Versioned, Omit<ProcessorTerms, 'methods' | 'cvcRequired'> {
  /** Absent in records that were stored before there was a choice. */
  readonly methods?: ProcessorTerms['methods'];
  readonly cvcRequired?: boolean;
  readonly accountId: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const PROCESSOR_MODEL = 'Processor';

const FEE = { type: Schema.Types.Mixed, default: null };

export const processorSchema = new Schema<ProcessorRecord>(
  {
    _id: { type: String, required: true },
    v: { type: Number, required: true },
    w: { type: String, required: true },
    accountId: { type: String, required: true },
    name: { type: String, required: true },
    surcharge: FEE,
    serviceFee: FEE,
    paymentAdjustment: FEE,
    cashDiscount: FEE,
    defaultTax: FEE,
    dualPricing: { type: Boolean, required: true },
    methods: { type: [String], default: undefined },
    cvcRequired: Boolean,
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'processors', versionKey: false, strict: 'throw', minimize: false },
);

// Query: all of an account, for the operator's list. The look-ups of requests are by `_id`.
processorSchema.index({ accountId: 1, _id: 1 }, { name: 'accountId_id' });
