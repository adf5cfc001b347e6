import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { auditedItemRequest } from './item.audit.js';
import { changedItem, newItem } from './item-terms.js';
import type { Item, ItemRequest, ItemTerms } from './item.types.js';

/** Serves add-ons and discounts alike, which have all but their names in common. */
export abstract class ItemService extends CatalogService<ItemTerms> {
  /** Throws AppError `validation_failed`. */
  async create(caller: GatewayPrincipal, asked: ItemRequest): Promise<Item> {
    return this.add(caller, newItem(asked));
  }

  /** Changes what is sent. Throws AppError `validation_failed`, and that of a missing one. */
  update(caller: GatewayPrincipal, id: string, asked: ItemRequest): Promise<Item> {
    return this.change(caller, id, auditedItemRequest(asked), (terms) => changedItem(terms, asked));
  }
}
