import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { AmountQuoteService } from '../../../modules/transaction/quote/amount-quote.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { AmountsAnswer } from './amount-answer.dto.js';
import { CalculateAmounts } from './amount.dto.js';
import { AMOUNT_EXAMPLES } from './amount.examples.js';
import { toAmountRequest, toAmountsBody } from './amount.mapper.js';

@GatewayController('calculate', 'gateway amounts')
export class AmountController {
  constructor(private readonly amounts: AmountQuoteService) {}

  /** Computes what an order comes to, with taxes, fees and discounts. Stores nothing and charges nothing. */
  @Post('amounts')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({ type: CalculateAmounts, examples: AMOUNT_EXAMPLES })
  @GatewayErrors(400, 401, 413, 415, 503)
  async calculate(@CurrentCaller() caller: GatewayPrincipal, @Body() body: CalculateAmounts): Promise<AmountsAnswer> {
    const quote = await this.amounts.quote(caller, body.processor_id, toAmountRequest(body));
    return single(toAmountsBody(body, quote));
  }
}
