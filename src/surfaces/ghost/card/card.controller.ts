import { Body, Delete, Get, Param, Post } from '@nestjs/common';
import type { ProvenAccountKey } from '../../../modules/auth/api-key/api-key.types.js';
import { PaymentMethodService } from '../../../modules/customer/payment-method.service.js';
import { toCustomerRef } from '../customer/customer.mapper.js';
import { deleted, GhostDeleted } from '../deleted.dto.js';
import { CurrentKey, GhostBody, GhostController, GhostErrors } from '../ghost.dialect.js';
import { ApiPrefixedId, PrefixedIdPipe } from '../prefixed-id.js';
import { CARD_EXAMPLES, GhostCardAnswer, NewGhostCard } from './card.dto.js';
import { toGhostCard, toNewCard } from './card.mapper.js';

const CustomerId = () => Param('customerId', new PrefixedIdPipe('customer'));
const CardId = () => Param('cardId', new PrefixedIdPipe('card'));

@GhostController('customers/:customerId', 'ghost card')
export class GhostCardController {
  constructor(private readonly methods: PaymentMethodService) {}

  /** Adds a card; a customer's first one becomes the default. `POST /customers/{customerId}` is the same. */
  @Post(['cards', ''])
  @ApiPrefixedId('customer', 'customerId')
  @GhostBody(NewGhostCard, CARD_EXAMPLES)
  @GhostErrors(400, 402, 404, 409, 413, 415, 502)
  async create(
    @CurrentKey() key: ProvenAccountKey,
    @CustomerId() customerId: string,
    @Body() body: NewGhostCard,
  ): Promise<GhostCardAnswer> {
    const card = await this.methods.addCard(key, toCustomerRef(customerId), toNewCard(body));
    return { doc: toGhostCard(card, customerId) };
  }

  /** One card. */
  @Get('cards/:cardId')
  @ApiPrefixedId('customer', 'customerId')
  @ApiPrefixedId('card', 'cardId')
  @GhostErrors(400, 404)
  async read(
    @CurrentKey() key: ProvenAccountKey,
    @CustomerId() customerId: string,
    @CardId() cardId: string,
  ): Promise<GhostCardAnswer> {
    const card = await this.methods.readCard(key, toCustomerRef(customerId), cardId);
    return { doc: toGhostCard(card, customerId) };
  }

  /** Deletes a card, here and at Stripe. If it was the default, the newest that is left becomes it. */
  @Delete('cards/:cardId')
  @ApiPrefixedId('customer', 'customerId')
  @ApiPrefixedId('card', 'cardId')
  @GhostErrors(400, 404, 409, 413)
  async remove(
    @CurrentKey() key: ProvenAccountKey,
    @CustomerId() customerId: string,
    @CardId() cardId: string,
  ): Promise<GhostDeleted> {
    await this.methods.delete(key, toCustomerRef(customerId), 'card', cardId);
    return deleted();
  }
}
