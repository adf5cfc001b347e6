import type { SourcedWish } from '../../src/modules/recurring/billing-engine/item-wishes.js';
import type { ItemSnapshot } from '../../src/modules/recurring/billing-engine/subscription.types.js';

/** An add-on or discount that a request names, and that exists. */
export const item = (id: string, figures: Partial<ItemSnapshot>): SourcedWish => ({
  wish: { id },
  source: { id, name: id, description: '', amount: null, percentage: null, duration: 0, ...figures },
});
