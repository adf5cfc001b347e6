import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore, isDuplicateKey } from '../../platform/database/mongo-errors.js';
import { EPOCH, HAS_COUNT, HAS_DATE, HAS_TEXT } from '../../platform/database/partial-index.js';
import { withinRange } from '../../platform/database/time-range.js';
import { VersionedCollection } from '../../platform/database/versioned-collection.js';
import type { BatchChange, BatchSearch, SettlementBatch } from './batch.types.js';
import { SETTLEMENT_BATCH_MODEL } from './settlement.schema.js';

/** Named queries on `settlement_batches`; every write is a compare-and-swap. Every method may throw StoreError. */
@Injectable()
export class SettlementBatchRepository {
  private readonly batches: VersionedCollection<SettlementBatch>;

  constructor(@InjectModel(SETTLEMENT_BATCH_MODEL) private readonly model: Model<SettlementBatch>) {
    this.batches = new VersionedCollection(model);
  }

  load(id: string): Promise<SettlementBatch | null> {
    return this.batches.load(id);
  }

  /** Inserts, or returns the one that was there first. */
  async insert(batch: Omit<SettlementBatch, 'v' | 'w'>): Promise<SettlementBatch> {
    return (await this.batches.insert(batch)).document;
  }

  /** @returns the new version; null when somebody changed it first, or has given its number to another. */
  async swap(seen: SettlementBatch, change: BatchChange): Promise<SettlementBatch | null> {
    try {
      return await this.batches.swap(seen, change);
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  /** Returns the highest number that a processor's batches in a currency have; 0 for none. */
  async lastNumber(processorId: string, currency: string): Promise<number> {
    const filter = {
      processorId: String(processorId),
      currency: String(currency),
      terminalId: '',
      batchNumber: HAS_COUNT,
    };
    const [last] = await this.list(filter, { batchNumber: -1 }, 0, 1);
    return last?.batchNumber ?? 0;
  }

  /** Returns the batch that a terminal was closed with last. */
  async lastOfTerminal(terminalId: string): Promise<SettlementBatch | null> {
    const filter = { terminalId: { $eq: String(terminalId), ...HAS_TEXT } };
    const [last] = await this.list(filter, { batchDate: -1 }, 0, 1);
    return last ?? null;
  }

  /** Returns those that are to be counted once more, the one due longest first. */
  due(now: Date, limit: number): Promise<SettlementBatch[]> {
    return this.list({ nextCheckAt: { $lte: now, ...HAS_DATE } }, { nextCheckAt: 1 }, 0, limit);
  }

  /** Returns what processors' batches somebody has begun up to a cut-off and not ended. */
  async begun(until: Date, limit: number): Promise<SettlementBatch[]> {
    const open = await this.list(
      { nextCheckAt: HAS_DATE, state: 'closing', terminalId: '' },
      { nextCheckAt: 1 },
      0,
      limit,
    );
    return open.filter(({ batchDate }) => batchDate <= until);
  }

  /** Tells whether there is any. */
  async isEmpty(): Promise<boolean> {
    return (await this.list({}, { _id: 1 }, 0, 1)).length === 0;
  }

  /** @returns one page of what an account's search finds, newest first, and the number of matches on all pages. */
  async search(accountId: string, search: BatchSearch): Promise<{ batches: SettlementBatch[]; total: number }> {
    const { batchDate, batchId, limit, offset } = search;
    const filter = {
      ...(batchId?.operator === '=' ? { _id: String(batchId.value) } : {}),
      accountId: String(accountId),
      ...Object.fromEntries([['batchDate', { $gt: EPOCH }], ...withinRange('batchDate', batchDate)]),
      ...(batchId?.operator === '!=' ? { _id: { $ne: String(batchId.value) } } : {}),
      state: 'settled',
      numTransactions: HAS_COUNT,
    };
    const batches = await this.list(filter, { batchDate: -1, _id: -1 }, offset, limit);
    // A page that is not full is the last one: what came before it is the offset.
    const isLast = batches.length < limit && (batches.length > 0 || offset === 0);
    const total = isLast
      ? offset + batches.length
      : await fromStore(() => this.model.collection.countDocuments(filter as never));
    return { batches, total };
  }

  private list(filter: object, sort: Record<string, 1 | -1>, skip: number, limit: number): Promise<SettlementBatch[]> {
    return fromStore(
      () =>
        this.model.collection
          .find(filter as never)
          .sort(sort)
          .skip(skip)
          .limit(limit)
          .toArray() as unknown as Promise<SettlementBatch[]>,
    );
  }
}
