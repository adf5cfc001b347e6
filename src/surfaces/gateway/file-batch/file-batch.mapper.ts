import type { FileBatch } from '../../../modules/batch/record/file-batch.types.js';
import { invalidRequest } from '../../../platform/common/app-error.js';
import type { FileBatchBody } from './file-batch.dto.js';

/** Form of an `Idempotency-Key` header; its length is Stripe's own limit. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Returns null for none. Throws AppError validation_failed. */
export function toKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (!KEY.test(header)) throw invalidRequest('Idempotency-Key must be 1 to 255 visible ASCII characters');
  return header;
}

export function toFileBatchBody(batch: FileBatch): FileBatchBody {
  const { _id: id, status, numLines, processedLines, createdAt, updatedAt } = batch;
  return {
    id,
    // One that is uploaded is not shown to anybody.
    status: status === 'uploading' ? 'pending' : status,
    num_lines: numLines,
    processed_lines: processedLines,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}
