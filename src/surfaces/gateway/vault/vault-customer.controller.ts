import { Body, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiParam } from '@nestjs/swagger';
import { CreateVaultCustomerService } from '../../../modules/customer/vault/create-vault-customer.service.js';
import { VaultCustomerService } from '../../../modules/customer/vault/vault-customer.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { CreateVaultCustomer } from './vault-customer.dto.js';
import { VaultCustomerAnswer } from './vault-record.dto.js';
import { toNewVaultCustomer, toVaultRecord } from './vault.mapper.js';

const ApiCustomerId = () => ApiParam({ name: 'customerId', example: '952f250d-fa85-40ac-a45e-3886f98032c6' });

@GatewayController('vault', 'gateway vault')
export class VaultCustomerController {
  constructor(
    private readonly creation: CreateVaultCustomerService,
    private readonly customers: VaultCustomerService,
  ) {}

  /** Stores a customer, with addresses if any are sent. */
  @Post('customer')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({
    type: CreateVaultCustomer,
    examples: {
      addresses: {
        summary: 'an address for bills and shipping',
        value: {
          description: 'Wholesale buyer',
          flags: ['surcharge_exempt'],
          default_billing_address: {
            first_name: 'John',
            last_name: 'Smith',
            company: 'Some Business',
            city: 'Some Town',
            state: 'IL',
            postal_code: '60187',
            country: 'US',
            email: 'user@example.com',
            phone: '5555555555',
            fax: '555555555',
          },
        },
      },
      chosen: { summary: 'an id of one’s own', value: { id: 'customer42', description: 'Wholesale buyer' } },
      empty: { summary: 'nothing but a generated id', value: {} },
    },
  })
  @GatewayErrors(400, 401, 403, 413, 415, 503)
  async create(
    @CurrentCaller() caller: GatewayPrincipal,
    @Body() body: CreateVaultCustomer,
  ): Promise<VaultCustomerAnswer> {
    return single(toVaultRecord(await this.creation.create(caller, toNewVaultCustomer(body))));
  }

  /** One customer. */
  @Get([':customerId', 'customer/:customerId'])
  @ApiCustomerId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 404, 503)
  async read(@CurrentCaller() caller: GatewayPrincipal, @Param('customerId') id: string): Promise<VaultCustomerAnswer> {
    return single(toVaultRecord(await this.customers.read(caller, id)));
  }
}
