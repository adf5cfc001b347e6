import { Schema } from 'mongoose';
import type { Versioned } from '../../../platform/database/versioned-collection.js';
import type { AccountType, UserDefaults, UserStatus } from './gateway-user.types.js';
import type { Role } from './permissions.js';

/** The stored form, collection `gateway_users`. */
export interface GatewayUserRecord extends Versioned {
  /** An xid. */
  _id: string;
  accountId: string;
  accountType: AccountType;
  username: string;
  /** Lower-case; two spellings are one user. `deleted:<id>` once the user is, so that the name is free again. */
  usernameKey: string;
  name: string;
  phone: string;
  email: string;
  timezone: string;
  status: UserStatus;
  role: Role;
  /** Leaves that are not here are false: a permission that a later version adds is nobody's. */
  permissions: Readonly<Record<string, boolean>>;
  notifications: Readonly<Record<string, boolean>>;
  defaults: UserDefaults;
  /** bcrypt; read by the one method that compares it. */
  passwordHash: string;
  tokenVersion: number;
  /** Set while this administrator is on the way out and not counted among those who stay; see last-administrator.ts. */
  leavingSince: Date | null;
  /** The record is kept for the transactions that name the user. */
  deletedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export const GATEWAY_USER_MODEL = 'GatewayUser';

const text = { type: String, required: true };

export const gatewayUserSchema = new Schema<GatewayUserRecord>(
  {
    _id: text,
    v: { type: Number, required: true },
    w: text,
    accountId: text,
    accountType: text,
    username: text,
    usernameKey: text,
    name: text,
    phone: { type: String, default: '' },
    email: text,
    timezone: text,
    status: text,
    role: text,
    permissions: { type: Schema.Types.Mixed, required: true },
    notifications: { type: Schema.Types.Mixed, required: true },
    defaults: { type: Schema.Types.Mixed, required: true },
    passwordHash: { type: String, required: true, select: false },
    tokenVersion: { type: Number, required: true },
    leavingSince: { type: Date, default: null },
    deletedAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'gateway_users', versionKey: false, strict: 'throw', minimize: false },
);

// Race: two creations of one username at the same time. Query: log-in by username.
gatewayUserSchema.index({ usernameKey: 1 }, { name: 'username_unique', unique: true });
// Query: GET /api/users, newest first; the administrators of an account are among them.
gatewayUserSchema.index({ accountId: 1, createdAt: -1, _id: -1 }, { name: 'account_newest_first' });
