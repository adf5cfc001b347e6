import { ApiProperty } from '@nestjs/swagger';
import { METHOD_STATUSES } from '../../../modules/customer/person/person-method.types.js';

export const CENSUS_METHOD_TYPES = ['PaymentMethods::DirectDebit', 'PaymentMethods::CreditCard'] as const;

export class CensusPaymentMethod {
  @ApiProperty({ type: 'integer', example: 17 })
  id!: number;

  /**
   * A label for people, never a full number.
   * @example "Visa **** 4242"
   */
  name!: string;

  @ApiProperty({ enum: CENSUS_METHOD_TYPES, example: 'PaymentMethods::CreditCard' })
  type!: (typeof CENSUS_METHOD_TYPES)[number];

  @ApiProperty({
    enum: METHOD_STATUSES,
    example: 'active',
    description:
      '`inactive`: expired, deleted, or refused for good. `incomplete` is for cards of the external page, which is to come.',
  })
  status!: (typeof METHOD_STATUSES)[number];

  @ApiProperty({ type: 'boolean', example: true, description: 'Whether a payment with it ever succeeded.' })
  'verified?'!: boolean;
}
