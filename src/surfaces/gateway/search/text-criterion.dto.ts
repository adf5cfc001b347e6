import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { Nested } from '../nested.js';

const OPERATORS = ['=', '!='] as const;

/** Contract 1.9, QuerySearchString. */
export class TextCriterion {
  /**
   * `=` when it is not sent. `!=` also finds those that have no such value.
   * @example "="
   */
  @MayBeAbsent()
  @IsIn(OPERATORS)
  @ApiProperty({ type: 'string', enum: OPERATORS, default: '=' })
  operator?: (typeof OPERATORS)[number];

  /**
   * The whole value, case-sensitive. Without one the criterion is not sent.
   * @example "user@example.com"
   */
  @MayBeAbsent()
  @StorableText()
  @MaxLength(255)
  @IsString()
  @ApiProperty({ maxLength: 255 })
  value?: string;
}

/** A property that is a text criterion. */
export const SearchText = () => Nested(() => TextCriterion);

/** Converts the criterion to the form that the modules take; undefined when there is nothing to compare with. */
export function toTextCriterion({ operator = '=', value }: TextCriterion = {}) {
  return value === undefined ? undefined : { operator, value };
}
