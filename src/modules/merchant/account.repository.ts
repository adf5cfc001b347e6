import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore, isDuplicateKey } from '../../platform/database/mongo-errors.js';
import { HAS_COUNT } from '../../platform/database/partial-index.js';
import { VersionedCollection } from '../../platform/database/versioned-collection.js';
import { ACCOUNT_MODEL, type AccountRecord } from './account.schema.js';

/** Named queries on `accounts`. Every method may throw StoreError. */
@Injectable()
export class AccountRepository {
  private readonly accounts: VersionedCollection<AccountRecord>;

  constructor(@InjectModel(ACCOUNT_MODEL) private readonly model: Model<AccountRecord>) {
    this.accounts = new VersionedCollection(model);
  }

  findById(id: string): Promise<AccountRecord | null> {
    return this.accounts.load(id);
  }

  findByName(name: string): Promise<AccountRecord | null> {
    const filter = { name: String(name) };
    return fromStore(() => this.model.collection.findOne(filter) as Promise<AccountRecord | null>);
  }

  /** Returns all accounts, oldest first. */
  list(): Promise<AccountRecord[]> {
    const find = () => this.model.collection.find().sort({ _id: 1 }).toArray();
    return fromStore(find as () => Promise<unknown>) as Promise<AccountRecord[]>;
  }

  /** @returns false when the name is taken. */
  async insert(record: Omit<AccountRecord, 'v' | 'w'>): Promise<boolean> {
    try {
      return (await this.accounts.insert(record)).inserted;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Returns the greatest number that an account has, 0 where none has one. */
  async greatestNumber(): Promise<number> {
    const find = () =>
      this.model.collection
        .find({ number: HAS_COUNT } as never)
        .sort({ number: -1 })
        .limit(1)
        .toArray();
    const [greatest] = (await fromStore(find)) as unknown as AccountRecord[];
    return greatest?.number ?? 0;
  }

  /** @returns the new version; null when somebody changed the account first, or another account has the number. */
  async swap(
    seen: AccountRecord,
    change: Pick<AccountRecord, 'number' | 'email' | 'updatedAt'>,
  ): Promise<AccountRecord | null> {
    try {
      return await this.accounts.swap(seen, change);
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }
}
