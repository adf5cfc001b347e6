import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VersionedCollection } from '../../platform/database/versioned-collection.js';
import type { SettlementProgress } from './batch.types.js';
import { SETTLEMENT_PROGRESS_MODEL } from './settlement.schema.js';

/** Two documents; `load`, `insert` and `swap` are all that is ever done to it. */
@Injectable()
export class SettlementProgressRepository extends VersionedCollection<SettlementProgress> {
  constructor(@InjectModel(SETTLEMENT_PROGRESS_MODEL) model: Model<SettlementProgress>) {
    super(model);
  }
}
