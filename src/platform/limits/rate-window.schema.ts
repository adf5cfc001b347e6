import { Schema } from 'mongoose';

/** One key's count in one fixed window, collection `rate_windows`. */
export class RateWindowRecord {
  /** `key|start of the window in epoch milliseconds`. */
  _id!: string;
  count!: number;
  expireAt!: Date;
}

// Not @nestjs/mongoose's decorators: they read __proto__, which the process runs without (--disable-proto=delete).
export const RateWindowSchema = new Schema<RateWindowRecord>(
  {
    _id: { type: String, required: true },
    count: { type: Number, required: true },
    expireAt: { type: Date, required: true },
  },
  { collection: 'rate_windows', versionKey: false, strict: 'throw' },
);

// Garbage collection only: a window counts by its `_id`, never by whether the store got round to deleting it.
RateWindowSchema.index({ expireAt: 1 }, { name: 'expired', expireAfterSeconds: 0 });
