import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { AddOnService } from '../../../modules/recurring/add-on/add-on.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { EmptyEnvelope } from '../envelope.dto.js';
import { single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { ApiPathId } from '../path-id.js';
import { RecurringItemAnswer, RecurringItemFields, RecurringItemList } from './item.dto.js';
import { CREATE_ADD_ON_EXAMPLES, UPDATE_ITEM_EXAMPLES } from './item.examples.js';
import { toItemBody, toItemList, toItemRequest } from './item.mapper.js';

const ApiAddOnId = () => ApiPathId('addOnId', 'b75cvl51tlv38t0o7o30');

@GatewayController('recurring', 'gateway recurring')
export class AddOnController {
  constructor(private readonly addOns: AddOnService) {}

  /** Makes an add-on: what is added to a charge, a fixed sum or a percentage of the amount. */
  @Post('addon')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({ type: RecurringItemFields, examples: CREATE_ADD_ON_EXAMPLES })
  @GatewayErrors(400, 401, 413, 415, 503)
  async create(
    @CurrentCaller() caller: GatewayPrincipal,
    @Body() body: RecurringItemFields,
  ): Promise<RecurringItemAnswer> {
    return single(toItemBody(await this.addOns.create(caller, toItemRequest(body))));
  }

  /** All add-ons of the account, oldest first. */
  @Get('addons')
  @GatewayCredential()
  @GatewayErrors(401, 503)
  async list(@CurrentCaller() caller: GatewayPrincipal): Promise<RecurringItemList> {
    return toItemList(await this.addOns.list(caller));
  }

  /** One add-on. */
  @Get('addon/:addOnId')
  @ApiAddOnId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 404, 503)
  async read(@CurrentCaller() caller: GatewayPrincipal, @Param('addOnId') id: string): Promise<RecurringItemAnswer> {
    return single(toItemBody(await this.addOns.read(caller, id)));
  }

  /** Changes what is sent. Plans have copies of their own, which stay as they are. */
  @Post('addon/:addOnId')
  @HttpCode(200)
  @ApiAddOnId()
  @GatewayCredential()
  @ApiBody({ type: RecurringItemFields, examples: UPDATE_ITEM_EXAMPLES })
  @GatewayErrors(400, 401, 404, 413, 415, 503)
  async update(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('addOnId') id: string,
    @Body() body: RecurringItemFields,
  ): Promise<RecurringItemAnswer> {
    return single(toItemBody(await this.addOns.update(caller, id, toItemRequest(body))));
  }

  /** Deletes an add-on. Plans keep their copies of it. */
  @Delete('addon/:addOnId')
  @ApiAddOnId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 404, 413, 415, 503)
  async remove(@CurrentCaller() caller: GatewayPrincipal, @Param('addOnId') id: string): Promise<EmptyEnvelope> {
    await this.addOns.delete(caller, id);
    return single(null);
  }
}
