import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore } from '../../platform/database/mongo-errors.js';
import { VersionedCollection } from '../../platform/database/versioned-collection.js';
import { PROCESSOR_MODEL, type ProcessorRecord } from './processor.schema.js';
import type { ProcessorTerms } from './processor.types.js';

/** Named queries on `processors`. Every method may throw StoreError. */
@Injectable()
export class ProcessorRepository {
  private readonly processors: VersionedCollection<ProcessorRecord>;

  constructor(@InjectModel(PROCESSOR_MODEL) private readonly model: Model<ProcessorRecord>) {
    this.processors = new VersionedCollection(model);
  }

  /** Returns null for another account's too. */
  async find(accountId: string, id: string): Promise<ProcessorRecord | null> {
    const found = await this.processors.load(id);
    return found?.accountId === accountId ? found : null;
  }

  /** Oldest first. */
  list(accountId: string): Promise<ProcessorRecord[]> {
    const find = () =>
      this.model.collection
        .find({ accountId: String(accountId) } as never)
        .sort({ _id: 1 })
        .toArray();
    return fromStore(find) as unknown as Promise<ProcessorRecord[]>;
  }

  /** Returns the one that is stored: somebody else's where they were first. */
  async insert(record: Omit<ProcessorRecord, 'v' | 'w'>): Promise<ProcessorRecord> {
    return (await this.processors.insert(record)).document;
  }

  /** Returns the new version; null when somebody changed it first. */
  swap(
    seen: ProcessorRecord,
    change: Partial<ProcessorTerms & Pick<ProcessorRecord, 'name'>> & Pick<ProcessorRecord, 'updatedAt'>,
  ): Promise<ProcessorRecord | null> {
    return this.processors.swap(seen, change);
  }
}
