import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { auditedItemRequest } from './item.audit.js';
import { changedItem, newItem } from './item-terms.js';
import type { Item, ItemRequest, ItemTerms } from './item.types.js';

/** What add-ons and discounts have in common: all but their names. */
export abstract class ItemService extends CatalogService<ItemTerms> {
  /** Throws AppError `validation_failed`. */
  async create(caller: GatewayPrincipal, asked: ItemRequest): Promise<Item> {
    return this.add(caller, newItem(asked));
  }

  /** What is not sent stays. Throws AppError `validation_failed`, and that of a missing one. */
  update(caller: GatewayPrincipal, id: string, asked: ItemRequest): Promise<Item> {
    return this.change(caller, id, auditedItemRequest(asked), (terms) => changedItem(terms, asked));
  }
}
