import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { TransactionSearchService } from '../../../modules/transaction/search/transaction-search.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { listed } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { SearchTransactions } from './search.dto.js';
import { SEARCH_EXAMPLES } from './search.examples.js';
import { toTransactionSearch } from './search.mapper.js';
import { FoundTransactions } from './search-answer.dto.js';
import { toTransactionBody } from './transaction.mapper.js';

@GatewayController('transaction', 'gateway transaction')
export class TransactionSearchController {
  constructor(private readonly transactions: TransactionSearchService) {}

  /** Transactions of the account, newest first; without the permission `view_others_transactions` only one's own. */
  @Post('search')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({ type: SearchTransactions, examples: SEARCH_EXAMPLES })
  @GatewayErrors(400, 401, 413, 415, 503)
  async search(
    @CurrentCaller() caller: GatewayPrincipal,
    @Body() body: SearchTransactions,
  ): Promise<FoundTransactions> {
    const { transactions, total } = await this.transactions.search(caller, toTransactionSearch(body));
    const data = transactions.map((row) => toTransactionBody(row));
    return { ...listed(data, total), data };
  }
}
