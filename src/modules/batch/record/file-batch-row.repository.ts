import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { fromStore, isDuplicateKey } from '../../../platform/database/mongo-errors.js';
import { HAS_DATE } from '../../../platform/database/partial-index.js';
import { StoreError } from '../../../platform/database/store-error.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { FILE_BATCH_ROW_MODEL } from './file-batch.schema.js';
import type { FileBatchRow, NewRow } from './file-batch.types.js';

export type RowChange = Partial<Omit<FileBatchRow, '_id' | 'v' | 'w' | 'batchId' | 'line'>>;

/** Named queries on `file_batch_rows`. Every method may throw StoreError. */
@Injectable()
export class FileBatchRowRepository {
  private readonly rows: VersionedCollection<FileBatchRow>;

  constructor(@InjectModel(FILE_BATCH_ROW_MODEL) private readonly model: Model<FileBatchRow>) {
    this.rows = new VersionedCollection(model);
  }

  /** Inserts rows that are in no store yet. A lost answer is settled by doing it again: what is there is the same. */
  async insertAll(rows: readonly NewRow[]): Promise<void> {
    const fresh = rows.map((row) => ({ ...row, v: 1, w: randomUUID() }));
    try {
      await this.insertOnce(fresh);
    } catch (error) {
      if (!(error instanceof StoreError) || error.outcome !== 'unknown') throw error;
      await this.insertOnce(fresh);
    }
  }

  private async insertOnce(fresh: readonly object[]): Promise<void> {
    await fromStore(async () => {
      try {
        await this.model.collection.insertMany(fresh as never, { ordered: false });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    });
  }

  /** @returns the new version; null when somebody else was first. */
  change(seen: FileBatchRow, change: RowChange): Promise<FileBatchRow | null> {
    return this.rows.swap(seen, change);
  }

  /** Returns what of a batch is to be taken up, the first line first. */
  due(batchId: string, now: Date, limit: number): Promise<FileBatchRow[]> {
    return this.list({ batchId: String(batchId), dueAt: { $lte: now, ...HAS_DATE } }, { dueAt: 1, line: 1 }, limit);
  }

  /** Returns how many rows have no end yet, and when the next of them is due. */
  async open(batchId: string): Promise<{ count: number; nextAt: Date | null }> {
    const filter = { batchId: String(batchId), dueAt: { ...HAS_DATE } };
    const [next] = await this.list(filter, { dueAt: 1, line: 1 }, 1);
    if (next === undefined) return { count: 0, nextAt: null };
    const count = await fromStore(() => this.model.collection.countDocuments(filter));
    return { count, nextAt: next.dueAt };
  }

  count(batchId: string): Promise<number> {
    return fromStore(() => this.model.collection.countDocuments({ batchId: String(batchId) }));
  }

  /** Returns the rows behind a line, in the order of the file. */
  page(batchId: string, after: number, limit: number): Promise<FileBatchRow[]> {
    return this.list({ batchId: String(batchId), line: { $gt: Number(after) } }, { line: 1 }, limit);
  }

  async deleteOf(batchId: string): Promise<void> {
    await fromStore(() => this.model.collection.deleteMany({ batchId: String(batchId) }));
  }

  private list(filter: object, sort: Record<string, 1 | -1>, limit: number): Promise<FileBatchRow[]> {
    return fromStore(
      () =>
        this.model.collection
          .find(filter as never)
          .sort(sort)
          .limit(limit)
          .toArray() as unknown as Promise<FileBatchRow[]>,
    );
  }
}
