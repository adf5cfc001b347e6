import { Injectable } from '@nestjs/common';
import { atFailpoint } from '../../platform/common/failpoints.js';
import type { GatewayPrincipal } from '../user/gateway/gateway-user.types.js';
import { SettlementBatchRepository } from './batch.repository.js';
import type { BatchSearch, SettlementBatch } from './batch.types.js';

/** Contract gateway 6.2: the settled batches of an account, processors' and terminals' alike. */
@Injectable()
export class SettlementSearch {
  constructor(private readonly batches: SettlementBatchRepository) {}

  /** Returns one page, newest first, and the number of matches on all pages. Throws StoreError. */
  search(caller: GatewayPrincipal, search: BatchSearch): Promise<{ batches: SettlementBatch[]; total: number }> {
    return atFailpoint('settlement.search', () => this.batches.search(caller.accountId, search));
  }
}
