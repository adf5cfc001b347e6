import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../shared/field-rules.js';
import { OptionalMinor } from '../money-fields.js';
import { Flag, IpAddress, MerchantReference } from './transaction-fields.js';

/** Contract gateway 12. */
const REFERENCE_LENGTH = 17;

export class CaptureTransactionBody {
  /**
   * All that is held, where it is not sent; the rest is released.
   * @example 7500
   */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(99_999_999)
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 99_999_999 })
  amount?: number;

  @OptionalMinor() tax_amount?: number;
  @OptionalMinor() shipping_amount?: number;
  @Flag() tax_exempt?: boolean;
  @MerchantReference(REFERENCE_LENGTH) order_id?: string;
  @MerchantReference(REFERENCE_LENGTH) po_number?: string;
  @IpAddress() ip_address?: string;
}

export class RefundTransactionBody {
  /**
   * All that is left to refund, where it is not sent.
   * @example 400
   */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(99_999_999)
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 99_999_999 })
  amount?: number;

  /** Part of the amount that gives surcharge back. */
  @OptionalMinor()
  surcharge?: number;
}
