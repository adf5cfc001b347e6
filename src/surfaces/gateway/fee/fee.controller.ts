import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { FeeQuoteService } from '../../../modules/transaction/quote/fee-quote.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { FeesAnswer, LookUpFees } from './fee.dto.js';
import { FEE_EXAMPLES } from './fee.examples.js';
import { toFeeQuestion, toFeesBody } from './fee.mapper.js';

@GatewayController('lookup', 'gateway amounts')
export class FeeController {
  constructor(private readonly fees: FeeQuoteService) {}

  /** Tells which fees and discounts of the default processor would apply. Charges nothing. */
  @Post('fees')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({ type: LookUpFees, examples: FEE_EXAMPLES })
  @GatewayErrors(400, 401, 413, 415, 503)
  async lookUp(@CurrentCaller() caller: GatewayPrincipal, @Body() body: LookUpFees): Promise<FeesAnswer> {
    return single(toFeesBody(await this.fees.quote(caller, toFeeQuestion(body))));
  }
}
