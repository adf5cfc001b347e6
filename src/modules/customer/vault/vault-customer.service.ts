import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { VaultCustomerRepository } from './vault-customer.repository.js';
import type { VaultCustomer, VaultCustomerChange } from './vault-customer.types.js';
import type { VaultSearch } from './vault-search.types.js';

/** Changes of one customer that meet each other start again from what is stored; more than this is no coincidence. */
const SWAP_TRIES = 12;
/** Times the number of the try: those who met do not meet again. */
const PAUSE_MS = 5;

/** Customers of the caller's account (contract gateway 11); another account's are not found. */
@Injectable()
export class VaultCustomerService {
  constructor(
    private readonly customers: VaultCustomerRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws AppError `vault_customer_not_found`. */
  async read(caller: GatewayPrincipal, customerId: string): Promise<VaultCustomer> {
    const customer = await atFailpoint('vault.find', () => this.customers.findActive(caller.accountId, customerId));
    if (customer === null) throw new AppError('vault_customer_not_found', 'there is no such customer');
    return customer;
  }

  /** Newest first, and how many match in all. */
  search(caller: GatewayPrincipal, search: VaultSearch): Promise<{ customers: VaultCustomer[]; total: number }> {
    return atFailpoint('vault.search', () => this.customers.search(caller.accountId, search));
  }

  /**
   * Changes what is stored in one swap; `think` is asked again when somebody else was first, and null changes nothing.
   * @throws AppError vault_customer_not_found, overloaded (503), and what `think` throws.
   */
  async change(
    caller: GatewayPrincipal,
    customerId: string,
    think: (seen: VaultCustomer) => VaultCustomerChange | null,
  ): Promise<VaultCustomer> {
    for (let tries = 1; tries <= SWAP_TRIES; tries++) {
      const seen = await this.read(caller, customerId);
      const change = think(seen);
      if (change === null) return seen;
      const set = { ...change, updatedAt: this.clock.date() };
      const next = await atFailpoint('vault.change', () => this.customers.swap(seen, set));
      if (next !== null) return next;
      await sleep(Math.random() * PAUSE_MS * tries);
    }
    throw new AppError('overloaded', 'the customer is being changed by somebody else', { retryAfterSeconds: 1 });
  }
}
