import { catalogSchema } from '../catalog/catalog.schema.js';
import type { ItemTerms } from '../item/item.types.js';

export const DISCOUNT_MODEL = 'Discount';

export const discountSchema = catalogSchema<ItemTerms>('discounts');
