import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { SettlementSearch } from '../../../modules/settlement/settlement-search.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { listed } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { SearchSettlementBatches, SettlementBatchList } from './settlement.dto.js';
import { BATCH_SEARCH_EXAMPLES } from './settlement.examples.js';
import { toBatchBody, toBatchSearch } from './settlement.mapper.js';

@GatewayController('settlement', 'gateway settlement')
export class SettlementController {
  constructor(private readonly batches: SettlementSearch) {}

  /** Settled batches of the account, newest first. `total_count` is the number of all that match. */
  @Post('batch/search')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({ type: SearchSettlementBatches, examples: BATCH_SEARCH_EXAMPLES })
  @GatewayErrors(400, 401, 403, 413, 415, 503)
  async search(
    @CurrentCaller() caller: GatewayPrincipal,
    @Body() body: SearchSettlementBatches,
  ): Promise<SettlementBatchList> {
    const { batches, total } = await this.batches.search(caller, toBatchSearch(body));
    const data = batches.map(toBatchBody);
    return { ...listed(data, total), data };
  }
}
