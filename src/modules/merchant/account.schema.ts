import { Schema } from 'mongoose';
import type { Versioned } from '../../platform/database/versioned-collection.js';

/** The stored form, collection `accounts`: whose users, keys and records the others are kept apart from. */
export interface AccountRecord extends Versioned {
  /** An xid. */
  _id: string;
  /** How the command line calls it. */
  name: string;
  type: 'merchant' | 'partner';
  /** What a new user gets where the request says nothing; the names are those of the gateway's permissions. */
  defaultPermissions: Readonly<Record<string, boolean>>;
  defaultNotifications: Readonly<Record<string, boolean>>;
  createdAt: Date;
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
  },
  { collection: 'accounts', versionKey: false, strict: 'throw', minimize: false },
);

// Race: two commands that make the same account at the same time. Query: the account that a command names.
accountSchema.index({ name: 1 }, { name: 'name_unique', unique: true });
