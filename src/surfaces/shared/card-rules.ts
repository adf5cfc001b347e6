import { applyDecorators } from '@nestjs/common';
import { IsString, Matches, MaxLength, ValidateBy } from 'class-validator';
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
