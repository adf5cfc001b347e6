import { Schema } from 'mongoose';
import type { KeyClaim } from './idempotency.types.js';

export const KEY_CLAIM_MODEL = 'TransactionKey';

export const keyClaimSchema = new Schema<KeyClaim>({ _id: { type: String, required: true } } as never, {
  collection: 'transaction_keys',
  versionKey: false,
  strict: false,
});

// Erases what nobody needs any more. The window itself is compared with the clock, to the millisecond.
keyClaimSchema.index({ expireAt: 1 }, { name: 'expired', expireAfterSeconds: 0 });
