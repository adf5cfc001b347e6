import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { PlanItemCopies } from './plan-item-copies.js';
import { changedPlan, newPlan } from './plan-terms.js';
import { auditedPlan, auditedUpdate } from './plan.audit.js';
import { PlanRepository } from './plan.repository.js';
import type { NewPlan, Plan, PlanTerms, PlanUpdate } from './plan.types.js';

/** Plans of an account: what a subscription may begin with (contract gateway 8.3). */
@Injectable()
export class PlanService extends CatalogService<PlanTerms> {
  constructor(
    plans: PlanRepository,
    audit: AuditTrail,
    clock: Clock,
    private readonly copies: PlanItemCopies,
  ) {
    super({ name: 'plan', plural: 'plans', missing: 'plan_not_found', audited: auditedPlan }, plans, audit, clock);
  }

  /** Throws AppError `validation_failed`. */
  async create(caller: GatewayPrincipal, asked: NewPlan): Promise<Plan> {
    return this.add(caller, newPlan(asked, await this.copies.of(caller.accountId, asked)));
  }

  /** Changes what is sent. Throws AppError `validation_failed`, `plan_not_found`. */
  update(caller: GatewayPrincipal, id: string, asked: PlanUpdate): Promise<Plan> {
    return this.change(caller, id, auditedUpdate(asked), async (terms) =>
      changedPlan(terms, asked, await this.copies.of(caller.accountId, asked, terms)),
    );
  }
}
