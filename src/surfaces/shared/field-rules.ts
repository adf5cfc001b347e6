import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isEmail, length, MaxLength, ValidateBy, ValidateIf } from 'class-validator';
import { hasInvisible, plainFullStops } from '../../modules/user/email.js';
import { NoCardNumber } from '../../platform/common/card-number.js';
import { EmptyClears } from './empty-clears.js';

/** NUL, which some stores and logs end a text at, and halves of a surrogate pair, which no encoding can write. */
// oxlint-disable-next-line no-control-regex
const UNSTORABLE = /[\u0000\p{Surrogate}]/u;

/** Tells whether a text can be stored and given back unchanged. */
export const isStorable = (text: string): boolean => !UNSTORABLE.test(text);

/** A text that can be stored and given back unchanged. */
export function StorableText(): PropertyDecorator {
  return ValidateBy({
    name: 'storableText',
    validator: {
      validate: (value) => typeof value !== 'string' || isStorable(value),
      defaultMessage: () => '$property must not contain NUL or broken characters',
    },
  });
}

/** No address is longer; what is, is not looked at any further. */
const LONGEST_EMAIL = 1_000;

/** class-validator's own `@IsEmail()` throws on half a surrogate pair. */
export function IsEmailAddress(): PropertyDecorator {
  return ValidateBy({
    name: 'isEmail',
    validator: {
      validate: (value) =>
        typeof value === 'string' && value.length <= LONGEST_EMAIL && isStorable(value) && isEmail(value),
      defaultMessage: () => '$property must be an email',
    },
  });
}

/** Reads an address as it was typed: without the blanks around it, and with plain full stops in its domain. */
export const TypedEmail = (): PropertyDecorator => Transform(ifString((email) => plainFullStops(email.trim())));

/** Rule for addresses: whoever reads one must see all of it. */
export function NoInvisible(): PropertyDecorator {
  return ValidateBy({
    name: 'noInvisible',
    validator: {
      validate: (value) => typeof value !== 'string' || !hasInvisible(value),
      defaultMessage: () => '$property must not contain invisible characters',
    },
  });
}

/**
 * As `@MaxLength()`, or `@Length()` with a least number, but of the text in NFC: an é is one character, however the keyboard
 * composes it. body-shape.ts has bounded the text before, in the units as sent.
 */
export function Characters(most: number, least?: number): PropertyDecorator {
  const short = `longer than or equal to ${least}`;
  const long = `shorter than or equal to ${most}`;
  const wanted = (value: unknown): string => {
    if (least === undefined) return long;
    if (!value) return short;
    if (typeof value === 'string') return value.length < least ? short : long;
    return `${short} and ${long}`;
  };
  return ValidateBy({
    // The names of class-validator's own, whose lengths the document and body-shape.ts read.
    name: least === undefined ? 'maxLength' : 'isLength',
    constraints: least === undefined ? [most] : [least, most],
    validator: {
      validate: (value) => typeof value === 'string' && length(value.normalize('NFC'), least ?? 0, most),
      defaultMessage: (about) => `$property must be ${wanted(about?.value)} characters`,
    },
  });
}

/** Rules for an address of a customer's, which nobody logs in with. */
export const CustomerEmail = (): PropertyDecorator =>
  applyDecorators(NoCardNumber(), MaxLength(254), NoInvisible(), IsEmailAddress(), TypedEmail());

/** May be left out; empty and `null` clear what is stored. */
export const Clearable = (): PropertyDecorator =>
  applyDecorators(
    ValidateIf((_object, value) => value !== undefined && value !== ''),
    EmptyClears({ andNull: true }),
  );

/** May be left out; null is not left out. (`@IsOptional()` would let null pass every other rule.) */
export function MayBeAbsent(): PropertyDecorator {
  return applyDecorators(
    ValidateIf((_object, value) => value !== undefined),
    ApiProperty({ required: false }),
  );
}

/** Function for `@Transform`: changes strings and leaves every other kind to be refused by the rules. */
export function ifString(change: (text: string) => string) {
  return ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? change(value) : value);
}
