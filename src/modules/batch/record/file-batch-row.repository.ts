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

const DELETED_AT_A_TIME = 1_000;
/** The longest file has a header and 10,000 rows. */
const BEYOND_LAST_LINE = 10_002;

/** One row for a line, whoever inserts it: the id is unique. */
export function rowId(batchId: string, line: number): string {
  return `${batchId}:${String(line).padStart(5, '0')}`;
}

/** The rows of these lines, `to` not among them. */
function linesOf(batchId: string, from: number, to = BEYOND_LAST_LINE): object {
  return { _id: { $gte: rowId(batchId, from), $lt: rowId(batchId, to) } };
}

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

  /** Returns rows that were taken up before and are due again. */
  due(batchId: string, now: Date, limit: number): Promise<FileBatchRow[]> {
    return this.list({ batchId: String(batchId), dueAt: { $lte: now, ...HAS_DATE } }, { dueAt: 1 }, limit);
  }

  /** Returns how many rows before a line wait for their end, and when the next of all is due. */
  async waiting(batchId: string, line: number): Promise<{ count: number; nextAt: Date | null }> {
    const filter = { batchId: String(batchId), dueAt: { ...HAS_DATE } };
    const [next] = await this.list(filter, { dueAt: 1 }, 1);
    if (next === undefined) return { count: 0, nextAt: null };
    const before = { ...filter, line: { $lt: Number(line) } };
    const count = await fromStore(() => this.model.collection.countDocuments(before));
    return { count, nextAt: next.dueAt };
  }

  /** Returns the rows from a line on, in the order of the file. */
  page(batchId: string, from: number, limit: number): Promise<FileBatchRow[]> {
    return this.list(linesOf(batchId, from), { _id: 1 }, limit);
  }

  /** Deletes the rows of a batch, some at a time: the store has to answer in seconds. */
  async deleteOf(batchId: string): Promise<void> {
    for (let line = 0; line < BEYOND_LAST_LINE; line += DELETED_AT_A_TIME) {
      const some = linesOf(batchId, line, line + DELETED_AT_A_TIME);
      await fromStore(() => this.model.collection.deleteMany(some as never));
    }
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
