import type { FileBatch } from '../../../modules/batch/record/file-batch.types.js';
import type { FileBatchBody } from './file-batch.dto.js';

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
