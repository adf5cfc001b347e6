import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { CreateVaultCustomerService } from '../../../modules/customer/create-vault-customer.service.js';
import { DeleteVaultCustomerService } from '../../../modules/customer/delete-vault-customer.service.js';
import { UpdateVaultCustomerService } from '../../../modules/customer/update-vault-customer.service.js';
import { VaultCustomerService } from '../../../modules/customer/vault-customer.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { SuccessEnvelope } from '../envelope.dto.js';
import { done, listed, single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { ApiCustomerId } from './customer-id.js';
import { UpdateVaultCustomer } from './update-customer.dto.js';
import { CreateVaultCustomer } from './vault-customer.dto.js';
import { VaultCustomerAnswer, VaultCustomerList } from './vault-record.dto.js';
import { SearchVaultCustomers } from './vault-search.dto.js';
import { toVaultSearch } from './vault-search.mapper.js';
import { CREATE_EXAMPLES, SEARCH_EXAMPLES, UPDATE_EXAMPLES } from './vault.examples.js';
import { toNewVaultCustomer, toVaultCustomerUpdate, toVaultRecord } from './vault.mapper.js';

@GatewayController('vault', 'gateway vault')
export class VaultCustomerController {
  constructor(
    private readonly creation: CreateVaultCustomerService,
    private readonly customers: VaultCustomerService,
    private readonly changes: UpdateVaultCustomerService,
    private readonly deletion: DeleteVaultCustomerService,
  ) {}

  /** Stores a customer, with addresses if any are sent. */
  @Post('customer')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({ type: CreateVaultCustomer, examples: CREATE_EXAMPLES })
  @GatewayErrors(400, 401, 403, 409, 413, 415, 503)
  async create(
    @CurrentCaller() caller: GatewayPrincipal,
    @Body() body: CreateVaultCustomer,
  ): Promise<VaultCustomerAnswer> {
    return single(toVaultRecord(await this.creation.create(caller, toNewVaultCustomer(body))));
  }

  /** Customers of the account, newest first. `total_count` is the number of all that match. */
  @Post('customer/search')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({ type: SearchVaultCustomers, examples: SEARCH_EXAMPLES })
  @GatewayErrors(400, 401, 413, 415, 503)
  async search(
    @CurrentCaller() caller: GatewayPrincipal,
    @Body() body: SearchVaultCustomers,
  ): Promise<VaultCustomerList> {
    const { customers, total } = await this.customers.search(caller, toVaultSearch(body));
    const data = customers.map(toVaultRecord);
    return { ...listed(data, total), data };
  }

  /** One customer. */
  @Get([':customerId', 'customer/:customerId'])
  @ApiCustomerId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 404, 503)
  async read(@CurrentCaller() caller: GatewayPrincipal, @Param('customerId') id: string): Promise<VaultCustomerAnswer> {
    return single(toVaultRecord(await this.customers.read(caller, id)));
  }

  /** Changes what is sent. */
  @Post('customer/:customerId')
  @HttpCode(200)
  @ApiCustomerId()
  @GatewayCredential()
  @ApiBody({ type: UpdateVaultCustomer, examples: UPDATE_EXAMPLES })
  @GatewayErrors(400, 401, 403, 404, 409, 413, 415, 503)
  async update(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('customerId') id: string,
    @Body() body: UpdateVaultCustomer,
  ): Promise<VaultCustomerAnswer> {
    return single(toVaultRecord(await this.changes.update(caller, id, toVaultCustomerUpdate(body))));
  }

  /** Deletes the customer, with all addresses and payment methods, here and at Stripe. Its id may be used again. */
  @Delete([':customerId', 'customer/:customerId'])
  @ApiCustomerId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 403, 404, 409, 413, 415, 503)
  async remove(@CurrentCaller() caller: GatewayPrincipal, @Param('customerId') id: string): Promise<SuccessEnvelope> {
    await this.deletion.delete(caller, id);
    return done();
  }
}
