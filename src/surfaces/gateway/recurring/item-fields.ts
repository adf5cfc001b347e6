import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min, ValidateBy } from 'class-validator';
import { ITEM_PERCENTAGE } from '../../../modules/recurring/item/item.types.js';
import { MayBeAbsent } from '../../shared/field-rules.js';

/** Add-ons, and discounts, of one plan. */
export const MOST_ITEMS = 20;
/** A daily billing for 27 years. */
const MOST_BILLINGS = 9_999;
export const LONGEST_NAME = 100;
export const LONGEST_DESCRIPTION = 255;

/** Number of successful billings. */
export const Duration = () =>
  applyDecorators(
    MayBeAbsent(),
    IsInt(),
    Min(0),
    Max(MOST_BILLINGS),
    ApiProperty({ type: 'integer', minimum: 0, maximum: MOST_BILLINGS }),
  );

/** Contract 8.1: thousandths of one percent; 0, or from 0.1 % to 100 %. */
export function Percentage(): PropertyDecorator {
  const { least, most } = ITEM_PERCENTAGE;
  const isPercentage = (value: unknown) =>
    value === 0 || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most);
  return applyDecorators(
    MayBeAbsent(),
    ValidateBy({
      name: 'isItemPercentage',
      validator: {
        validate: isPercentage,
        defaultMessage: () => `$property must be 0 or a whole number from ${least} to ${most}`,
      },
    }),
    ApiProperty({ type: 'integer', minimum: 0, maximum: most }),
  );
}
