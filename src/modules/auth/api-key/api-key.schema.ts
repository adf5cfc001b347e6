import { Schema } from 'mongoose';
import type { Versioned } from '../../../platform/database/versioned-collection.js';
import type { AccountKeySurface, ApiKeyType, KeySurface } from './api-key.types.js';

interface StoredKey extends Versioned {
  /** An xid. */
  _id: string;
  accountId: string;
  name: string;
  /** SHA-256 of the key, hex. Plain: a key has 160 random bits, and rotating the encryption key changes no look-up (ruling 29). */
  hash: string;
  /** `api_2hQI…XrLJ`, for whoever may not see more. */
  masked: string;
  lastUsedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A key of a gateway user's. */
export interface UserKeyRecord extends StoredKey {
  userId: string;
  type: ApiKeyType;
  surfaces: KeySurface[];
  /** The key for lists, encrypted; see key-cipher.ts. */
  cipher: string;
}

/** A key or a pair of keys of an account's; `hash` and `masked` are of the secret, which no list shows whole. */
export interface AccountKeyRecord extends StoredKey {
  type: 'secret';
  surfaces: [AccountKeySurface];
  /** Null where the secret is sent alone. */
  publicKey: string | null;
}

/** The stored form, collection `api_keys`. Deleting one is deleting the document. */
export type ApiKeyRecord = UserKeyRecord | AccountKeyRecord;

/** A record that is not stored yet. */
export type NewKeyRecord = Omit<UserKeyRecord, 'v' | 'w'> | Omit<AccountKeyRecord, 'v' | 'w'>;

export const API_KEY_MODEL = 'ApiKey';

const text = { type: String, required: true };

export const apiKeySchema = new Schema<ApiKeyRecord>(
  {
    _id: text,
    v: { type: Number, required: true },
    w: text,
    accountId: text,
    userId: String,
    type: text,
    name: text,
    surfaces: { type: [String], required: true },
    hash: text,
    cipher: String,
    publicKey: String,
    masked: text,
    lastUsedAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'api_keys', versionKey: false, strict: 'throw' },
);

// Race: one key imported twice at the same time. Query: the key of a request.
apiKeySchema.index({ hash: 1 }, { name: 'hash_unique', unique: true });
// Query: GET /api/user/apikeys, oldest first: the index is read backwards, and keeps the name it has in every database.
apiKeySchema.index({ accountId: 1, createdAt: -1, _id: -1 }, { name: 'account_newest_first' });
// Query: the keys of a user who is deleted.
apiKeySchema.index({ userId: 1 }, { name: 'owner' });
