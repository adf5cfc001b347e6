import type { Model } from 'mongoose';
import { fromStore } from '../../../platform/database/mongo-errors.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import type { CatalogChange, CatalogRecord } from './catalog.types.js';

/** Named queries on one kind of the catalog. Every method may throw StoreError. */
export abstract class CatalogRepository<T> {
  private readonly records: VersionedCollection<CatalogRecord<T>>;

  protected constructor(private readonly model: Model<CatalogRecord<T>>) {
    this.records = new VersionedCollection(model);
  }

  /** Returns null for a deleted one, and for another account's. */
  async find(accountId: string, id: string): Promise<CatalogRecord<T> | null> {
    const found = await this.records.load(id);
    return found?.accountId === accountId && found.deletedAt === null ? found : null;
  }

  /** Returns what is not deleted, oldest first. */
  list(accountId: string): Promise<CatalogRecord<T>[]> {
    const find = () =>
      this.model.collection
        .find(thereOf(accountId) as never)
        .sort({ createdAt: 1, _id: 1 })
        .toArray();
    return fromStore(find) as unknown as Promise<CatalogRecord<T>[]>;
  }

  count(accountId: string): Promise<number> {
    return fromStore(() => this.model.collection.countDocuments(thereOf(accountId) as never));
  }

  async insert(record: Omit<CatalogRecord<T>, 'v' | 'w'>): Promise<CatalogRecord<T>> {
    return (await this.records.insert(record)).document;
  }

  /** Returns the new version; null when somebody changed it first. */
  swap(seen: CatalogRecord<T>, change: CatalogChange<T>): Promise<CatalogRecord<T> | null> {
    return this.records.swap(seen, change);
  }
}

const thereOf = (accountId: string) => ({ accountId: String(accountId), deletedAt: null });
