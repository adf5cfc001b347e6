import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../shared/field-rules.js';

/** Rows of an answer, at least so many and at most 100. */
export const Limit = (least: number) => between(least, 100, DEFAULT_LIMIT);

/** Rows that are skipped (decision G30). */
export const Offset = () => between(0, 1_000, 0);

/** Rows that are skipped, where the contract has no bound: as many as a number can count. */
export const OpenOffset = () => between(0, Number.MAX_SAFE_INTEGER, 0);

export const DEFAULT_LIMIT = 10;

function between(minimum: number, maximum: number, otherwise: number): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    IsInt(),
    Min(minimum),
    Max(maximum),
    ApiProperty({ type: 'integer', minimum, maximum, default: otherwise }),
  );
}
