import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { newXid } from '../../platform/common/xid.js';
import type { CustomerRef, VaultCaller } from './record/vault-caller.js';
import { withOtherContact } from './record/contact.js';
import { VaultCustomerRepository } from './record/vault-customer.repository.js';
import type { VaultCustomer, VaultCustomerChange } from './record/vault-customer.types.js';
import { VaultRecords } from './record/vault-records.js';
import type { VaultSearch } from './record/vault-search.types.js';

const notFound = () => new AppError('vault_customer_not_found', 'there is no such customer');

/** Customers of the caller's account (contract gateway 11); another account's are not found. */
@Injectable()
export class VaultCustomerService {
  constructor(
    private readonly customers: VaultCustomerRepository,
    private readonly records: VaultRecords,
  ) {}

  /** Returns null where there is none. */
  find({ accountId }: VaultCaller, customer: CustomerRef): Promise<VaultCustomer | null> {
    return atFailpoint('vault.find', () => this.customers.findActive(accountId, customer));
  }

  /** Throws AppError `vault_customer_not_found`. */
  async read(caller: VaultCaller, customer: CustomerRef): Promise<VaultCustomer> {
    const found = await this.find(caller, customer);
    if (found === null) throw notFound();
    return found;
  }

  /** Returns one page, newest first, and the number of matches on all pages. */
  search(caller: VaultCaller, search: VaultSearch): Promise<{ customers: VaultCustomer[]; total: number }> {
    return atFailpoint('vault.search', () => this.customers.search(caller.accountId, search));
  }

  /**
   * Changes what is stored in one swap; `think` is asked again when somebody else was first, and null changes nothing.
   * @throws AppError vault_customer_not_found, vault_customer_busy, and what `think` throws.
   */
  async change(
    caller: VaultCaller,
    customer: CustomerRef,
    think: (seen: VaultCustomer) => VaultCustomerChange | null,
  ): Promise<VaultCustomer> {
    const { _id: id } = await this.read(caller, customer);
    const workId = newXid(this.records.now().getTime());
    const changed = await this.records.change(id, (seen) => {
      if (seen.state !== 'active') throw notFound();
      const change = think(seen);
      if (change === null) return null;
      const now = this.records.now();
      return { ...change, ...withOtherContact(seen, change, { id: workId, now }), updatedAt: now };
    });
    if (changed === null) throw notFound();
    return changed;
  }
}
