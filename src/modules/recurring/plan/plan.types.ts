import type { BillingSchedule } from '../billing-engine/billing-schedule.js';
import type { CatalogEntry } from '../catalog/catalog.types.js';
import type { CopyRequest, ItemCopy } from '../item/item.types.js';

/** An amount that subscriptions of the plan take over when they are next read or billed (ruling RC22). */
export interface PlanPush {
  /** Counts the pushes of this plan from 1. */
  readonly n: number;
  readonly amountMinor: number;
}

/** Terms that a subscription of the plan begins with (contract gateway 8.3). */
export interface PlanTerms {
  readonly name: string;
  readonly description: string;
  readonly amountMinor: number;
  readonly schedule: BillingSchedule;
  /** True: a subscription is billed on the day of the month on which it began, and the days of the schedule do not count (rule B3). */
  readonly chargeOnDay: boolean;
  /** Number of successful billings; 0: until cancelled. */
  readonly duration: number;
  readonly addOns: readonly ItemCopy[];
  readonly discounts: readonly ItemCopy[];
  /** The latest push; null before the first. It changes in the same swap as the amount. */
  readonly push: PlanPush | null;
}

/** A plan of an account. */
export type Plan = CatalogEntry<PlanTerms>;

/** Request about a plan; what is absent stays as it is. */
export interface PlanRequest {
  readonly name?: string;
  readonly description?: string;
  readonly amountMinor?: number;
  readonly interval?: number;
  readonly frequency?: string;
  readonly days?: string;
  readonly chargeOnDay?: boolean;
  readonly duration?: number;
  /** All of them: what is not in the list goes. */
  readonly addOns?: readonly CopyRequest[];
  /** All of them: what is not in the list goes. */
  readonly discounts?: readonly CopyRequest[];
}

/** A new plan must say these. */
export type NewPlan = PlanRequest & Required<Pick<PlanRequest, 'name' | 'amountMinor' | 'interval'>>;

export interface PlanUpdate extends PlanRequest {
  /** Whether the subscriptions of the plan take over the amount that it has afterwards. */
  readonly pushAmount?: boolean;
}
