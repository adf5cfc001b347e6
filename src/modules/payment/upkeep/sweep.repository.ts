import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VersionedCollection } from '../../../platform/database/versioned-collection.js';
import { SWEEP_MODEL } from './sweep.schema.js';
import type { Sweep } from './sweep.types.js';

/** Stores one document for each list, by `load`, `insert` and `swap` only. */
@Injectable()
export class SweepRepository extends VersionedCollection<Sweep> {
  constructor(@InjectModel(SWEEP_MODEL) model: Model<Sweep>) {
    super(model);
  }
}
