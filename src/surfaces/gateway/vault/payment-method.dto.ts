import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength, ValidateIf } from 'class-validator';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { IsCardNumber, IsStripeToken } from '../../shared/card-rules.js';
import { MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { Nested } from '../nested.js';
import { IsAccountNumber, IsExpiry, IsRoutingNumber, MethodFlags, WalletPayload } from './card-fields.js';

const ACCOUNT_TYPES = ['checking', 'savings'] as const;
const SEC_CODES = ['web', 'ccd', 'ppd'] as const;

export class NewCardFields {
  /**
   * Digits only. Taken towards the simulator, else only with `ALLOW_RAW_CARD_DATA`; never stored.
   * @example "4111111111111111"
   */
  @ValidateIf(({ number, card_number }: NewCardFields) => number !== undefined || card_number === undefined)
  @IsCardNumber()
  @ApiProperty({ required: false })
  number?: string;

  /**
   * Another name of `number`, one of which is required; both must say the same.
   * @example "4111111111111111"
   */
  @MayBeAbsent()
  @IsCardNumber()
  card_number?: string;

  /**
   * `MMYY` or `MM/YY`.
   * @example "12/30"
   */
  @IsExpiry()
  expiration_date!: string;
}

export class CardFields {
  /**
   * Another card under the same id. Digits only.
   * @example "4111111111111111"
   */
  @MayBeAbsent()
  @IsCardNumber()
  number?: string;

  /**
   * Another name of `number`; both must say the same.
   * @example "4111111111111111"
   */
  @MayBeAbsent()
  @IsCardNumber()
  card_number?: string;

  /**
   * `MMYY` or `MM/YY`.
   * @example "12/31"
   */
  @MayBeAbsent()
  @IsExpiry()
  expiration_date?: string;

  /** @example ["surcharge_exempt"] */
  @MethodFlags()
  flags?: string[];
}

export class NewBankAccountFields {
  /**
   * Digits only. Taken towards the simulator, else only with `ALLOW_RAW_CARD_DATA`; never stored.
   * @example "999999"
   */
  @IsAccountNumber()
  account_number!: string;

  /**
   * Nine digits, the last of which checks the others.
   * @example "490000018"
   */
  @IsRoutingNumber()
  routing_number!: string;

  @IsIn(ACCOUNT_TYPES)
  @ApiProperty({ type: 'string', enum: ACCOUNT_TYPES, example: 'checking' })
  account_type!: string;

  @IsIn(SEC_CODES)
  @ApiProperty({ type: 'string', enum: SEC_CODES, example: 'web' })
  sec_code!: string;
}

export class BankAccountFields {
  /**
   * Another account under the same id.
   * @example "999999"
   */
  @MayBeAbsent()
  @IsAccountNumber()
  account_number?: string;

  /**
   * Another one only together with `account_number`.
   * @example "490000018"
   */
  @MayBeAbsent()
  @IsRoutingNumber()
  routing_number?: string;

  @MayBeAbsent()
  @IsIn(ACCOUNT_TYPES)
  @ApiProperty({ type: 'string', enum: ACCOUNT_TYPES, example: 'savings' })
  account_type?: string;

  @MayBeAbsent()
  @IsIn(SEC_CODES)
  @ApiProperty({ type: 'string', enum: SEC_CODES, example: 'ppd' })
  sec_code?: string;

  /** @example ["surcharge_exempt"] */
  @MethodFlags()
  flags?: string[];
}

export class NewTokenFields {
  /**
   * Token of a card or a bank account; `tok_…` works once.
   * @example "pm_card_visa"
   */
  @IsStripeToken()
  token!: string;
}

export class TokenFields {
  /**
   * Another card, or bank account, under the same id.
   * @example "pm_card_mastercard"
   */
  @MayBeAbsent()
  @IsStripeToken()
  token?: string;

  /** @example ["contact"] */
  @MethodFlags()
  flags?: string[];
}

export class ApplePayFields {
  /**
   * The merchant's Apple Pay id.
   * @example "b89ffdqj8m0o735i19i0"
   */
  @NoCardNumber()
  @StorableText()
  @MaxLength(100)
  @IsString()
  @ApiProperty({ maxLength: 100 })
  key_id!: string;

  /** @example "b7kgflt1tlv51er0f1sg" */
  @MayBeAbsent()
  @NoCardNumber()
  @StorableText()
  @MaxLength(100)
  @IsString()
  @ApiProperty({ maxLength: 100 })
  processor_id?: string;

  /**
   * From WalletJS; this or `pkpaymenttoken`.
   * @example "4fHqW0aQ2mS9xYb7ZtK1cV3nR"
   */
  @MayBeAbsent()
  @NoCardNumber()
  @StorableText()
  @MaxLength(20_000)
  @IsString()
  @ApiProperty({ maxLength: 20_000 })
  temporary_token?: string;

  /**
   * From Apple Pay JS, as it is; this or `temporary_token`. Towards Stripe it must hold a `tok_…` or `pm_…`.
   * @example { "paymentData": { "version": "EC_v1", "data": "…" }, "transactionIdentifier": "2f0e…" }
   */
  @MayBeAbsent()
  @WalletPayload({ orText: false })
  @ApiProperty({ type: 'object', additionalProperties: true })
  pkpaymenttoken?: object;
}

export class GooglePayFields {
  /**
   * From Google Pay, as an object or as the text of one. Towards Stripe it must hold a `tok_…` or `pm_…`.
   * @example "{\"signature\":\"...\",\"protocolVersion\":\"ECv2\",\"signedMessage\":\"...\"}"
   */
  @WalletPayload({ orText: true })
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }] })
  google_pay_token!: object | string;
}

/** One of the five kinds. */
export class DefaultPaymentFields {
  @Nested(() => NewCardFields)
  card?: NewCardFields;

  @Nested(() => NewBankAccountFields)
  ach?: NewBankAccountFields;

  /** @example "pm_card_visa" */
  @MayBeAbsent()
  @IsStripeToken()
  token?: string;

  @Nested(() => ApplePayFields)
  apple_pay?: ApplePayFields;

  /** @example "{\"signature\":\"...\",\"protocolVersion\":\"ECv2\",\"signedMessage\":\"...\"}" */
  @MayBeAbsent()
  @WalletPayload({ orText: true })
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }] })
  google_pay_token?: object | string;
}
