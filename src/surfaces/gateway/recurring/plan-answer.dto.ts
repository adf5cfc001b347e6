import { ApiProperty } from '@nestjs/swagger';
import { BILLING_FREQUENCIES } from '../../../modules/recurring/billing-engine/billing-schedule.js';
import { ListEnvelope, SuccessEnvelope } from '../envelope.dto.js';
import { RecurringItemCopyBody } from './item.dto.js';

export class PlanBody {
  /** @example "b89g35qj8m0o735i19jg" */
  id!: string;

  /** @example "Gym basic" */
  name!: string;

  /** @example "Twice a month" */
  description!: string;

  /** @example 100 */
  amount!: number;

  /** @example 1 */
  billing_cycle_interval!: number;

  @ApiProperty({ type: 'string', enum: BILLING_FREQUENCIES, example: 'twice_monthly' })
  billing_frequency!: string;

  /**
   * Empty where none was sent.
   * @example "1,15"
   */
  billing_days!: string;

  /** @example false */
  charge_on_day!: boolean;

  /**
   * The sum of all add-ons, in minor units.
   * @example 100
   */
  total_add_ons!: number;

  /**
   * The sum of all discounts, in minor units.
   * @example 50
   */
  total_discounts!: number;

  /**
   * Number of successful billings; 0: until cancelled.
   * @example 0
   */
  duration!: number;

  add_ons!: RecurringItemCopyBody[];

  discounts!: RecurringItemCopyBody[];

  /** @example "2017-11-20T16:23:51.990Z" */
  created_at!: string;

  /** @example "2017-11-20T16:23:51.990Z" */
  updated_at!: string;
}

export class PlanAnswer extends SuccessEnvelope {
  data!: PlanBody;
}

export class PlanList extends ListEnvelope {
  data!: PlanBody[];
}
