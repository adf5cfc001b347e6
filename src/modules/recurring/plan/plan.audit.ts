import type { AuditState } from '../../audit/audit-state.js';
import { auditedCopies, auditedTexts } from '../item/item.audit.js';
import type { CopyRequest } from '../item/item.types.js';
import type { PlanTerms, PlanUpdate } from './plan.types.js';

export function auditedPlan(plan: PlanTerms): AuditState {
  const { amountMinor, schedule, chargeOnDay, duration, addOns, discounts, push } = plan;
  const { frequency, interval, days } = schedule;
  return {
    ...auditedTexts(plan),
    ...{ amountMinor, frequency, interval, days, chargeOnDay, duration },
    addOns: auditedCopies(addOns),
    discounts: auditedCopies(discounts),
    push: push && `${push.n}: ${push.amountMinor}`,
  };
}

/** Returns what an update asks for; what it does not say is absent. */
export function auditedUpdate(asked: PlanUpdate): AuditState {
  const { amountMinor, frequency, interval, days, chargeOnDay, duration, addOns, discounts, pushAmount } = asked;
  const copies = (items: readonly CopyRequest[] | undefined) =>
    items?.map(
      ({ id, amountMinor: minor, duration: times }) => `${id} flat ${minor ?? 'as it is'} for ${times ?? 'as it is'}`,
    );
  return {
    ...auditedTexts(asked),
    ...{ amountMinor, frequency, interval, days, chargeOnDay, duration, pushAmount },
    addOns: copies(addOns),
    discounts: copies(discounts),
  };
}
