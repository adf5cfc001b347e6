import { Injectable } from '@nestjs/common';
import { atFailpoint } from '../../platform/common/failpoints.js';
import type { VaultCaller } from '../customer/record/vault-caller.js';
import { OrderRepository } from './order.repository.js';
import type { TotalCriteria } from './order.types.js';

/** Sums of orders whose money has come (contract census 3). */
@Injectable()
export class OrderTotals {
  constructor(private readonly orders: OrderRepository) {}

  /** Returns cents. */
  total({ accountId }: VaultCaller, criteria: TotalCriteria): Promise<number> {
    return atFailpoint('order.total', () => this.orders.totalMinor(accountId, criteria));
  }
}
