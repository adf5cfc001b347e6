import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { CatalogRepository } from '../catalog/catalog.repository.js';
import type { CatalogRecord } from '../catalog/catalog.types.js';
import { PLAN_MODEL } from './plan.schema.js';
import type { PlanTerms } from './plan.types.js';

/** Named queries on `plans`. */
@Injectable()
export class PlanRepository extends CatalogRepository<PlanTerms> {
  constructor(@InjectModel(PLAN_MODEL) model: Model<CatalogRecord<PlanTerms>>) {
    super(model);
  }
}
