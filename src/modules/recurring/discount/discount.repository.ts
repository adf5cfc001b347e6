import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { CatalogRepository } from '../catalog/catalog.repository.js';
import type { CatalogRecord } from '../catalog/catalog.types.js';
import type { ItemTerms } from '../item/item.types.js';
import { DISCOUNT_MODEL } from './discount.schema.js';

/** Named queries on `discounts`. */
@Injectable()
export class DiscountRepository extends CatalogRepository<ItemTerms> {
  constructor(@InjectModel(DISCOUNT_MODEL) model: Model<CatalogRecord<ItemTerms>>) {
    super(model);
  }
}
