import { IsInt, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { GREATEST_AMOUNT_MINOR } from '../../../platform/common/currency.js';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { CUID_PATTERN } from '../../../platform/common/id.js';
import { TOLD_STATUSES } from '../../../modules/payment/record/payment-view.js';
import { ApiProperty } from '@nestjs/swagger';
import { MayBeAbsent } from '../../shared/field-rules.js';

export class CreatePayment {
  /**
   * A collision-resistant id (CUID v1) that your client makes for each new payment, and sends again for every retry of it.
   * @example "cjld2cjxh0000qzrmn831i7rn"
   */
  @IsString()
  @Matches(CUID_PATTERN, { message: 'cuid must be a CUID: c and 24 lower-case letters or digits' })
  cuid!: string;

  /**
   * Minor units: 2000 is 20.00 USD. Only where this deployment lets payers name the price, and together with `currency`;
   * a registered checkout beats it.
   */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(GREATEST_AMOUNT_MINOR)
  @ApiProperty({ type: 'integer', required: false, example: 2000 })
  amount?: number;

  /**
   * Lower-case ISO 4217 code; comes with `amount`.
   * @example "usd"
   */
  @MayBeAbsent()
  @IsString()
  @Matches(/^[a-z]{3}$/, { message: 'currency must be a lower-case ISO 4217 code' })
  currency?: string;
}

export class ConfirmPayment {
  /**
   * The value used to create this payment.
   * @example "cjld2cjxh0000qzrmn831i7rn"
   */
  @IsString()
  @Matches(CUID_PATTERN, { message: 'cuid must be a CUID: c and 24 lower-case letters or digits' })
  cuid!: string;

  /**
   * The payment's id.
   * @example "pi_1H7jg1CZ6F7J6I8jW2Q2c2jG"
   */
  @IsString()
  @MaxLength(255)
  @Matches(/^pi_[A-Za-z0-9]+$/, { message: 'paymentId must look like pi_…' })
  paymentId!: string;

  /**
   * The payment method, from Stripe.js. With the simulator, or a test key, try `pm_card_visa`,
   * `pm_card_visa_chargeDeclined` or `pm_card_threeDSecure2Required`.
   * @example "pm_card_visa"
   */
  @IsString()
  @MaxLength(255)
  @Matches(/^pm_[A-Za-z0-9_]+$/, { message: 'paymentMethodId must look like pm_…' })
  @NoCardNumber()
  paymentMethodId!: string;
}

export class ReturnPayment {
  /**
   * PaymentIntent id.
   * @example "pi_1H7jg1CZ6F7J6I8jW2Q2c2jG"
   */
  id!: string;

  /** Minor units: 2000 is 20.00 USD. */
  @ApiProperty({ type: 'integer', example: 2000 })
  amount!: number;

  /**
   * Lower-case ISO 4217 code.
   * @example "usd"
   */
  currency!: string;

  /**
   * PaymentIntent status, verbatim from Stripe. `processing` also while the outcome of a confirm is not known yet.
   */
  @ApiProperty({ type: 'string', enum: TOLD_STATUSES, example: 'requires_payment_method' })
  status!: string;

  /** Payment method id; null until one is attached. */
  @ApiProperty({ type: 'string', nullable: true, example: null })
  paymentMethod!: string | null;
}

export class PaymentCreated extends ReturnPayment {
  /**
   * For Stripe.js in the payer's own browser. In no other response.
   * @example "pi_1H7jg1CZ6F7J6I8jW2Q2c2jG_secret_Jreaw828oaooi3j3r"
   */
  clientSecret!: string;
}
