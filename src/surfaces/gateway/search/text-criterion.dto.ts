import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { Nested } from '../nested.js';

const OPERATORS = ['=', '!='] as const;

/** All rules of a value: class-validator drops the inherited ones of a property that has its own. */
const Value = (most: number) =>
  applyDecorators(IsString(), MaxLength(most), StorableText(), MayBeAbsent(), ApiProperty({ maxLength: most }));

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
  @Value(255)
  value?: string;
}

/** Text of a name, a company or a city. */
export class NameCriterion extends TextCriterion {
  /** @example "Smith" */
  @Value(50)
  override value?: string;
}

export class StreetCriterion extends TextCriterion {
  /** @example "123 Some St" */
  @Value(100)
  override value?: string;
}

/** Code of a state or a country. */
export class CodeCriterion extends TextCriterion {
  /** @example "IL" */
  @Value(2)
  override value?: string;
}

export class PostalCodeCriterion extends TextCriterion {
  /** @example "60187" */
  @Value(6)
  override value?: string;
}

/** Number of a telephone or a fax. */
export class PhoneCriterion extends TextCriterion {
  /** @example "5555555555" */
  @Value(14)
  override value?: string;
}

/** A property that is a text criterion, of those above the one that bounds its value. */
export const SearchText = (type: new () => TextCriterion = TextCriterion) => Nested(() => type);

/** Converts the criterion to the form that the modules take; undefined when there is nothing to compare with. */
export function toTextCriterion({ operator = '=', value }: TextCriterion = {}) {
  return value === undefined ? undefined : { operator, value };
}
