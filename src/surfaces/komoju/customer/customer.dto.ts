import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsObject, ValidateBy, ValidateNested } from 'class-validator';
import { currencyRule } from '../../../platform/common/currency.js';
import { NestedClass, TextUpTo } from '../../shared/body-shape.js';
import { Clearable, CustomerEmail, MayBeAbsent } from '../../shared/field-rules.js';
import { IsMetadata, LONGEST_VALUE } from './metadata.js';
import { KomojuPaymentDetails } from './payment-details.dto.js';

const IsCurrency = (): PropertyDecorator =>
  ValidateBy({
    name: 'isCurrency',
    constraints: [/^[A-Za-z]{3}$/],
    validator: {
      validate: (value) => typeof value === 'string' && currencyRule(value.toLowerCase()) !== undefined,
      defaultMessage: () => '$property must be an ISO 4217 code of three letters',
    },
  });

/** The hash, or a token, which the pipe has put into one. */
const Source = (required: boolean): PropertyDecorator =>
  applyDecorators(
    IsObject({ message: '$property must be a token or a hash' }),
    ValidateNested(),
    NestedClass(() => KomojuPaymentDetails),
    Type(() => KomojuPaymentDetails),
    ApiProperty({
      required,
      description: 'A token of Stripe’s, `tok_…` or `pm_…`, which works once; or the card itself.',
      oneOf: [
        { type: 'string', pattern: '^(tok|pm)_\\w+$', maxLength: 255 },
        { $ref: getSchemaPath(KomojuPaymentDetails) },
      ],
      example: 'pm_card_visa',
    }),
  );

/** All but the source: rules of a class hold for those that extend it too, so what one of them demands cannot stand here. */
abstract class CustomerFields {
  @MayBeAbsent()
  @IsCurrency()
  @ApiProperty({ type: 'string', required: false, example: 'JPY', description: 'Stored, in no answer.' })
  currency?: string;

  @Clearable()
  @CustomerEmail()
  @ApiProperty({
    type: 'string',
    format: 'email',
    maxLength: 254,
    required: false,
    nullable: true,
    example: 'test@example.com',
    description: 'Empty or null: none.',
  })
  email?: string;

  @Clearable()
  // The map is taken as it was sent: class-transformer's copy leaves out names that every object has, such as toString.
  @Transform(({ obj }: { obj: { metadata?: unknown } }) => obj.metadata)
  @TextUpTo(LONGEST_VALUE)
  @IsMetadata()
  @ApiProperty({
    type: 'object',
    selfRequired: false,
    nullable: true,
    additionalProperties: {
      oneOf: [{ type: 'string', maxLength: LONGEST_VALUE }, { type: 'number' }, { type: 'boolean' }],
    },
    example: { order_id: 'abcdefg' },
    description: 'At most 50 keys of 40 characters. On an update it replaces all that are there; empty or null: none.',
  })
  metadata?: Record<string, string | number | boolean> | '';
}

@ApiExtraModels(KomojuPaymentDetails)
export class CreateKomojuCustomer extends CustomerFields {
  @Source(true)
  payment_details!: KomojuPaymentDetails;
}

@ApiExtraModels(KomojuPaymentDetails)
export class UpdateKomojuCustomer extends CustomerFields {
  @MayBeAbsent()
  @Source(false)
  payment_details?: KomojuPaymentDetails;
}

export class KomojuSource {
  @ApiProperty({ type: 'string', enum: ['credit_card'], example: 'credit_card' })
  type!: string;

  /** @example "visa" */
  brand!: string;

  /** @example "1111" */
  last_four_digits!: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 12, example: 1 })
  month!: number;

  @ApiProperty({ type: 'integer', example: 2025 })
  year!: number;
}

export class KomojuCustomer {
  @ApiProperty({ type: 'string', pattern: '^[0-9a-z]{25}$', example: '8xk3c2swi2qqnt1edef0g29jd' })
  id!: string;

  @ApiProperty({ type: 'string', enum: ['customer'], example: 'customer' })
  resource!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'test@example.com' })
  email!: string | null;

  @ApiProperty({
    type: () => KomojuSource,
    nullable: true,
    description: 'Only in the answers of a create and an update: reading tells nothing of what is saved.',
  })
  source!: KomojuSource | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { order_id: 'abcdefg' } })
  metadata!: Record<string, string>;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2020-06-09T07:41:50Z' })
  created_at!: string;
}
