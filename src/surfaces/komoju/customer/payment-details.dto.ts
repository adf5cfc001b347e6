import { applyDecorators } from '@nestjs/common';
import { ApiHideProperty, ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import {
  CardDigits,
  IsCardCode,
  IsCardNumber,
  IsExpiryYear,
  IsStripeToken,
  UnlessToken,
} from '../../shared/card-rules.js';
import { CustomerEmail, MayBeAbsent, StorableText } from '../../shared/field-rules.js';

const IsMonth = () => Matches(/^(0?[1-9]|1[0-2])$/, { message: '$property must be 1 to 12' });

const HolderName = (example: string) =>
  applyDecorators(
    MayBeAbsent(),
    IsString(),
    MaxLength(100),
    StorableText(),
    NoCardNumber(),
    ApiProperty({ type: 'string', maxLength: 100, required: false, example }),
  );

const NUMBERS = 'Taken towards the simulator, else only with `ALLOW_RAW_CARD_DATA`; never stored.';

/** A card (decision K5). */
export class KomojuPaymentDetails {
  /** In place of all others, when a token was sent. */
  @MayBeAbsent()
  @IsStripeToken()
  @ApiHideProperty()
  token?: string;

  @UnlessToken()
  @IsIn(['credit_card'])
  @ApiProperty({ type: 'string', enum: ['credit_card'], example: 'credit_card' })
  type?: string;

  @CardDigits(0, IsCardNumber(), {
    description: `12 to 19 digits; 17 and more only as a text, because JSON's numbers are not exact there. ${NUMBERS}`,
    example: '4111111111111111',
  })
  number?: string;

  @CardDigits(1, IsMonth(), { description: '1 to 12.', example: '1' })
  month?: string;

  @CardDigits(4, IsExpiryYear(), { description: 'Four digits.', example: '2035' })
  year?: string;

  @CardDigits(3, IsCardCode(), {
    description: 'Three or four digits. Passed on to Stripe, stored nowhere.',
    example: '123',
  })
  verification_value?: string;

  @HolderName('Taro Yamada')
  name?: string;

  @HolderName('Taro')
  given_name?: string;

  @HolderName('Yamada')
  family_name?: string;

  @MayBeAbsent()
  @CustomerEmail()
  @ApiProperty({ type: 'string', format: 'email', maxLength: 254, required: false, example: 'taro@example.com' })
  email?: string;
}
