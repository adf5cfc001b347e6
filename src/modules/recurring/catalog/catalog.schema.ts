import { Schema } from 'mongoose';
import type { CatalogRecord } from './catalog.types.js';

const text = { type: String, required: true };

/** Makes the schema of one kind of the catalog, in a collection of its own. */
export function catalogSchema<T>(collection: string): Schema<CatalogRecord<T>> {
  const schema = new Schema<CatalogRecord<T>>(
    {
      _id: text,
      v: { type: Number, required: true },
      w: text,
      accountId: text,
      terms: { type: Schema.Types.Mixed, required: true },
      createdAt: { type: Date, required: true },
      updatedAt: { type: Date, required: true },
      deletedAt: { type: Date, default: null },
    },
    { collection, versionKey: false, strict: 'throw', minimize: false },
  );
  // Query: what an account has, oldest first, and how many. The look-ups of requests are by `_id`.
  schema.index({ accountId: 1, deletedAt: 1, createdAt: 1, _id: 1 }, { name: 'account_oldest_first' });
  return schema;
}
