import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { SuccessEnvelope } from '../envelope.dto.js';
import { Bin, FEE_TYPES, IsMethod, Minor, State } from '../money-fields.js';

export class LookUpFees {
  @IsIn(['integrations'])
  @ApiProperty({ type: 'string', enum: ['integrations'], example: 'integrations' })
  type!: 'integrations';

  /**
   * Where the payer lives; some states ban surcharges.
   * @example "IL"
   */
  @State()
  state?: string;

  /**
   * The first 6 to 19 digits of the card, by which debit and prepaid cards are told.
   * @example "517246700"
   */
  @Bin()
  bin?: string;

  /**
   * A customer of the vault.
   * @example "customer42"
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(50)
  @StorableText()
  customer_id?: string;

  /**
   * One of that customer's payment methods; needs `customer_id`. Otherwise the default one counts, if it is of the kind.
   * @example "bl6nqk69ku6897l45fq0"
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(50)
  @StorableText()
  payment_id?: string;

  @IsMethod()
  payment_method!: 'card' | 'ach';

  /**
   * Price without any fee, in minor units.
   * @example 1000
   */
  @Minor()
  base_amount!: number;
}

export class PaymentAdjustmentBody {
  /**
   * Minor units, computed.
   * @example 0
   */
  value!: number;

  /** How it was configured; empty: it was not. */
  @ApiProperty({ type: 'string', enum: ['', ...FEE_TYPES], example: '' })
  type!: string;
}

export class FeesBody {
  /** @example 0 */
  service_fee!: number;

  payment_adjustment!: PaymentAdjustmentBody;

  /**
   * Sum that would be charged.
   * @example 1350
   */
  requested_amount!: number;

  /** A cash discount; null when none applies. */
  @ApiProperty({ type: 'integer', nullable: true, example: null })
  discount_amount!: number | null;

  /** @example 350 */
  surcharge!: number;
}

export class FeesAnswer extends SuccessEnvelope {
  data!: FeesBody;
}
