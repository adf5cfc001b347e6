import type { CopyRequest } from '../../../modules/recurring/item/item.types.js';
import { planTotals } from '../../../modules/recurring/plan/plan-terms.js';
import type { NewPlan, Plan, PlanRequest, PlanUpdate } from '../../../modules/recurring/plan/plan.types.js';
import { listed } from '../envelope.js';
import { secondsOf } from '../seconds.js';
import { toCopyBody } from './item.mapper.js';
import type { PlanBody, PlanList } from './plan-answer.dto.js';
import type { CreatePlan, PlanItemFields, UpdatePlan } from './plan.dto.js';

export function toNewPlan(body: CreatePlan): NewPlan {
  return { ...toRequest(body), name: body.name, amountMinor: body.amount, interval: body.billing_cycle_interval };
}

export function toPlanUpdate(body: UpdatePlan): PlanUpdate {
  return { ...toRequest(body), pushAmount: body.update_subscriptions };
}

function toRequest(body: CreatePlan | UpdatePlan): PlanRequest {
  return {
    name: body.name,
    description: body.description,
    amountMinor: body.amount,
    interval: body.billing_cycle_interval,
    frequency: body.billing_frequency,
    days: body.billing_days,
    chargeOnDay: body.charge_on_day,
    duration: body.duration,
    addOns: body.add_ons?.map(toCopyRequest),
    discounts: body.discounts?.map(toCopyRequest),
  };
}

function toCopyRequest({ id, name, description, amount: amountMinor, duration }: PlanItemFields): CopyRequest {
  return { id, name, description, amountMinor, duration };
}

export function toPlanBody(plan: Plan): PlanBody {
  return bodyOf(plan, (at) => at.toISOString());
}

export function toPlanList(plans: readonly Plan[]): PlanList {
  const data = plans.map((plan) => bodyOf(plan, secondsOf));
  return { ...listed(data), data };
}

function bodyOf(plan: Plan, written: (at: Date) => string): PlanBody {
  const { schedule } = plan;
  const totals = planTotals(plan);
  return {
    id: plan.id,
    name: plan.name,
    description: plan.description,
    amount: plan.amountMinor,
    billing_cycle_interval: schedule.interval,
    billing_frequency: schedule.frequency,
    billing_days: schedule.days ?? '',
    charge_on_day: plan.chargeOnDay,
    total_add_ons: totals.addOns,
    total_discounts: totals.discounts,
    duration: plan.duration,
    add_ons: plan.addOns.map(toCopyBody),
    discounts: plan.discounts.map(toCopyBody),
    created_at: written(plan.createdAt),
    updated_at: written(plan.updatedAt),
  };
}
