import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VersionedCollection } from '../../platform/database/versioned-collection.js';
import type { SettlementPayout } from './batch.types.js';
import { SETTLEMENT_PAYOUT_MODEL } from './settlement.schema.js';

/** Payouts by their id; `load`, `insert` and `swap` are all that is ever done to them. */
@Injectable()
export class PayoutRepository extends VersionedCollection<SettlementPayout> {
  constructor(@InjectModel(SETTLEMENT_PAYOUT_MODEL) model: Model<SettlementPayout>) {
    super(model);
  }
}
