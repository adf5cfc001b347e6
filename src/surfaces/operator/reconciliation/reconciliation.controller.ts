import { Get, Query } from '@nestjs/common';
import { ReconciliationService } from '../../../modules/books/reconciliation.service.js';
import type { Principal } from '../../../platform/common/principal.js';
import { CurrentPrincipal, OperatorController, OperatorErrors } from '../operator.dialect.js';
import { ReconciledDays, ReturnReconciliation } from './reconciliation.dto.js';
import { toReturnReconciliation } from './reconciliation.mapper.js';

@OperatorController('admin', 'operations')
export class ReconciliationController {
  constructor(private readonly reconciliation: ReconciliationService) {}

  /**
   * Stripe's account against our books, over at most 31 days and 200 requests to Stripe; it only reads. One at a time over
   * all instances, another one meanwhile is 429. For administrators. An addition to the storefront contract; longer ranges and repairs
   * are `npm run reconcile`.
   */
  @Get('reconciliation')
  @OperatorErrors(400, 401, 403, 429, 502, 503)
  async read(
    @CurrentPrincipal() principal: Principal,
    @Query() { from, to }: ReconciledDays,
  ): Promise<ReturnReconciliation> {
    return toReturnReconciliation(await this.reconciliation.report(principal, { from, to }));
  }
}
