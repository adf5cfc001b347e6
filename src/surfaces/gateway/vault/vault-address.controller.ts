import { Body, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { VaultAddressService } from '../../../modules/customer/vault-address.service.js';
import { ApiBody } from '@nestjs/swagger';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { SuccessEnvelope } from '../envelope.dto.js';
import { done, single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { ApiPathId } from '../path-id.js';
import { ApiCustomerId } from './customer-id.js';
import { VaultAddressFields } from './vault-address.dto.js';
import { NewAddressAnswer, VaultCustomerAnswer } from './vault-record.dto.js';
import { ADDRESS_EXAMPLES, ADDRESS_UPDATE_EXAMPLES } from './vault.examples.js';
import { toAddressChanges, toVaultRecord } from './vault.mapper.js';

const ApiAddressId = () => ApiPathId('addressId', 'bl6nqk69ku6897l45fp0');

@GatewayController('vault/customer/:customerId/address', 'gateway vault')
export class VaultAddressController {
  constructor(private readonly addresses: VaultAddressService) {}

  /** Adds an address; one that the customer has already is not stored twice. The first becomes both defaults. */
  @Post()
  @HttpCode(200)
  @ApiCustomerId()
  @GatewayCredential()
  @ApiBody({ type: VaultAddressFields, examples: ADDRESS_EXAMPLES })
  @GatewayErrors(400, 401, 403, 404, 409, 413, 415, 503)
  async add(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Body() body: VaultAddressFields,
  ): Promise<NewAddressAnswer> {
    const { customer, addressId } = await this.addresses.add(caller, customerId, toAddressChanges(body));
    return single(Object.assign(toVaultRecord(customer), { created_address_id: addressId }));
  }

  /** Changes what is sent of an address. One that becomes the same as another of the customer's is merged into that. */
  @Post(':addressId')
  @HttpCode(200)
  @ApiCustomerId()
  @ApiAddressId()
  @GatewayCredential()
  @ApiBody({ type: VaultAddressFields, examples: ADDRESS_UPDATE_EXAMPLES })
  @GatewayErrors(400, 401, 403, 404, 409, 413, 415, 503)
  async update(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Param('addressId') addressId: string,
    @Body() body: VaultAddressFields,
  ): Promise<VaultCustomerAnswer> {
    const changes = toAddressChanges(body);
    return single(toVaultRecord(await this.addresses.update(caller, { customerId, addressId }, changes)));
  }

  /** Deletes an address. A default becomes the one that is left if there is only one, else empty. */
  @Delete(':addressId')
  @ApiCustomerId()
  @ApiAddressId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 403, 404, 409, 413, 415, 503)
  async remove(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') customerId: string,
    @Param('addressId') addressId: string,
  ): Promise<SuccessEnvelope> {
    await this.addresses.remove(caller, customerId, addressId);
    return done();
  }
}
