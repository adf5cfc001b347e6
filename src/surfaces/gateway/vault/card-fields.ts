import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, Matches, ValidateBy } from 'class-validator';
import { METHOD_FLAGS } from '../../../modules/customer/record/payment-method.types.js';
import { containsCardNumber } from '../../../platform/common/card-number.js';
import { TextUpTo } from '../../shared/body-shape.js';
import { isStorable, MayBeAbsent } from '../../shared/field-rules.js';

/** Messages name the field and never what was in it. */

/** `MMYY` or `MM/YY`. */
export const EXPIRY = /^(0[1-9]|1[0-2])\/?(\d\d)$/;

export const IsExpiry = () => Matches(EXPIRY, { message: '$property must be MMYY or MM/YY' });

export const IsAccountNumber = () => Matches(/^\d{4,17}$/, { message: '$property must have 4 to 17 digits' });

const ROUTING_DIGITS = /^\d{9}$/;

/** Nine digits of which the last checks the others: https://en.wikipedia.org/wiki/ABA_routing_transit_number */
export const IsRoutingNumber = () =>
  ValidateBy({
    name: 'isRoutingNumber',
    constraints: [ROUTING_DIGITS],
    validator: {
      validate: (value) => typeof value === 'string' && ROUTING_DIGITS.test(value) && passesAbaCheck(value),
      defaultMessage: () => '$property must be a routing number',
    },
  });

function passesAbaCheck(digits: string): boolean {
  const weights = [3, 7, 1];
  const sum = Array.from(digits).reduce((total, digit, index) => total + Number(digit) * (weights[index % 3] ?? 0), 0);
  return sum % 10 === 0;
}

export const MethodFlags = () =>
  applyDecorators(
    MayBeAbsent(),
    IsArray(),
    ArrayMaxSize(20),
    IsIn(METHOD_FLAGS, { each: true }),
    ApiProperty({ type: 'array', items: { type: 'string', enum: [...METHOD_FLAGS] } }),
  );

/** A wallet's own payload: an object, or with `orText` one written as a text. Bounded, storable, and no card number in it. */
export const WalletPayload = ({ orText }: { orText: boolean }) =>
  applyDecorators(
    TextUpTo(LONGEST),
    ValidateBy({
      name: 'walletPayload',
      validator: {
        validate: (value) => problemOf(value, orText) === undefined,
        defaultMessage: (args) => `$property ${problemOf(args?.value, orText)}`,
      },
    }),
  );

const LONGEST = 20_000;

/** The length comes first: the other rules look at every character. */
function problemOf(value: unknown, orText: boolean): string | undefined {
  const isPayload = isObject(value) || (orText && typeof value === 'string');
  if (!isPayload || JSON.stringify(value).length > LONGEST)
    return `must be an object${orText ? ' or a text' : ''} of at most ${LONGEST} characters`;
  if (!everyText(value, isStorable)) return 'must not contain NUL or broken characters';
  return everyText(value, (text) => !containsCardNumber(text)) ? undefined : 'must not contain a card number';
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Tells whether all texts of a payload pass, property names and numbers as well. */
function everyText(value: unknown, passes: (text: string) => boolean): boolean {
  if (typeof value === 'string') return passes(value);
  if (typeof value === 'number') return passes(String(value));
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, inner]) => passes(name) && everyText(inner, passes));
}
