import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsString, Matches, MaxLength, ValidateBy } from 'class-validator';
import { quantityOf, RATE_PATTERN } from '../../../modules/calculator/rate.js';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { FEE_TYPES, Minor, OptionalMinor } from '../money-fields.js';

export const STATUSES = ['paid', 'pending', 'rejected'] as const;
/** Contract 12, of line items. */
const NAME_LENGTH = 50;
const COMMODITY_CODE_LENGTH = 12;
const MAX_QUANTITY = 999_999.99;

export const Text = (maxLength: number) =>
  applyDecorators(IsString(), MaxLength(maxLength), StorableText(), NoCardNumber(), ApiProperty({ maxLength }));
export const OptionalText = (maxLength: number) => applyDecorators(MayBeAbsent(), Text(maxLength));

/** `10.25` is 10.25 %; a number would be a binary fraction. */
export const Rate = () =>
  applyDecorators(
    MayBeAbsent(),
    Matches(RATE_PATTERN, { message: '$property must be a percentage such as 10.25, as a string' }),
    ApiProperty({ type: 'string', example: '10.25' }),
  );

const Quantity = () =>
  applyDecorators(
    ValidateBy({
      name: 'isQuantity',
      validator: {
        validate: (value) => typeof value === 'number' && value <= MAX_QUANTITY && quantityOf(value) !== null,
        defaultMessage: () => `$property must be a number from 0 to ${MAX_QUANTITY} of at most two decimals`,
      },
    }),
    ApiProperty({ type: 'number', minimum: 0, maximum: MAX_QUANTITY }),
  );

export class AmountLineItem {
  /** @example "1" */
  @Text(NAME_LENGTH)
  id!: string;

  /** State of the line; what is pending is owed now, the rest is not. */
  @IsIn(STATUSES)
  @ApiProperty({ type: 'string', enum: STATUSES, example: 'pending' })
  status!: string;

  @IsIn(FEE_TYPES)
  @ApiProperty({ type: 'string', enum: FEE_TYPES, example: 'flat' })
  type!: (typeof FEE_TYPES)[number];

  /** @example "Mug" */
  @Text(NAME_LENGTH)
  name!: string;

  @OptionalText(NAME_LENGTH)
  description?: string;

  /**
   * Minor units; of a percentage thousandths of one percent of the subtotal.
   * @example 1999
   */
  @Minor()
  unit_price!: number;

  /** @example 2 */
  @Quantity()
  quantity!: number;

  @MayBeAbsent()
  @Quantity()
  quantity_shipped?: number;

  @OptionalText(NAME_LENGTH)
  product_code?: string;

  @OptionalText(COMMODITY_CODE_LENGTH)
  commodity_code?: string;

  @OptionalText(NAME_LENGTH)
  unit_of_measure?: string;

  @OptionalText(NAME_LENGTH)
  alternate_tax_identifier?: string;

  @MayBeAbsent()
  @IsBoolean()
  taxable?: boolean;

  @Rate()
  local_tax_rate?: string;

  @Rate()
  national_tax_rate?: string;

  /** Counts where neither of the two others is sent. */
  @Rate()
  tax_rate?: string;

  @OptionalMinor()
  discount_amount?: number;

  /** Counts where no `discount_amount` is sent. */
  @Rate()
  discount_rate?: string;

  @OptionalMinor()
  freight_amount?: number;
}

const PRICE = /^\d{1,8}$/;

export class AmountProduct {
  /** @example "mug" */
  @Text(NAME_LENGTH)
  id!: string;

  /** @example "Mug" */
  @Text(NAME_LENGTH)
  name!: string;

  @OptionalText(NAME_LENGTH)
  description?: string;

  /**
   * Minor units, in digits.
   * @example "1999"
   */
  @Matches(PRICE, { message: '$property must be minor units in at most 8 digits' })
  price!: string;

  @Rate()
  local_tax?: string;

  @Rate()
  national_tax?: string;

  @MayBeAbsent()
  @IsBoolean()
  fixed_amount?: boolean;

  @MayBeAbsent()
  @IsBoolean()
  fixed_qty?: boolean;

  @OptionalText(NAME_LENGTH)
  unit_of_measure?: string;
}
