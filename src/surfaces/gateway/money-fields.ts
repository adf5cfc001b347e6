import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { MAX_FIGURE_MINOR } from '../../modules/calculator/money.js';
import { MayBeAbsent } from '../shared/field-rules.js';

export const METHODS = ['card', 'ach'] as const;
export const FEE_TYPES = ['flat', 'percentage'] as const;

/** Contract 1.6: whole minor units. */
export const Minor = () =>
  applyDecorators(
    IsInt(),
    Min(0),
    Max(MAX_FIGURE_MINOR),
    ApiProperty({ type: 'integer', minimum: 0, maximum: MAX_FIGURE_MINOR }),
  );

export const OptionalMinor = () => applyDecorators(MayBeAbsent(), Minor());

export const IsMethod = () =>
  applyDecorators(IsIn(METHODS), ApiProperty({ type: 'string', enum: METHODS, example: 'card' }));

/** The first digits of a card, up to all of them. They are looked at and neither stored nor logged. */
export const Bin = () =>
  applyDecorators(MayBeAbsent(), Matches(/^\d{6,19}$/, { message: '$property must have 6 to 19 digits' }));

/** As in ISO 3166-2 behind the country: a longer text could not be compared with the states that ban surcharges. */
export const State = () =>
  applyDecorators(
    MayBeAbsent(),
    Matches(/^[A-Za-z0-9]{1,3}$/, { message: '$property must be a code such as IL, of at most 3 letters or digits' }),
  );
