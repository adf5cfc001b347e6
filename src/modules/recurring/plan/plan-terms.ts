import { invalidRequest } from '../../../platform/common/app-error.js';
import { toFigure } from '../../calculator/money.js';
import { type BillingSchedule, checkSchedule } from '../billing-engine/billing-schedule.js';
import { totalOf } from '../item/item-copies.js';
import type { ItemCopy } from '../item/item.types.js';
import type { NewPlan, PlanTerms, PlanUpdate } from './plan.types.js';

/** The copies that a plan is to have, made before its other terms. */
export type PlanItems = Pick<PlanTerms, 'addOns' | 'discounts'>;

/** Contract gateway 8.3, of create. Throws AppError `validation_failed`. */
export function newPlan(asked: NewPlan, { addOns, discounts }: PlanItems): PlanTerms {
  const { name, amountMinor, interval, description = '', duration = 0 } = asked;
  const { frequency = 'monthly', days = null, chargeOnDay = false } = asked;
  const schedule = scheduleOf({ frequency, interval, days }, chargeOnDay);
  return billable({ name, description, amountMinor, schedule, chargeOnDay, duration, addOns, discounts, push: null });
}

/** Changes what is sent; the schedule is judged as a whole (ruling RC5). Throws AppError `validation_failed`. */
export function changedPlan(terms: PlanTerms, asked: PlanUpdate, { addOns, discounts }: PlanItems): PlanTerms {
  const { name = terms.name, description = terms.description, duration = terms.duration } = asked;
  const { amountMinor = terms.amountMinor, chargeOnDay = terms.chargeOnDay, pushAmount = false } = asked;
  const {
    frequency = terms.schedule.frequency,
    interval = terms.schedule.interval,
    days = terms.schedule.days,
  } = asked;
  const schedule = scheduleOf({ frequency, interval, days }, chargeOnDay);
  const push = pushAmount ? { n: (terms.push?.n ?? 0) + 1, amountMinor } : terms.push;
  return billable({ name, description, amountMinor, schedule, chargeOnDay, duration, addOns, discounts, push });
}

function scheduleOf(
  said: { readonly frequency: string; readonly interval: number; readonly days: string | null },
  chargeOnDay: boolean,
): BillingSchedule {
  const check = checkSchedule({ ...said, chargeOnDay });
  if (!check.ok) throw invalidRequest(check.refusal.reason);
  return check.schedule;
}

/**
 * Refuses a plan whose charge could be more than any amount may be (ruling RC20). Discounts are not counted: they may run out
 * before the add-ons.
 */
function billable(terms: PlanTerms): PlanTerms {
  const { addOns } = planTotals(terms);
  toFigure('amount with add_ons', BigInt(terms.amountMinor) + BigInt(addOns));
  return terms;
}

/** Returns the sums of the add-ons and of the discounts, in minor units. Throws AppError `validation_failed` for one too great. */
export function planTotals({ amountMinor, addOns, discounts }: Pick<PlanTerms, 'amountMinor'> & PlanItems) {
  const total = (field: string, items: readonly ItemCopy[]) => toFigure(field, totalOf(items, amountMinor));
  return { addOns: total('total_add_ons', addOns), discounts: total('total_discounts', discounts) };
}
