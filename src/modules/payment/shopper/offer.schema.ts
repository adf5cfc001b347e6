import { Schema } from 'mongoose';
import type { Offer } from './offer.types.js';

export const OFFER_MODEL = 'Checkout';

/** `_id` is the cuid: its unique index is what lets one claim win. Every read is by `_id`, so there is no other index. */
export const offerSchema = new Schema<Offer>(
  {
    _id: { type: String, required: true },
    v: Number,
    w: String,
    kind: String,
    amountMinor: Number,
    currency: String,
    description: String,
    metadata: Schema.Types.Mixed,
    expiresAt: Date,
    userId: String,
    claimedBy: String,
    claimedFor: Number,
    createdAt: Date,
  } as never,
  { collection: 'checkouts', versionKey: false, minimize: false },
);
