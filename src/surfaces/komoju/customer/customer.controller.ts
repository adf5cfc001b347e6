import { Body, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { ProvenSecret } from '../../../modules/auth/api-key/api-key.types.js';
import { DeleteVaultCustomerService } from '../../../modules/customer/delete-vault-customer.service.js';
import { OneCardCustomerService } from '../../../modules/customer/one-card-customer.service.js';
import { VaultCustomerService } from '../../../modules/customer/vault-customer.service.js';
import { CurrentKey, KomojuBody, KomojuController, KomojuErrors } from '../komoju.dialect.js';
import { CreateKomojuCustomer, KomojuCustomer, UpdateKomojuCustomer } from './customer.dto.js';
import { CREATE_EXAMPLES, UPDATE_EXAMPLES } from './customer.examples.js';
import {
  toChange,
  toCustomerRef,
  toKomojuCustomer,
  toNamedRequest,
  toNewCustomer,
  toStoredCustomer,
} from './customer.mapper.js';
import { KomojuCustomerList, ListKomojuCustomers } from './list.dto.js';
import { toKomojuList, toPage, toSearch } from './list.mapper.js';

const ApiCustomerId = () => ApiParam({ name: 'id', schema: { type: 'string' }, example: '8xk3c2swi2qqnt1edef0g29jd' });

@KomojuController('komoju customer')
export class KomojuCustomerController {
  constructor(
    private readonly customers: VaultCustomerService,
    private readonly withCards: OneCardCustomerService,
    private readonly deletion: DeleteVaultCustomerService,
  ) {}

  /** Customers of the account, newest first. */
  @Get()
  @KomojuErrors(422)
  async list(@CurrentKey() key: ProvenSecret, @Query() query: ListKomojuCustomers): Promise<KomojuCustomerList> {
    return toKomojuList(toPage(query), await this.customers.search(key, toSearch(query)));
  }

  /** One customer. */
  @Get(':id')
  @ApiCustomerId()
  @KomojuErrors(404)
  async read(@CurrentKey() key: ProvenSecret, @Param('id') id: string): Promise<KomojuCustomer> {
    return toKomojuCustomer(await this.customers.read(key, toCustomerRef(id)), null);
  }

  /** Stores a customer with a card. */
  @Post()
  @HttpCode(200)
  @KomojuBody(CreateKomojuCustomer, CREATE_EXAMPLES)
  @KomojuErrors(400, 402, 409, 413, 415, 422, 502)
  async create(
    @CurrentKey() key: ProvenSecret,
    @Body() body: CreateKomojuCustomer,
    @Headers('idempotency-key') idempotencyKey?: string,
  ): Promise<KomojuCustomer> {
    const named = toNamedRequest(key, idempotencyKey, body);
    return toStoredCustomer(await this.withCards.create(key, toNewCustomer(body), named));
  }

  /** Changes what is sent. `payment_details` replaces the card: if the new one is refused, nothing has changed. */
  @Patch(':id')
  @ApiCustomerId()
  @KomojuBody(UpdateKomojuCustomer, UPDATE_EXAMPLES)
  @KomojuErrors(400, 402, 404, 409, 413, 415, 422, 502)
  async update(
    @CurrentKey() key: ProvenSecret,
    @Param('id') id: string,
    @Body() body: UpdateKomojuCustomer,
    @Headers('idempotency-key') idempotencyKey?: string,
  ): Promise<KomojuCustomer> {
    const named = toNamedRequest(key, idempotencyKey, body, id);
    return toStoredCustomer(await this.withCards.update(key, toCustomerRef(id), toChange(body), named));
  }

  /** Deletes the customer with all payment methods, here and at Stripe, and answers the record as it was. */
  @Delete(':id')
  @ApiCustomerId()
  @KomojuErrors(404, 409, 413)
  async remove(@CurrentKey() key: ProvenSecret, @Param('id') id: string): Promise<KomojuCustomer> {
    return toKomojuCustomer(await this.deletion.delete(key, toCustomerRef(id)), null);
  }
}
