import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsInt,
  IsISO8601,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { GREATEST_AMOUNT_MINOR } from '../../../platform/common/currency.js';
import { entryHoldsCardNumber } from '../../../platform/common/identifier-key.js';
import { isStorable, StorableText } from '../../shared/field-rules.js';

/** ISO 8601 alone would let weeks, days of the year and local times in, which Date reads as nothing or as something else. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** Stripe takes 50 keys; ten are kept for ours. */
const MAX_METADATA_KEYS = 40;
const RESERVED = new Set(['payment_id', 'deployment_id', 'scope', 'userId', 'cuid', 'fp']);

function isMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= MAX_METADATA_KEYS &&
    entries.every(
      ([key, text]) =>
        /^[\w .:-]{1,40}$/.test(key) &&
        !RESERVED.has(key) &&
        typeof text === 'string' &&
        text.length > 0 &&
        text.length <= 500 &&
        isStorable(text) &&
        !entryHoldsCardNumber(key, text),
    )
  );
}

const IsMetadata = () =>
  ValidateBy({
    name: 'isMetadata',
    validator: {
      validate: isMetadata,
      defaultMessage: () =>
        `$property must hold at most ${MAX_METADATA_KEYS} texts of 1 to 500 characters under names of 1 to 40 characters that are not reserved, no NUL or broken characters, and no card number`,
    },
  });

/** Sent may be left out, but not null. */
const Optional = () => ValidateIf((_object, value) => value !== undefined);

export class RegisterCheckout {
  /** Minor units: 2000 is 20.00 USD. */
  @IsInt()
  @Min(1)
  @Max(GREATEST_AMOUNT_MINOR)
  @ApiProperty({ type: 'integer', example: 2000 })
  amount!: number;

  /**
   * Lower-case ISO 4217 code.
   * @example "usd"
   */
  @IsString()
  @Matches(/^[a-z]{3}$/, { message: 'currency must be a lower-case ISO 4217 code' })
  currency!: string;

  /**
   * Shown to the payer on the receipt.
   * @example "Order 1042"
   */
  @Optional()
  @IsString()
  @Length(1, 500)
  @StorableText()
  @NoCardNumber()
  @ApiProperty({ required: false })
  description?: string;

  /** Copied to the PaymentIntent's metadata. */
  @Optional()
  // The map is taken as it was sent: class-transformer's copy leaves out names that every object has, such as toString.
  @Transform(({ obj }: { obj: { metadata?: unknown } }) => obj.metadata)
  @IsMetadata()
  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { order: '1042' },
  })
  metadata?: Record<string, string>;

  /**
   * After this moment no payment can claim it. With an offset or Z: a local time would be the server's.
   * @example "2030-01-01T00:00:00.000Z"
   */
  @Optional()
  @IsString()
  @MaxLength(40)
  @IsISO8601({ strict: true, strictSeparator: true })
  @Matches(RFC_3339, { message: 'expiresAt must be a moment such as 2030-01-01T00:00:00Z' })
  @ApiProperty({ required: false, format: 'date-time' })
  expiresAt?: string;

  /**
   * The only user who may pay it.
   * @example "5f9f1c9b9c9c9c9c9c9c9c9c"
   */
  @Optional()
  @IsString()
  @Matches(/^[0-9a-f]{24}$/, { message: 'userId must be 24 hexadecimal characters' })
  @ApiProperty({ required: false })
  userId?: string;
}

export class CheckoutRegistered {
  /** @example "cjld2cjxh0000qzrmn831i7rn" */
  cuid!: string;

  @ApiProperty({ type: 'integer', example: 2000 })
  amount!: number;

  /** @example "usd" */
  currency!: string;

  /** @example "Order 1042" */
  description?: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { order: '1042' } })
  metadata!: Record<string, string>;

  /** @example "2030-01-01T00:00:00.000Z" */
  expiresAt?: string;

  /** @example "5f9f1c9b9c9c9c9c9c9c9c9c" */
  userId?: string;
}
