import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { OFFER_MODEL } from './offer.schema.js';
import type { Offer } from './offer.types.js';

/** Stores one document per cuid, by `load`, `insert` and `swap` only. */
@Injectable()
export class OfferRepository extends VersionedCollection<Offer> {
  constructor(@InjectModel(OFFER_MODEL) model: Model<Offer>) {
    super(model);
  }
}
