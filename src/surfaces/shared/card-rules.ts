import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsString, Matches, MaxLength, ValidateBy, ValidateIf } from 'class-validator';
import { NoCardNumber, passesLuhn } from '../../platform/common/card-number.js';

/** Messages name the field and never what was in it. */

const CARD_DIGITS = /^\d{12,19}$/;

export const IsCardNumber = () =>
  ValidateBy({
    name: 'isCardNumber',
    constraints: [CARD_DIGITS],
    validator: {
      validate: (value) => typeof value === 'string' && CARD_DIGITS.test(value) && passesLuhn(value),
      defaultMessage: () => '$property must be a card number',
    },
  });

export const IsStripeToken = () =>
  applyDecorators(
    Matches(/^(tok|pm)_\w+$/, { message: '$property must be a token of Stripe’s, tok_… or pm_…' }),
    NoCardNumber(), // it is stored while Stripe is asked
    MaxLength(255),
    IsString(),
  );

export const IsExpiryYear = () => Matches(/^\d{4}$/, { message: '$property must have four digits' });
export const IsCardCode = () => Matches(/^\d{3,4}$/, { message: '$property must have three or four digits' });

/** Needed where there is no token. */
export const UnlessToken = () => ValidateIf(({ token }: { token?: unknown }) => token === undefined);

/**
 * A field of a card that is written with digits, as a text or as a number, and needed where there is no token. A number has lost
 * its leading zeros: `digits` says how many there are at least.
 */
export const CardDigits = (digits: number, rule: PropertyDecorator, about: { description: string; example: string }) =>
  applyDecorators(
    UnlessToken(),
    rule,
    Transform(({ value }: { value: unknown }) =>
      Number.isSafeInteger(value) ? String(value).padStart(digits, '0') : value,
    ),
    ApiProperty({ ...about, required: false, oneOf: [{ type: 'string' }, { type: 'integer' }] }),
  );
