import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore, isDuplicateKey } from '../../../platform/database/mongo-errors.js';
import { HAS_DATE } from '../../../platform/database/partial-index.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import type { CustomerRef } from './vault-caller.js';
import { VAULT_CUSTOMER_MODEL } from './vault-customer.schema.js';
import type { VaultCustomer, VaultCustomerChange } from './vault-customer.types.js';
import { searchFilter } from './vault-search-filter.js';
import type { VaultSearch } from './vault-search.types.js';

/** Named queries on `vault_customers`. Every method may throw StoreError. */
@Injectable()
export class VaultCustomerRepository {
  private readonly customers: VersionedCollection<VaultCustomer>;

  constructor(@InjectModel(VAULT_CUSTOMER_MODEL) private readonly model: Model<VaultCustomer>) {
    this.customers = new VersionedCollection(model);
  }

  /** @returns null when the account has a customer of that id, or one that was created under that key. */
  async insert(customer: Omit<VaultCustomer, 'v' | 'w'>): Promise<VaultCustomer | null> {
    try {
      return (await this.customers.insert(customer)).document;
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  /** Loads the record in any state, for work that is under way. */
  load(id: string): Promise<VaultCustomer | null> {
    return this.customers.load(id);
  }

  /** Finds an active customer of the account; another account's is none. */
  async findActive(accountId: string, customer: CustomerRef): Promise<VaultCustomer | null> {
    const found = await (typeof customer === 'string'
      ? this.findInAccount(accountId, customer)
      : this.load(customer.recordId));
    return found?.accountId === accountId && found.state === 'active' ? found : null;
  }

  /** Finds the record in any state. The filter has only the fields of the index, or the embedded store would not use it. */
  findInAccount(accountId: string, customerId: string): Promise<VaultCustomer | null> {
    const filter = { customerId: String(customerId), accountId: String(accountId) };
    return fromStore(() => this.model.collection.findOne(filter as never) as Promise<VaultCustomer | null>);
  }

  /** Finds, in any state, the record that a create has made under the client's key; else the one that has the id. */
  async findMade(
    accountId: string,
    { id = '', creationKey }: { id?: string | undefined; creationKey?: string | undefined },
  ): Promise<VaultCustomer | null> {
    if (creationKey === undefined) return this.findInAccount(accountId, id);
    const filter = { creationKey: String(creationKey) };
    const found = await fromStore(
      () => this.model.collection.findOne(filter as never) as Promise<VaultCustomer | null>,
    );
    return found?.accountId === accountId ? found : null;
  }

  /** @returns one page, newest first, and the number of matches on all pages. */
  async search(accountId: string, search: VaultSearch): Promise<{ customers: VaultCustomer[]; total: number }> {
    const filter = searchFilter(accountId, search) as never;
    const newestFirst = { createdAt: -1, customerId: -1 } as const;
    const { limit, offset } = search;
    const customers = await fromStore(
      () =>
        this.model.collection.find(filter).sort(newestFirst).skip(offset).limit(limit).toArray() as unknown as Promise<
          VaultCustomer[]
        >,
    );
    // A page that is not full is the last one: what came before it is the offset.
    const last = customers.length < limit && (customers.length > 0 || offset === 0);
    const total = last
      ? offset + customers.length
      : await fromStore(() => this.model.collection.countDocuments(filter));
    return { customers, total };
  }

  /** @returns the new version, or null when somebody changed it first. */
  swap(seen: VaultCustomer, change: VaultCustomerChange): Promise<VaultCustomer | null> {
    return this.customers.swap(seen, change);
  }

  /**
   * Finds the customer that an earlier try of the same request began to create, and that no answer has named yet.
   * @param fingerprints under each key; one query for each, since the embedded store takes no index for a list
   */
  async findCreating(accountId: string, fingerprints: readonly string[]): Promise<VaultCustomer | null> {
    for (const fingerprint of fingerprints) {
      const filter = { 'creation.fingerprint': String(fingerprint) };
      const found = await fromStore(
        () => this.model.collection.findOne(filter as never) as Promise<VaultCustomer | null>,
      );
      if (found?.accountId === accountId && found.state === 'creating') return found;
    }
    return null;
  }

  /** Returns records that are due, the longest due first. */
  async due(now: Date, limit: number): Promise<VaultCustomer[]> {
    const filter = { nextCheckAt: { $lte: now, ...HAS_DATE } };
    const find = () =>
      this.model.collection
        .find(filter as never)
        .sort({ nextCheckAt: 1 })
        .limit(limit)
        .toArray();
    return (await fromStore(find)) as unknown as VaultCustomer[];
  }

  /** Removes the record from the store, unless somebody changed it since. */
  async remove(seen: VaultCustomer): Promise<void> {
    const filter = { _id: String(seen._id), v: Number(seen.v), state: 'deleting' };
    await fromStore(() => this.model.collection.deleteOne(filter as never));
  }
}
