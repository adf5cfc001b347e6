import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore } from '../../../platform/database/mongo-errors.js';
import { HAS_DATE } from '../../../platform/database/partial-index.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { FILE_BATCH_MODEL } from './file-batch.schema.js';
import type { FileBatch } from './file-batch.types.js';

export type FileBatchChange = Partial<Omit<FileBatch, '_id' | 'v' | 'w' | 'accountId' | 'userId'>>;

/** Named queries on `file_batches`. Every method may throw StoreError. */
@Injectable()
export class FileBatchRepository {
  private readonly batches: VersionedCollection<FileBatch>;

  constructor(@InjectModel(FILE_BATCH_MODEL) private readonly model: Model<FileBatch>) {
    this.batches = new VersionedCollection(model);
  }

  /** Returns null for another account's too. */
  async find(accountId: string, id: string): Promise<FileBatch | null> {
    const found = await this.batches.load(id);
    return found?.accountId === accountId ? found : null;
  }

  load(id: string): Promise<FileBatch | null> {
    return this.batches.load(id);
  }

  async insert(batch: Omit<FileBatch, 'v' | 'w'>): Promise<FileBatch> {
    return (await this.batches.insert(batch)).document;
  }

  /** @returns the new version; null when somebody else was first. */
  change(seen: FileBatch, change: FileBatchChange): Promise<FileBatch | null> {
    return this.batches.swap(seen, change);
  }

  async delete(id: string): Promise<void> {
    await fromStore(() => this.model.collection.deleteOne({ _id: String(id) } as never));
  }

  due(now: Date, limit: number): Promise<FileBatch[]> {
    return fromStore(
      () =>
        this.model.collection
          .find({ dueAt: { $lte: now, ...HAS_DATE } })
          .sort({ dueAt: 1 })
          .limit(limit)
          .toArray() as unknown as Promise<FileBatch[]>,
    );
  }
}
