import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { Clearable, CustomerEmail, MayBeAbsent, StorableText } from '../../shared/field-rules.js';

const DescriptionRules = () => applyDecorators(IsString(), MaxLength(350), StorableText(), NoCardNumber());

const EMAIL = { type: 'string', format: 'email', maxLength: 254, example: 'buyer@example.com' } as const;
const DESCRIPTION = { type: 'string', maxLength: 350, example: 'Wholesale buyer' } as const;

export class CreateGhostCustomer {
  @MayBeAbsent()
  @CustomerEmail()
  @ApiProperty({ ...EMAIL, required: false })
  email?: string;

  @MayBeAbsent()
  @DescriptionRules()
  @ApiProperty({ ...DESCRIPTION, required: false })
  description?: string;
}

export class UpdateGhostCustomer {
  @Clearable()
  @CustomerEmail()
  @ApiProperty({ ...EMAIL, required: false, nullable: true, description: 'Empty or null clears it.' })
  email?: string;

  @Clearable()
  @DescriptionRules()
  @ApiProperty({ ...DESCRIPTION, required: false, nullable: true, description: 'Empty or null clears it.' })
  description?: string;
}

export class GhostCustomer {
  /** @example "customer_bl6nqk69ku6897l45fp0" */
  id!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'buyer@example.com' })
  email!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'Wholesale buyer' })
  description!: string | null;

  /** The card that a charge takes when it names none. */
  @ApiProperty({ type: 'string', nullable: true, example: 'card_bl6nqk69ku6897l45fq0' })
  defaultCardId!: string | null;

  /** @example "2024-05-01T10:00:00.000Z" */
  createdAt!: string;

  /** @example "2024-05-01T10:00:00.000Z" */
  updatedAt!: string;
}

export class GhostCustomerAnswer {
  doc!: GhostCustomer;
}

export const CREATE_EXAMPLES = {
  whole: { summary: 'address and description', value: { email: 'buyer@example.com', description: 'Wholesale buyer' } },
  empty: { summary: 'nothing said', value: {} },
};

export const UPDATE_EXAMPLES = {
  description: { summary: 'only the description', value: { description: 'VIP buyer' } },
  cleared: { summary: 'no address any more', value: { email: null } },
};
