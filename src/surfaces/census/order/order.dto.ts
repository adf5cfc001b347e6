import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Matches, Max, MaxLength, Min, ValidateBy, ValidateIf } from 'class-validator';
import { QUALIFIED_ID } from '../../../modules/customer/person/person.types.js';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { isIban } from '../../../platform/common/iban.js';
import { TextUpTo } from '../../shared/body-shape.js';
import { MayBeAbsent, StorableText } from '../../shared/field-rules.js';

export const ORDER_TYPES = ['existing_payment_method', 'direct_debit'] as const;

/** Stripe takes eight digits. */
const MOST = 99_999_999;
const GREATEST_NUMBER = 999_999_999_999_999;

/** Demanded for one type of payment method, and not looked at for the others. */
const OnlyFor = (type: (typeof ORDER_TYPES)[number]) =>
  ValidateIf(({ payment_method_type: asked }: NewCensusOrder) => asked === type);

const IsIban = () =>
  ValidateBy({
    name: 'isIban',
    validator: {
      validate: (value) => typeof value === 'string' && isIban(value),
      defaultMessage: () => '$property is invalid',
    },
  });

export class NewCensusOrder {
  @Matches(QUALIFIED_ID, { message: '$property is invalid' })
  @ApiProperty({ type: 'string', pattern: QUALIFIED_ID.source, example: '42@census' })
  person_id!: string;

  @NoCardNumber()
  @Matches(/\S/, { message: "$property can't be blank" })
  @StorableText()
  @MaxLength(255)
  @IsString()
  @ApiProperty({ type: 'string', maxLength: 255, example: 'Monthly fee' })
  description!: string;

  @Max(MOST)
  @Min(1)
  @IsInt()
  @ApiProperty({
    ...{ type: 'integer', minimum: 1, maximum: MOST, example: 1000 },
    description: 'Cents of a euro: 1000 is 10.00 €. Stripe takes 50 at least.',
  })
  amount!: number;

  @MayBeAbsent()
  @NoCardNumber()
  @StorableText()
  @MaxLength(64)
  @IsString()
  @ApiProperty({ type: 'string', required: false, maxLength: 64, example: 'FEE2024' })
  campaign_code?: string;

  @IsIn(ORDER_TYPES)
  @ApiProperty({ enum: ORDER_TYPES, example: 'existing_payment_method' })
  payment_method_type!: (typeof ORDER_TYPES)[number];

  @OnlyFor('existing_payment_method')
  @Max(GREATEST_NUMBER)
  @Min(1)
  @IsInt()
  @ApiProperty({
    ...{ type: 'integer', minimum: 1, maximum: GREATEST_NUMBER, required: false, example: 17 },
    description: 'Only for `existing_payment_method`: one of the person’s, and not `inactive`.',
  })
  payment_method_id?: number;

  @OnlyFor('direct_debit')
  @IsIban()
  @TextUpTo(34)
  @ApiProperty({
    ...{ type: 'string', required: false, example: 'ES9121000418450200051332' },
    description: 'Only for `direct_debit`: capital letters and digits alone.',
  })
  iban?: string;
}

export class CensusOrderAnswer {
  /** @example 17 */
  @ApiProperty({ type: 'integer', example: 17 })
  payment_method_id!: number;
}

export class CensusTotal {
  @ApiProperty({ type: 'integer', example: 1100001, description: 'Cents of a euro.' })
  amount!: number;
}

const ORDER = { person_id: '42@census', campaign_code: 'FEE2024' };

export const ORDER_EXAMPLES = {
  existing: {
    summary: 'a stored payment method',
    value: {
      ...{ ...ORDER, description: 'Monthly fee', amount: 1000 },
      ...{ payment_method_type: 'existing_payment_method', payment_method_id: 17 },
    },
  },
  debit: {
    summary: 'a bank account',
    value: {
      ...{ ...ORDER, description: 'Donation', amount: 2550 },
      ...{ payment_method_type: 'direct_debit', iban: 'ES9121000418450200051332' },
    },
  },
};
