import { catalogSchema } from '../catalog/catalog.schema.js';
import type { ItemTerms } from '../item/item.types.js';

export const ADD_ON_MODEL = 'AddOn';

export const addOnSchema = catalogSchema<ItemTerms>('add_ons');
