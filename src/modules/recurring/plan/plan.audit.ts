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
  return {
    ...auditedTexts(asked),
    ...{ amountMinor, frequency, interval, days, chargeOnDay, duration, pushAmount },
    addOns: addOns?.map(askedCopy),
    discounts: discounts?.map(askedCopy),
  };
}

/** `b75cvl51tlv38t0o7o30 amount 50 duration 2`, or less. */
function askedCopy({ id, amountMinor, duration }: CopyRequest): string {
  const said = { amount: amountMinor, duration };
  const words = Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
  return [id, ...words].join(' ');
}
