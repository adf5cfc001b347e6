import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { MayBeAbsent } from '../../shared/field-rules.js';
import { Nested } from '../nested.js';
import { parseInstant } from './instant.js';

const IsInstant = () =>
  applyDecorators(
    MayBeAbsent(),
    ValidateBy({
      name: 'isInstant',
      validator: {
        validate: (value) => typeof value === 'string' && parseInstant(value) !== null,
        defaultMessage: () => '$property must be a time such as 2024-01-31T23:59:59Z',
      },
    }),
    ApiProperty({ format: 'date-time' }),
  );

/** Contract 1.9, QueryDateRange: both ends included, a missing one open. */
export class DateRange {
  /**
   * RFC 3339.
   * @example "2024-01-01T00:00:00Z"
   */
  @IsInstant()
  start_date?: string;

  /**
   * RFC 3339. Without a fraction the whole second is included.
   * @example "2024-01-31T23:59:59Z"
   */
  @IsInstant()
  end_date?: string;
}

/** A property that is a range of time. */
export const SearchDates = () => Nested(() => DateRange);

/** Converts the range to the form that the modules take. */
export function toDateRange({ start_date, end_date }: DateRange = {}): { start?: Date; end?: Date } {
  const start = start_date === undefined ? null : parseInstant(start_date);
  const end = end_date === undefined ? null : parseInstant(end_date);
  return {
    ...(start && { start: new Date(start.at) }),
    // Times are kept to the millisecond and often shown to the second.
    ...(end && { end: new Date(end.at + (end.wholeSecond ? 999 : 0)) }),
  };
}
