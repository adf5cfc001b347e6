import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore, isDuplicateKey } from '../../platform/database/mongo-errors.js';
import { VersionedCollection } from '../../platform/database/versioned-collection.js';
import { TERMINAL_MODEL, type TerminalRecord } from './terminal.schema.js';

/** Named queries on `terminals`. Every method may throw StoreError. */
@Injectable()
export class TerminalRepository {
  private readonly terminals: VersionedCollection<TerminalRecord>;

  constructor(@InjectModel(TERMINAL_MODEL) private readonly model: Model<TerminalRecord>) {
    this.terminals = new VersionedCollection(model);
  }

  /** Returns null for another account's too. */
  async find(accountId: string, id: string): Promise<TerminalRecord | null> {
    const found = await this.terminals.load(id);
    return found?.accountId === accountId ? found : null;
  }

  /** Oldest first. */
  list(accountId: string): Promise<TerminalRecord[]> {
    const find = () =>
      this.model.collection
        .find({ accountId: String(accountId) } as never)
        .sort({ createdAt: 1, _id: 1 })
        .toArray();
    return fromStore(find) as unknown as Promise<TerminalRecord[]>;
  }

  /** Returns those of the readers that a terminal of another account stands for. */
  async ofOthers(accountId: string, readerIds: readonly string[]): Promise<ReadonlySet<string>> {
    const find = () =>
      this.model.collection.find({ providerReaderId: { $in: readerIds.map(String) } } as never).toArray();
    const found = (await fromStore(find)) as unknown as TerminalRecord[];
    return new Set(found.filter((one) => one.accountId !== accountId).map((one) => one.providerReaderId));
  }

  /** Returns the one that is stored and whether this call stored it; null when another account has the reader. */
  async insert(record: Omit<TerminalRecord, 'v' | 'w'>): Promise<{ record: TerminalRecord; inserted: boolean } | null> {
    try {
      const { document, inserted } = await this.terminals.insert(record);
      return { record: document, inserted };
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  /** Returns the new version; null when somebody changed it first. */
  swap(
    seen: TerminalRecord,
    change: Partial<Omit<TerminalRecord, '_id' | 'v' | 'w' | 'accountId' | 'providerReaderId' | 'createdAt'>>,
  ): Promise<TerminalRecord | null> {
    return this.terminals.swap(seen, change);
  }
}
