import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { CatalogRepository } from '../catalog/catalog.repository.js';
import type { CatalogRecord } from '../catalog/catalog.types.js';
import type { ItemTerms } from '../item/item.types.js';
import { ADD_ON_MODEL } from './add-on.schema.js';

/** Named queries on `add_ons`. */
@Injectable()
export class AddOnRepository extends CatalogRepository<ItemTerms> {
  constructor(@InjectModel(ADD_ON_MODEL) model: Model<CatalogRecord<ItemTerms>>) {
    super(model);
  }
}
