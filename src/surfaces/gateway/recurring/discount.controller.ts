import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { DiscountService } from '../../../modules/recurring/discount/discount.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { EmptyEnvelope } from '../envelope.dto.js';
import { single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { ApiPathId } from '../path-id.js';
import { RecurringItemAnswer, RecurringItemFields, RecurringItemList } from './item.dto.js';
import { CREATE_DISCOUNT_EXAMPLES, UPDATE_ITEM_EXAMPLES } from './item.examples.js';
import { toItemBody, toItemList, toItemRequest } from './item.mapper.js';

const ApiDiscountId = () => ApiPathId('discountId', 'b89flfqj8m0o735i19ig');

@GatewayController('recurring', 'gateway recurring')
export class DiscountController {
  constructor(private readonly discounts: DiscountService) {}

  /** Makes a discount: what is taken off a charge, a fixed sum or a percentage of the amount. */
  @Post('discount')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({ type: RecurringItemFields, examples: CREATE_DISCOUNT_EXAMPLES })
  @GatewayErrors(400, 401, 413, 415, 503)
  async create(
    @CurrentCaller() caller: GatewayPrincipal,
    @Body() body: RecurringItemFields,
  ): Promise<RecurringItemAnswer> {
    return single(toItemBody(await this.discounts.create(caller, toItemRequest(body))));
  }

  /** All discounts of the account, oldest first. */
  @Get('discounts')
  @GatewayCredential()
  @GatewayErrors(401, 503)
  async list(@CurrentCaller() caller: GatewayPrincipal): Promise<RecurringItemList> {
    return toItemList(await this.discounts.list(caller));
  }

  /** One discount. */
  @Get('discount/:discountId')
  @ApiDiscountId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 404, 503)
  async read(@CurrentCaller() caller: GatewayPrincipal, @Param('discountId') id: string): Promise<RecurringItemAnswer> {
    return single(toItemBody(await this.discounts.read(caller, id)));
  }

  /** Changes what is sent. Plans have copies of their own, which stay as they are. */
  @Post('discount/:discountId')
  @HttpCode(200)
  @ApiDiscountId()
  @GatewayCredential()
  @ApiBody({ type: RecurringItemFields, examples: UPDATE_ITEM_EXAMPLES })
  @GatewayErrors(400, 401, 404, 413, 415, 503)
  async update(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('discountId') id: string,
    @Body() body: RecurringItemFields,
  ): Promise<RecurringItemAnswer> {
    return single(toItemBody(await this.discounts.update(caller, id, toItemRequest(body))));
  }

  /** Deletes a discount. Plans keep their copies of it. */
  @Delete('discount/:discountId')
  @ApiDiscountId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 404, 413, 415, 503)
  async remove(@CurrentCaller() caller: GatewayPrincipal, @Param('discountId') id: string): Promise<EmptyEnvelope> {
    await this.discounts.delete(caller, id);
    return single(null);
  }
}
