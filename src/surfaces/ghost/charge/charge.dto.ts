import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { prefixedIdPattern } from '../prefixed-id.js';

/** Stripe's minimum in US dollars; those of other currencies are looked at with the currency. */
const LEAST = 50;
/** Stripe takes eight digits. */
const MOST = 99_999_999;

const PrefixedId = (prefix: 'customer' | 'card') =>
  applyDecorators(
    IsString(),
    Matches(prefixedIdPattern(prefix), { message: `$property must be ${prefix}_ and its id` }),
  );

export class NewGhostCharge {
  @IsInt()
  @Min(LEAST)
  @Max(MOST)
  @ApiProperty({ type: 'integer', minimum: LEAST, maximum: MOST, example: 1000, description: 'Cents: 1000 is 10.00.' })
  amount!: number;

  @PrefixedId('customer')
  @ApiProperty({ type: 'string', example: 'customer_bl6nqk69ku6897l45fp0' })
  customerId!: string;

  @MayBeAbsent()
  @PrefixedId('card')
  @ApiProperty({
    ...{ type: 'string', required: false, example: 'card_bl6nqk69ku6897l45fq0' },
    description: 'A card of that customer; their default card where none is named.',
  })
  cardId?: string;

  @MayBeAbsent()
  @IsString()
  @MaxLength(1000)
  @StorableText()
  @NoCardNumber()
  @ApiProperty({ type: 'string', required: false, maxLength: 1000, example: 'Order 1001' })
  description?: string;

  @MayBeAbsent()
  @Matches(/^[a-z]{3}$/, { message: '$property must be three small letters' })
  @ApiProperty({ type: 'string', required: false, example: 'usd', description: 'Otherwise the account’s.' })
  currency?: string;
}

export const GHOST_CHARGE_STATUSES = ['succeeded', 'pending', 'failed'] as const;

export type GhostChargeStatus = (typeof GHOST_CHARGE_STATUSES)[number];

export class GhostCharge {
  /** @example "charge_752gut4yhtpmyzoeyqxqawby7c" */
  id!: string;

  @ApiProperty({ type: 'integer', example: 1000 })
  amount!: number;

  /** @example "usd" */
  currency!: string;

  /** @example "card_bl6nqk69ku6897l45fq0" */
  cardId!: string;

  /** @example "customer_bl6nqk69ku6897l45fp0" */
  customerId!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'Order 1001' })
  description!: string | null;

  @ApiProperty({
    enum: GHOST_CHARGE_STATUSES,
    description:
      '`pending`: nobody knows yet. Ask again with the same `Idempotency-Key`; a new request would be a new charge. `failed`: not charged.',
  })
  status!: string;

  /** @example "2024-05-01T10:00:00.000Z" */
  createdAt!: string;
}

export class GhostChargeAnswer {
  doc!: GhostCharge;
}

const CUSTOMER = 'customer_bl6nqk69ku6897l45fp0';

export const CHARGE_EXAMPLES = {
  card: {
    summary: 'a card of the customer',
    value: { amount: 1000, cardId: 'card_bl6nqk69ku6897l45fq0', customerId: CUSTOMER, description: 'Order 1001' },
  },
  default: { summary: 'their default card', value: { amount: 1000, customerId: CUSTOMER } },
};
