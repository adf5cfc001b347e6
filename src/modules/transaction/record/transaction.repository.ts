import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { type ChangedBySwap, changeUntil } from '../../../platform/database/change-until.js';
import { fromStore, isOverTime } from '../../../platform/database/mongo-errors.js';
import { HAS_DATE, HAS_TEXT } from '../../../platform/database/partial-index.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { searchTooSlow } from '../search/search-time.js';
import { mayBecome } from './transaction-states.js';
import { TRANSACTION_MODEL } from './transaction.schema.js';
import type { NewTransaction, Transaction, TransactionChange, TransactionStatus } from './transaction.types.js';

/** Rows that a stream holds at a time. */
const STREAMED = 200;

/** Named queries on `transactions`; every write is a compare-and-swap on one row. Every method may throw StoreError. */
@Injectable()
export class TransactionRepository {
  private readonly rows: VersionedCollection<Transaction>;
  private readonly bySwap: ChangedBySwap<Transaction, TransactionChange> = {
    change: (seen, change) => this.change(seen, change),
    reload: (seen) => this.reload(seen),
  };

  constructor(@InjectModel(TRANSACTION_MODEL) private readonly model: Model<Transaction>) {
    this.rows = new VersionedCollection(model);
  }

  /** Returns null for another account's too. */
  async find(accountId: string, id: string): Promise<Transaction | null> {
    const found = await this.rows.load(id);
    return found?.accountId === accountId ? found : null;
  }

  load(id: string): Promise<Transaction | null> {
    return this.rows.load(id);
  }

  /** Inserts, or returns the row that was there first. */
  insert(row: NewTransaction): Promise<{ document: Transaction; inserted: boolean }> {
    return this.rows.insert(row);
  }

  /** @returns the new version, or null when somebody changed it first. */
  change(seen: Transaction, change: TransactionChange): Promise<Transaction | null> {
    if (change.status !== undefined && !mayBecome(seen.status, change.status))
      throw new Error(`transaction ${seen._id} may not go from ${seen.status} to ${change.status}`);
    return this.rows.swap(seen, change);
  }

  /** Changes what `think` says, asked again when somebody else was first. Throws what `think` throws. */
  changeUntil(seen: Transaction, think: (row: Transaction) => TransactionChange | null): Promise<Transaction> {
    return changeUntil(seen, this.bySwap, think);
  }

  async reload(seen: Transaction): Promise<Transaction> {
    const current = await this.load(seen._id);
    if (current === null) throw new Error(`transaction ${seen._id} has vanished`);
    return current;
  }

  /** Returns the rows of a payment's attempts, oldest first. */
  ofPayment(paymentId: string): Promise<Transaction[]> {
    const filter = { paymentId: { $eq: String(paymentId), ...HAS_TEXT } };
    return this.list(filter, { _id: 1 }, 1_000);
  }

  /** Returns transactions of an order in that status, oldest first. */
  withOrderId(accountId: string, orderId: string, status: TransactionStatus, limit: number): Promise<Transaction[]> {
    const filter = {
      accountId: String(accountId),
      orderId: { $eq: String(orderId), ...HAS_TEXT },
      status: String(status),
    };
    return this.list(filter, { _id: 1 }, limit);
  }

  /** Returns whether a transaction with that idempotency key has no known outcome; those are few. */
  async hasUnknownWithKey(accountId: string, idempotencyKey: string): Promise<boolean> {
    const filter = { status: 'unknown', accountId: String(accountId), idempotencyKey: String(idempotencyKey) };
    return (await this.list(filter, { createdAt: -1 }, 1)).length > 0;
  }

  dueForCheck(now: Date, limit: number): Promise<Transaction[]> {
    return this.list({ nextCheckAt: { $lte: now, ...HAS_DATE } }, { nextCheckAt: 1 }, limit);
  }

  /**
   * Returns rows that pass the stages (`matchStages`, which has the account), newest first.
   * Both throw AppError `search_too_slow` when it takes longer than `withinMs`.
   */
  newestOf(stages: readonly object[], skip: number, limit: number, withinMs: number): Promise<Transaction[]> {
    const page = [{ $sort: { createdAt: -1, _id: -1 } }, ...(skip > 0 ? [{ $skip: skip }] : []), { $limit: limit }];
    return this.aggregate<Transaction>([...stages, ...page], withinMs);
  }

  /** Returns all rows that pass the stages, newest first, some at a time: however many there are, few are held. */
  async *streamOf(stages: readonly object[]): AsyncGenerator<Transaction[], void, undefined> {
    const newestFirst = { $sort: { createdAt: -1, _id: -1 } };
    const cursor = this.model.collection.aggregate<Transaction>([...stages, newestFirst], { batchSize: STREAMED });
    try {
      while (await fromStore(() => cursor.hasNext())) yield cursor.readBufferedDocuments();
    } finally {
      await cursor.close();
    }
  }

  /** Returns how many rows pass the stages. */
  async countOf(stages: readonly object[], withinMs: number): Promise<number> {
    const [counted] = await this.aggregate<{ n: number }>([...stages, { $count: 'n' }], withinMs);
    return counted?.n ?? 0;
  }

  private async aggregate<T>(stages: object[], maxTimeMS: number): Promise<T[]> {
    try {
      return await fromStore(() => this.model.collection.aggregate(stages, { maxTimeMS }).toArray() as Promise<T[]>);
    } catch (error) {
      throw isOverTime(error) ? searchTooSlow(error) : error;
    }
  }

  private list(filter: object, sort: Record<string, 1 | -1>, limit: number): Promise<Transaction[]> {
    return fromStore(
      () =>
        this.model.collection
          .find(filter as never)
          .sort(sort)
          .limit(limit)
          .toArray() as unknown as Promise<Transaction[]>,
    );
  }
}
