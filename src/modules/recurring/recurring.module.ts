import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module.js';
import { AddOnRepository } from './add-on/add-on.repository.js';
import { ADD_ON_MODEL, addOnSchema } from './add-on/add-on.schema.js';
import { AddOnService } from './add-on/add-on.service.js';
import { DiscountRepository } from './discount/discount.repository.js';
import { DISCOUNT_MODEL, discountSchema } from './discount/discount.schema.js';
import { DiscountService } from './discount/discount.service.js';
import { PlanItemCopies } from './plan/plan-item-copies.js';
import { PlanRepository } from './plan/plan.repository.js';
import { PLAN_MODEL, planSchema } from './plan/plan.schema.js';
import { PlanService } from './plan/plan.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: ADD_ON_MODEL, schema: addOnSchema },
      { name: DISCOUNT_MODEL, schema: discountSchema },
      { name: PLAN_MODEL, schema: planSchema },
    ]),
    AuditModule,
  ],
  providers: [
    AddOnRepository,
    AddOnService,
    DiscountRepository,
    DiscountService,
    PlanItemCopies,
    PlanRepository,
    PlanService,
  ],
  exports: [AddOnService, DiscountService, PlanService],
})
export class RecurringModule {}
