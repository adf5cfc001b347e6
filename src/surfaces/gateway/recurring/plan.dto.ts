import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import {
  BILLING_FREQUENCIES,
  type BillingFrequency,
  MAX_BILLING_INTERVAL,
} from '../../../modules/recurring/billing-engine/billing-schedule.js';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { EmptyClears } from '../../shared/empty-clears.js';
import { Characters, ifString, MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { Minor, OptionalMinor } from '../money-fields.js';
import { NestedList } from '../nested.js';
import { TextLine } from '../text-line.js';
import { Duration, LONGEST_DESCRIPTION, LONGEST_NAME, MOST_ITEMS } from './item-fields.js';

const LONGEST_DAYS = 50;

const PlanName = () =>
  applyDecorators(
    Transform(ifString((name) => name.trim())),
    IsString(),
    Characters(LONGEST_NAME, 1),
    StorableText(),
    NoCardNumber(),
    ApiProperty({ minLength: 1, maxLength: LONGEST_NAME }),
  );

const Interval = () =>
  applyDecorators(
    IsInt(),
    Min(1),
    Max(MAX_BILLING_INTERVAL),
    ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_BILLING_INTERVAL }),
  );

const Flag = () => applyDecorators(MayBeAbsent(), IsBoolean(), ApiProperty({ default: false }));

/**
 * An add-on or a discount to copy, with what is to differ from it. One that the plan has already keeps what it has: it is found by
 * its id, the second of an id by being the second.
 */
export class PlanItemFields {
  /**
   * Id of an add-on or a discount of the account.
   * @example "b75cvl51tlv38t0o7o30"
   */
  @NoCardNumber()
  @StorableText()
  @MaxLength(50)
  @IsString()
  id!: string;

  /** @example "Locker" */
  @TextLine(LONGEST_NAME)
  name?: string;

  /** @example "Locker rental" */
  @TextLine(LONGEST_DESCRIPTION)
  description?: string;

  /**
   * Minor units; makes a fixed sum of a percentage.
   * @example 50
   */
  @OptionalMinor()
  amount?: number;

  /**
   * Number of successful billings that it is applied to; 0: until cancelled.
   * @example 0
   */
  @Duration()
  duration?: number;
}

const Items = () => NestedList(() => PlanItemFields, MOST_ITEMS);

export class PlanFields {
  /**
   * Empty clears it.
   * @example "Twice a month"
   */
  @TextLine(LONGEST_DESCRIPTION)
  @EmptyClears()
  description?: string;

  /** With `daily`, `billing_cycle_interval` is 1. */
  @MayBeAbsent()
  @IsIn(BILLING_FREQUENCIES)
  @ApiProperty({ type: 'string', enum: BILLING_FREQUENCIES, default: 'monthly', example: 'monthly' })
  billing_frequency?: BillingFrequency;

  /**
   * Days of the month from 0 to 31, where 0 is the last one: one with `monthly`, two different ones with `twice_monthly`. Required
   * unless `charge_on_day` or `daily` says enough.
   * @example "1"
   */
  @MayBeAbsent()
  @NoCardNumber()
  @StorableText()
  @MaxLength(LONGEST_DAYS)
  @IsString()
  @ApiProperty({ maxLength: LONGEST_DAYS })
  billing_days?: string;

  /** Bills each subscription on the day of the month on which it began, whatever `billing_days` says. With `monthly` only. */
  @Flag()
  charge_on_day?: boolean;

  /**
   * Number of successful billings; 0: until cancelled.
   * @example 0
   */
  @Duration()
  duration?: number;

  /** All of them: what is not in the list is taken away. */
  @Items()
  add_ons?: PlanItemFields[];

  /** All of them: what is not in the list is taken away. */
  @Items()
  discounts?: PlanItemFields[];
}

export class CreatePlan extends PlanFields {
  /** @example "Gym basic" */
  @PlanName()
  name!: string;

  /**
   * Minor units of whatever currency the subscription is billed in.
   * @example 100
   */
  @Minor()
  amount!: number;

  /**
   * Every so many months.
   * @example 1
   */
  @Interval()
  billing_cycle_interval!: number;
}

export class UpdatePlan extends PlanFields {
  /** @example "Gym basic" */
  @MayBeAbsent()
  @PlanName()
  name?: string;

  /**
   * Minor units of whatever currency the subscription is billed in.
   * @example 100
   */
  @OptionalMinor()
  amount?: number;

  /**
   * Every so many months.
   * @example 1
   */
  @MayBeAbsent()
  @Interval()
  billing_cycle_interval?: number;

  /** Gives the plan's amount, as it is afterwards, to every subscription of the plan, from its next billing on. */
  @Flag()
  update_subscriptions?: boolean;
}
