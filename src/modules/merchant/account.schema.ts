import { Schema } from 'mongoose';
import { HAS_COUNT } from '../../platform/database/partial-index.js';
import type { Versioned } from '../../platform/database/versioned-collection.js';

/** The stored form, collection `accounts`: whose users, keys and records the others are kept apart from. */
export interface AccountRecord extends Versioned {
  /** An xid. */
  _id: string;
  /** Name of the account on the command line. */
  name: string;
  type: 'merchant' | 'partner';
  /** Defaults of a new user where the request says nothing; the names are those of the gateway's permissions. */
  defaultPermissions: Readonly<Record<string, boolean>>;
  defaultNotifications: Readonly<Record<string, boolean>>;
  createdAt: Date;
  /** Number by which some surfaces call the account: drawn once, with the first key for one of them. */
  number?: number;
  /** Address of the account's owner; absent until somebody says it. */
  email?: string;
  /** Absent: as it was made. */
  updatedAt?: Date;
}

export const ACCOUNT_MODEL = 'Account';

export const accountSchema = new Schema<AccountRecord>(
  {
    _id: { type: String, required: true },
    v: { type: Number, required: true },
    w: { type: String, required: true },
    name: { type: String, required: true },
    type: { type: String, required: true },
    defaultPermissions: { type: Schema.Types.Mixed, required: true },
    defaultNotifications: { type: Schema.Types.Mixed, required: true },
    createdAt: { type: Date, required: true },
    number: Number,
    email: String,
    updatedAt: Date,
  },
  { collection: 'accounts', versionKey: false, strict: 'throw', minimize: false },
);

// Race: two commands that make the same account at the same time. Query: the account that a command names.
accountSchema.index({ name: 1 }, { name: 'name_unique', unique: true });
// Race: two accounts that draw a number at the same time. Query: the greatest number.
accountSchema.index(
  { number: -1 },
  { name: 'number_unique', unique: true, partialFilterExpression: { number: HAS_COUNT } },
);
