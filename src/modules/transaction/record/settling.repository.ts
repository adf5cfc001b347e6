import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore } from '../../../platform/database/mongo-errors.js';
import { EPOCH, HAS_TEXT } from '../../../platform/database/partial-index.js';
import { TRANSACTION_MODEL } from './transaction.schema.js';
import type { Transaction } from './transaction.types.js';

const WAITS = { status: 'pending_settlement' } as const;

/** What the sums of a batch are made of. */
export type SettledRow = Pick<Transaction, '_id' | 'type' | 'settledMinor'>;

/**
 * Queries of settlement on `transactions`; it only reads. Pages go by the row's id, so that rows which have to wait do not
 * stand in the way of those behind them. Every method may throw StoreError.
 */
@Injectable()
export class SettlingRepository {
  constructor(@InjectModel(TRANSACTION_MODEL) private readonly model: Model<Transaction>) {}

  /** Returns the first row that waits at a processor after this one, in the order of their ids. */
  async ofNextProcessor(processorId: string): Promise<Transaction | null> {
    const [first] = await this.find<Transaction>(
      { processorId: { $gt: String(processorId) }, ...WAITS },
      { processorId: 1 },
      1,
    );
    return first ?? null;
  }

  /** Returns the first row that waits at a terminal after this one, in the order of their ids. */
  async ofNextTerminal(terminalId: string): Promise<Transaction | null> {
    const [first] = await this.find<Transaction>(
      { terminalId: { $gt: String(terminalId) }, ...WAITS },
      { terminalId: 1 },
      1,
    );
    return first ?? null;
  }

  /** Returns what waits at a processor, oldest first. */
  waitingAtProcessor(processorId: string, afterId: string, limit: number): Promise<Transaction[]> {
    return this.find({ processorId: String(processorId), ...WAITS, ...after(afterId) }, { _id: 1 }, limit);
  }

  /** Returns what waits at a terminal, oldest first. */
  waitingAtTerminal(terminalId: string, afterId: string, limit: number): Promise<Transaction[]> {
    const terminal = { terminalId: { $eq: String(terminalId), ...HAS_TEXT } };
    return this.find({ ...terminal, ...WAITS, ...after(afterId) }, { _id: 1 }, limit);
  }

  /** Returns the rows of a batch, whatever became of them since. */
  ofBatch(batchId: string, afterId: string, limit: number): Promise<SettledRow[]> {
    const batch = { settlementBatchId: { $eq: String(batchId), ...HAS_TEXT } };
    return this.find<SettledRow>({ ...batch, ...after(afterId) }, { _id: 1 }, limit, { type: 1, settledMinor: 1 });
  }

  /** Counts what could have been settled since then, and is not. */
  countWaitingSince(then: Date): Promise<number> {
    const before = { $gt: EPOCH, $lt: then };
    const filter = {
      processorId: HAS_TEXT,
      ...WAITS,
      fundsPending: false,
      $or: [{ capturedAt: before }, { capturedAt: null, answeredAt: before }],
    };
    return fromStore(() => this.model.collection.countDocuments(filter as never));
  }

  private find<T>(filter: object, sort: Record<string, 1>, limit: number, projection?: object): Promise<T[]> {
    const options = projection === undefined ? {} : { projection };
    return fromStore(
      () =>
        this.model.collection
          .find(filter as never, options)
          .sort(sort)
          .limit(limit)
          .toArray() as unknown as Promise<T[]>,
    );
  }
}

const after = (id: string) => ({ _id: { $gt: String(id) } });
