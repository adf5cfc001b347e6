import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { PlanService } from '../../../modules/recurring/plan/plan.service.js';
import type { GatewayPrincipal } from '../../../modules/user/gateway/gateway-user.types.js';
import { EmptyEnvelope } from '../envelope.dto.js';
import { single } from '../envelope.js';
import { CurrentCaller, GatewayController, GatewayCredential, GatewayErrors } from '../gateway.dialect.js';
import { ApiPathId } from '../path-id.js';
import { PlanAnswer, PlanList } from './plan-answer.dto.js';
import { CreatePlan, UpdatePlan } from './plan.dto.js';
import { CREATE_PLAN_EXAMPLES, UPDATE_PLAN_EXAMPLES } from './plan.examples.js';
import { toNewPlan, toPlanBody, toPlanList, toPlanUpdate } from './plan.mapper.js';

const ApiPlanId = () => ApiPathId('planId', 'b89g35qj8m0o735i19jg');

@GatewayController('recurring', 'gateway recurring')
export class PlanController {
  constructor(private readonly plans: PlanService) {}

  /** Makes a plan: price and schedule that a subscription may begin with. Add-ons and discounts are copied into it. */
  @Post('plan')
  @HttpCode(200)
  @GatewayCredential()
  @ApiBody({ type: CreatePlan, examples: CREATE_PLAN_EXAMPLES })
  @GatewayErrors(400, 401, 413, 415, 503)
  async create(@CurrentCaller() caller: GatewayPrincipal, @Body() body: CreatePlan): Promise<PlanAnswer> {
    return single(toPlanBody(await this.plans.create(caller, toNewPlan(body))));
  }

  /** All plans of the account, oldest first. */
  @Get('plans')
  @GatewayCredential()
  @GatewayErrors(401, 503)
  async list(@CurrentCaller() caller: GatewayPrincipal): Promise<PlanList> {
    return toPlanList(await this.plans.list(caller));
  }

  /** One plan. */
  @Get('plan/:planId')
  @ApiPlanId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 404, 503)
  async read(@CurrentCaller() caller: GatewayPrincipal, @Param('planId') id: string): Promise<PlanAnswer> {
    return single(toPlanBody(await this.plans.read(caller, id)));
  }

  /** Changes what is sent; lists are replaced whole. Its subscriptions stay as they are, unless `update_subscriptions` says otherwise. */
  @Post('plan/:planId')
  @HttpCode(200)
  @ApiPlanId()
  @GatewayCredential()
  @ApiBody({ type: UpdatePlan, examples: UPDATE_PLAN_EXAMPLES })
  @GatewayErrors(400, 401, 404, 413, 415, 503)
  async update(
    @CurrentCaller() caller: GatewayPrincipal,
    @Param('planId') id: string,
    @Body() body: UpdatePlan,
  ): Promise<PlanAnswer> {
    return single(toPlanBody(await this.plans.update(caller, id, toPlanUpdate(body))));
  }

  /** Deletes a plan. Its subscriptions go on. */
  @Delete('plan/:planId')
  @ApiPlanId()
  @GatewayCredential()
  @GatewayErrors(400, 401, 404, 413, 415, 503)
  async remove(@CurrentCaller() caller: GatewayPrincipal, @Param('planId') id: string): Promise<EmptyEnvelope> {
    await this.plans.delete(caller, id);
    return single(null);
  }
}
