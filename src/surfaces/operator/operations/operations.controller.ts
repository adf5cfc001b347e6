import { Get } from '@nestjs/common';
import { OperationsReportService } from '../../../modules/payment/upkeep/operations-report.service.js';
import type { Principal } from '../../../platform/common/principal.js';
import { CurrentPrincipal, OperatorController, OperatorErrors } from '../operator.dialect.js';
import { ReturnOperations } from './operations.dto.js';
import { toReturnOperations } from './operations.mapper.js';

@OperatorController('admin', 'operations')
export class OperationsController {
  constructor(private readonly operations: OperationsReportService) {}

  /**
   * Tells what is unsettled, what went another way than we had said, what waits and what is stuck, over all instances; for
   * administrators. An addition to the storefront contract.
   */
  @Get('operations')
  @OperatorErrors(401, 403, 503)
  async read(@CurrentPrincipal() principal: Principal): Promise<ReturnOperations> {
    return toReturnOperations(await this.operations.report(principal));
  }
}
