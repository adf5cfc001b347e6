import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { CHECKOUT_MODEL } from './checkout.schema.js';
import type { Checkout } from './checkout.types.js';

/** One document per cuid; `load`, `insert` and `swap` are all that is ever done to it. */
@Injectable()
export class CheckoutRepository extends VersionedCollection<Checkout> {
  constructor(@InjectModel(CHECKOUT_MODEL) model: Model<Checkout>) {
    super(model);
  }
}
