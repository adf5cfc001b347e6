import { Body, Delete, Get, Param, Post, Put } from '@nestjs/common';
import type { ProvenAccountKey } from '../../../modules/auth/api-key/api-key.types.js';
import { CreateVaultCustomerService } from '../../../modules/customer/create-vault-customer.service.js';
import { DeleteVaultCustomerService } from '../../../modules/customer/delete-vault-customer.service.js';
import { UpdateVaultCustomerService } from '../../../modules/customer/update-vault-customer.service.js';
import { VaultCustomerService } from '../../../modules/customer/vault-customer.service.js';
import { deleted, GhostDeleted } from '../deleted.dto.js';
import { CurrentKey, GhostBody, GhostController, GhostErrors } from '../ghost.dialect.js';
import { ApiPrefixedId, PrefixedIdPipe } from '../prefixed-id.js';
import {
  CREATE_EXAMPLES,
  CreateGhostCustomer,
  GhostCustomerAnswer,
  UPDATE_EXAMPLES,
  UpdateGhostCustomer,
} from './customer.dto.js';
import { toCustomerRef, toGhostCustomer } from './customer.mapper.js';

const CustomerId = () => Param('customerId', new PrefixedIdPipe('customer'));

@GhostController('customers', 'ghost customer')
export class GhostCustomerController {
  constructor(
    private readonly creation: CreateVaultCustomerService,
    private readonly customers: VaultCustomerService,
    private readonly changes: UpdateVaultCustomerService,
    private readonly deletion: DeleteVaultCustomerService,
  ) {}

  /** Stores a customer. An empty body is fine. */
  @Post()
  @GhostBody(CreateGhostCustomer, CREATE_EXAMPLES)
  @GhostErrors(400, 413, 415)
  async create(@CurrentKey() key: ProvenAccountKey, @Body() body: CreateGhostCustomer): Promise<GhostCustomerAnswer> {
    const { email, description } = body;
    return { doc: toGhostCustomer(await this.creation.create(key, { email, description })) };
  }

  /** One customer. */
  @Get(':customerId')
  @ApiPrefixedId('customer', 'customerId')
  @GhostErrors(400, 404)
  async read(@CurrentKey() key: ProvenAccountKey, @CustomerId() id: string): Promise<GhostCustomerAnswer> {
    return { doc: toGhostCustomer(await this.customers.read(key, toCustomerRef(id))) };
  }

  /** Changes what is sent and keeps the rest, although the verb is PUT. */
  @Put(':customerId')
  @ApiPrefixedId('customer', 'customerId')
  @GhostBody(UpdateGhostCustomer, UPDATE_EXAMPLES)
  @GhostErrors(400, 404, 409, 413, 415)
  async update(
    @CurrentKey() key: ProvenAccountKey,
    @CustomerId() id: string,
    @Body() body: UpdateGhostCustomer,
  ): Promise<GhostCustomerAnswer> {
    const { email, description } = body;
    return { doc: toGhostCustomer(await this.changes.update(key, toCustomerRef(id), { email, description })) };
  }

  /** Deletes the customer with all cards, here and at Stripe. Charges stay. */
  @Delete(':customerId')
  @ApiPrefixedId('customer', 'customerId')
  @GhostErrors(400, 404, 409, 413)
  async remove(@CurrentKey() key: ProvenAccountKey, @CustomerId() id: string): Promise<GhostDeleted> {
    await this.deletion.delete(key, toCustomerRef(id));
    return deleted();
  }
}
