import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore, isDuplicateKey } from '../../../platform/database/mongo-errors.js';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { VAULT_CUSTOMER_MODEL } from './vault-customer.schema.js';
import type { VaultCustomer, VaultCustomerChange } from './vault-customer.types.js';

/** Named queries on `vault_customers`. Every method may throw StoreError. */
@Injectable()
export class VaultCustomerRepository {
  private readonly customers: VersionedCollection<VaultCustomer>;

  constructor(@InjectModel(VAULT_CUSTOMER_MODEL) private readonly model: Model<VaultCustomer>) {
    this.customers = new VersionedCollection(model);
  }

  /** @returns null when the account has a customer of that id. */
  async insert(customer: Omit<VaultCustomer, 'v' | 'w'>): Promise<VaultCustomer | null> {
    try {
      return (await this.customers.insert(customer)).document;
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  /** In whatever state: for work that is under way. */
  load(id: string): Promise<VaultCustomer | null> {
    return this.customers.load(id);
  }

  /** Another account's customer is no customer: the account is part of the query. */
  findActive(accountId: string, customerId: string): Promise<VaultCustomer | null> {
    const filter = { accountId: String(accountId), customerId: String(customerId), state: 'active' };
    return fromStore(() => this.model.collection.findOne(filter as never) as Promise<VaultCustomer | null>);
  }

  /** @returns the new version, or null when somebody changed it first. */
  swap(seen: VaultCustomer, change: VaultCustomerChange): Promise<VaultCustomer | null> {
    return this.customers.swap(seen, change);
  }
}
