import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { ORPHAN_MODEL } from './orphan.schema.js';
import type { Orphan } from './orphan.types.js';

/** Stores one document per PaymentIntent, by `load`, `insert` and `swap` only. */
@Injectable()
export class OrphanRepository extends VersionedCollection<Orphan> {
  constructor(@InjectModel(ORPHAN_MODEL) model: Model<Orphan>) {
    super(model);
  }
}
