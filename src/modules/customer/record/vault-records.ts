import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { VaultCustomerRepository } from './vault-customer.repository.js';
import type { VaultCustomer, VaultCustomerChange } from './vault-customer.types.js';

const TRIES = 12;

/** Records by their inner id, in whatever state: for work that is under way and knows whose it is. */
@Injectable()
export class VaultRecords {
  constructor(
    private readonly customers: VaultCustomerRepository,
    private readonly clock: Clock,
  ) {}

  /** @returns null when it is gone. */
  load(id: string): Promise<VaultCustomer | null> {
    return atFailpoint('vault.load', () => this.customers.load(id));
  }

  /**
   * Changes what is stored in one swap; `think` is asked again when somebody else was first, and null changes nothing.
   * @returns how it is afterwards, or null when it is gone.
   * @throws AppError vault_customer_busy, StoreError, and what `think` throws.
   */
  async change(id: string, think: (seen: VaultCustomer) => VaultCustomerChange | null): Promise<VaultCustomer | null> {
    for (let tries = 1; tries <= TRIES; tries++) {
      const seen = await this.load(id);
      if (seen === null) return null;
      const change = think(seen);
      if (change === null) return seen;
      const next = await atFailpoint('vault.work', () => this.customers.swap(seen, change));
      if (next !== null) return next;
      await sleep(Math.random() * 5 * tries);
    }
    throw new AppError('vault_customer_busy', 'the customer is being changed', { retryAfterSeconds: 1 });
  }

  /** Polls until `isOver`, for `ms` at most. @returns the record then, as last seen; null when it is gone. */
  async waitUntil(
    id: string,
    isOver: (seen: VaultCustomer) => boolean,
    ms: number,
  ): Promise<{ record: VaultCustomer; over: boolean } | null> {
    const until = performance.now() + ms;
    for (;;) {
      const record = await this.load(id);
      if (record === null) return null;
      if (isOver(record)) return { record, over: true };
      if (performance.now() > until) return { record, over: false };
      await sleep(50);
    }
  }

  now(): Date {
    return this.clock.date();
  }
}
