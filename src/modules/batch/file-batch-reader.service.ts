import { Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import type { GatewayPrincipal } from '../user/gateway/gateway-user.types.js';
import { resultFile } from './file/result-file.js';
import { FileBatchRowRepository } from './record/file-batch-row.repository.js';
import { FileBatchRepository } from './record/file-batch.repository.js';
import type { FileBatch, FileBatchRow } from './record/file-batch.types.js';

/** Rows that a download has in memory. */
const PAGE = 500;

/** Reads the batches of an account: whoever may use file batches sees those of all its users. */
@Injectable()
export class FileBatchReader {
  constructor(
    private readonly batches: FileBatchRepository,
    private readonly rows: FileBatchRowRepository,
  ) {}

  /** Throws AppError file_batch_not_found, for another account's too. */
  async read({ accountId }: GatewayPrincipal, id: string): Promise<FileBatch> {
    const found = await atFailpoint('batch.read', () => this.batches.find(accountId, id));
    if (found === null || found.status === 'uploading')
      throw new AppError('file_batch_not_found', 'there is no such file batch');
    return found;
  }

  /** Returns the results as CSV, as they are read. Throws AppError file_batch_not_found, validation_failed. */
  async results(caller: GatewayPrincipal, id: string): Promise<AsyncGenerator<string, void, undefined>> {
    const { _id, status } = await this.read(caller, id);
    if (status !== 'completed') throw invalidRequest('batch is not in completed status');
    return resultFile(this.pagesOf(_id));
  }

  private async *pagesOf(id: string): AsyncGenerator<FileBatchRow[], void, undefined> {
    for (let from = 0; ;) {
      const page = await atFailpoint('batch.read_rows', () => this.rows.page(id, from, PAGE));
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      from = last.line + 1;
    }
  }
}
