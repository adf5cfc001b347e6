import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VersionedCollection } from '../../platform/database/versioned-collection.js';
import { RECONCILE_RUN_MODEL } from './reconcile-run.schema.js';
import type { ReconcileRun } from './reconciliation.types.js';

/** Two documents; `load`, `insert` and `swap` are all that is ever done to it. */
@Injectable()
export class ReconcileRunRepository extends VersionedCollection<ReconcileRun> {
  constructor(@InjectModel(RECONCILE_RUN_MODEL) model: Model<ReconcileRun>) {
    super(model);
  }
}
