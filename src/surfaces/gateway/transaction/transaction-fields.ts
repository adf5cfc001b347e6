import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsString, Matches, MaxLength, ValidateBy } from 'class-validator';
import { isIP } from 'node:net';
import { containsCardNumber, NoCardNumber } from '../../../platform/common/card-number.js';
import { TextUpTo } from '../../shared/body-shape.js';
import { ifString, isStorable, MayBeAbsent } from '../../shared/field-rules.js';

/** Rules of fields that transactions have in several places. Messages name the field and never what was in it. */

/** Form of an idempotency key and of the ids of 3-D Secure servers; the version is not looked at. */
export const UUID = /^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/;

/** Ruling 68: letters, digits, and blanks within; blanks at the ends are cut off. */
export const MerchantReference = (maxLength: number) =>
  applyDecorators(
    MayBeAbsent(),
    Transform(ifString((text) => text.trim())),
    IsString(),
    MaxLength(maxLength),
    // Blanks at the ends have been cut off by then, and are said to the reader of the document.
    Matches(/^\s*[A-Za-z0-9 ]*\s*$/, { message: '$property must consist of letters and digits' }),
    NoCardNumber(),
    ApiProperty({ maxLength }),
  );

export const OneOf = (values: readonly string[], example: string | undefined = values[0]) =>
  applyDecorators(IsIn([...values]), ApiProperty({ type: 'string', enum: [...values], example }));

export const OptionalOneOf = (values: readonly string[], example: string | undefined = values[0]) =>
  applyDecorators(MayBeAbsent(), OneOf(values, example));

/** `true` or `false`; also as texts, which many clients send. */
export const Flag = () =>
  applyDecorators(
    MayBeAbsent(),
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean(),
    ApiProperty({ type: 'boolean' }),
  );

const LONGEST_IP = 45;

export const IpAddress = () =>
  applyDecorators(
    MayBeAbsent(),
    TextUpTo(LONGEST_IP),
    ValidateBy({
      name: 'isIp',
      validator: {
        validate: (value) => typeof value === 'string' && isIpAddress(value),
        defaultMessage: () => '$property must be an IP address',
      },
    }),
  );

function isIpAddress(text: string): boolean {
  // Not with a zone behind it, which may be any text.
  return isIP(text) !== 0 && !text.includes('%');
}

const MOST_CUSTOM_FIELDS = 100;
const MOST_CUSTOM_VALUES = 50;
const LONGEST_CUSTOM = 255;

/** Custom fields: each a list of texts, even for one value. */
export const CustomFields = () =>
  applyDecorators(
    MayBeAbsent(),
    ValidateBy({
      name: 'customFields',
      validator: {
        validate: (value) => isCustomFields(value),
        defaultMessage: () => '$property must be an object of lists of texts',
      },
    }),
    ApiProperty({
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string', maxLength: LONGEST_CUSTOM } },
      example: { b7kgflt1tlv51er0f1sg: ['blue'] },
    }),
  );

function isCustomFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= MOST_CUSTOM_FIELDS &&
    entries.every(([name, list]) => isPlain(name) && Array.isArray(list) && isValues(list))
  );
}

function isValues(list: readonly unknown[]): boolean {
  return list.length <= MOST_CUSTOM_VALUES && list.every((text) => typeof text === 'string' && isPlain(text));
}

const isPlain = (text: string): boolean =>
  text.length <= LONGEST_CUSTOM && isStorable(text) && !containsCardNumber(text);
