import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { ORPHAN_MODEL } from './orphan.schema.js';
import type { Orphan } from './orphan.types.js';

/** One document per PaymentIntent; `load`, `insert` and `swap` are all that is ever done to it. */
@Injectable()
export class OrphanRepository extends VersionedCollection<Orphan> {
  constructor(@InjectModel(ORPHAN_MODEL) model: Model<Orphan>) {
    super(model);
  }
}
