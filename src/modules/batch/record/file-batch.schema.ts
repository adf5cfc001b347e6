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

// Query: rows that were taken up and wait for their end; few, so that an upload pays nothing for it.
fileBatchRowSchema.index({ batchId: 1, dueAt: 1 }, { name: 'waiting', partialFilterExpression: { dueAt: HAS_DATE } });

export const fileClaimSchema = new Schema<FileClaim>(id, { collection: 'file_batch_claims', ...options });

// Erases the hashes of files with their window (ruling 59), which itself is compared with the clock.
fileClaimSchema.index({ expireAt: 1 }, { name: 'expired', expireAfterSeconds: 0 });
