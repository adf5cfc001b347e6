import { Schema } from 'mongoose';
import type { Versioned } from '../../../platform/database/versioned-collection.js';

/** An address from which an account has logged in. */
export interface KnownAddress {
  /** A keyed hash of account and address: the collection is no list of where people are. */
  readonly hash: string;
  /** The last login from there, to within a day. */
  readonly at: Date;
}

/** The stored form, collection `login_addresses`: one document an account, newest address first. */
export interface LoginAddressesRecord extends Versioned {
  /** `storefront:<user id>` or `gateway:<user id>`. */
  _id: string;
  addresses: readonly KnownAddress[];
  expireAt: Date;
}

export const LOGIN_ADDRESSES_MODEL = 'LoginAddresses';

export const loginAddressesSchema = new Schema<LoginAddressesRecord>(
  {
    _id: { type: String, required: true },
    v: { type: Number, required: true },
    w: { type: String, required: true },
    addresses: { type: [Schema.Types.Mixed], required: true } as never,
    expireAt: { type: Date, required: true },
  },
  { collection: 'login_addresses', versionKey: false, strict: 'throw' },
);

// Garbage collection only, also of deleted accounts: an address counts by its own date.
loginAddressesSchema.index({ expireAt: 1 }, { name: 'expired', expireAfterSeconds: 0 });
