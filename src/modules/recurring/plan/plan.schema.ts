import { catalogSchema } from '../catalog/catalog.schema.js';
import type { PlanTerms } from './plan.types.js';

export const PLAN_MODEL = 'Plan';

/** A deleted one keeps its latest push for the subscriptions that have not seen it (ruling RC22). */
export const planSchema = catalogSchema<PlanTerms>('plans');
