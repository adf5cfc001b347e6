import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../shared/field-rules.js';
import { Nested } from '../nested.js';

const OPERATORS = ['=', '!=', '<', '>'] as const;

/** Greater than any amount, and small enough that a fraction is told from a whole number. */
const GREATEST = 1e15;

/** Contract 1.9, QuerySearchInt. */
export class IntCriterion {
  /**
   * `=` when it is not sent.
   * @example ">"
   */
  @MayBeAbsent()
  @IsIn(OPERATORS)
  @ApiProperty({ type: 'string', enum: OPERATORS, default: '=' })
  operator?: (typeof OPERATORS)[number];

  /**
   * Minor units. Without a value the criterion is not sent.
   * @example 1000
   */
  @MayBeAbsent()
  @Max(GREATEST)
  @Min(-GREATEST)
  @IsInt()
  @ApiProperty({ type: 'integer', format: 'int64', minimum: -GREATEST, maximum: GREATEST })
  value?: number;
}

/** A property that is a criterion of whole numbers. */
export const SearchInt = () => Nested(() => IntCriterion);

/** Converts the criterion to the form that the modules take; undefined when there is nothing to compare with. */
export function toIntCriterion({ operator = '=', value }: IntCriterion = {}) {
  return value === undefined ? undefined : { operator, value };
}
