import { Schema } from 'mongoose';
import type { Versioned } from '../../platform/database/versioned-collection.js';
import type { ReaderFacts } from './terminal.types.js';

/** The stored form, collection `terminals`. Never deleted: transactions name it. */
export interface TerminalRecord extends Versioned {
  /** Derived from the account and the reader, so that two syncs make one terminal. */
  readonly _id: string;
  readonly accountId: string;
  /** `tmr_…` */
  readonly providerReaderId: string;
  readonly reader: ReaderFacts;
  readonly disabled: boolean;
  readonly description: string | null;
  readonly registerId: string;
  readonly autoSettle: boolean;
  readonly settleAt: string;
  readonly authKey: string;
  readonly batchNumber: number;
  readonly createdAt: Date;
  readonly updatedAt: Date | null;
}

export const TERMINAL_MODEL = 'Terminal';

export const terminalSchema = new Schema<TerminalRecord>(
  {
    _id: { type: String, required: true },
    v: { type: Number, required: true },
    w: { type: String, required: true },
    accountId: { type: String, required: true },
    providerReaderId: { type: String, required: true },
    reader: { type: Schema.Types.Mixed, required: true },
    disabled: { type: Boolean, required: true },
    description: { type: String, default: null },
    registerId: { type: String, default: '' },
    autoSettle: { type: Boolean, required: true },
    settleAt: { type: String, required: true },
    authKey: { type: String, required: true },
    batchNumber: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, default: null },
  },
  { collection: 'terminals', versionKey: false, strict: 'throw', minimize: false },
);

// Query: all of an account, oldest first. The look-ups of requests are by `_id`.
terminalSchema.index({ accountId: 1, createdAt: 1, _id: 1 }, { name: 'accountId_createdAt' });
// Race: syncs of two accounts that take the same reader. Query: which readers are taken.
terminalSchema.index({ providerReaderId: 1 }, { name: 'providerReaderId_unique', unique: true });
