import { Schema } from 'mongoose';
import { HAS_DATE } from '../../../platform/database/partial-index.js';
import type { FileBatch, FileBatchRow, FileClaim } from './file-batch.types.js';

export const FILE_BATCH_MODEL = 'FileBatch';
export const FILE_BATCH_ROW_MODEL = 'FileBatchRow';
export const FILE_CLAIM_MODEL = 'FileBatchClaim';

const id = { _id: { type: String, required: true } } as never;
const options = { versionKey: false, strict: false, minimize: false } as const;

/** Documents are read and written by the driver itself; the schemas carry the collections and their indexes. */
export const fileBatchSchema = new Schema<FileBatch>(id, { collection: 'file_batches', ...options });

// Query: what the worker has to do next.
fileBatchSchema.index({ dueAt: 1 }, { name: 'due', partialFilterExpression: { dueAt: HAS_DATE } });

export const fileBatchRowSchema = new Schema<FileBatchRow>(id, { collection: 'file_batch_rows', ...options });

// Query: the rows of a download, and those to delete. Race: two rows for one line, which would run it twice.
fileBatchRowSchema.index({ batchId: 1, line: 1 }, { name: 'line_unique', unique: true });
// Query: what of a batch is carried out next, and how much is left.
fileBatchRowSchema.index(
  { batchId: 1, dueAt: 1, line: 1 },
  { name: 'due', partialFilterExpression: { dueAt: HAS_DATE } },
);

export const fileClaimSchema = new Schema<FileClaim>(id, { collection: 'file_batch_claims', ...options });

// Erases the hashes of files with their window (ruling 59), which itself is compared with the clock.
fileClaimSchema.index({ expireAt: 1 }, { name: 'expired', expireAfterSeconds: 0 });
