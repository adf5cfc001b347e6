import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Matches, MaxLength, ValidateBy } from 'class-validator';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { IsCardNumber, IsStripeToken } from '../../shared/card-rules.js';
import { TextUpTo } from '../../shared/body-shape.js';
import { MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { Nested } from '../nested.js';
import { IsAccountNumber, IsExpiry, IsRoutingNumber } from '../vault/card-fields.js';
import { TextLine } from '../text-line.js';
import { Flag, OneOf, OptionalOneOf, UUID } from './transaction-fields.js';

export const SEC_CODES = ['web', 'ccd', 'ppd', 'tel'] as const;

/** An id of a record of ours, or one that a merchant chose. */
const Id = () =>
  applyDecorators(IsString(), MaxLength(50), StorableText(), NoCardNumber(), ApiProperty({ maxLength: 50 }));

const IsCvc = () =>
  applyDecorators(MayBeAbsent(), Matches(/^\d{3,4}$/, { message: '$property must have 3 or 4 digits' }));

/** A page on the web that a payer can be sent back to. */
const IsPageAddress = () =>
  ValidateBy({
    name: 'isPageAddress',
    validator: {
      validate: (value) => typeof value === 'string' && /^https?:\/\/[^\s"<>\\]+$/.test(value) && URL.canParse(value),
      defaultMessage: () => '$property must be an http or https address',
    },
  });

/** Data of a magnetic stripe: it holds a card's number and is read once, in memory. */
const Track = (maxLength: number) =>
  applyDecorators(
    MayBeAbsent(),
    ValidateBy({
      name: 'isTrack',
      validator: {
        validate: (value) => typeof value === 'string' && value.length <= maxLength,
        defaultMessage: () => `$property must be a text of at most ${maxLength} characters`,
      },
    }),
    ApiProperty({ type: 'string', maxLength }),
  );

/** The result of a 3-D Secure that somebody else has made. What is sent must be valid. */
export class CardholderAuthentication {
  @OptionalOneOf(['00', '01', '02', '05', '06', '07'], '05')
  eci?: string;

  /** @example "AAABBEg0VhI0VniQEjRWAAAAAAA=" */
  @MayBeAbsent()
  @Matches(/^[A-Za-z0-9+/=]{20,40}$/, { message: '$property must be base64 of 20 bytes' })
  cavv?: string;

  /** @example "AAABBEg0VhI0VniQEjRWAAAAAAA=" */
  @MayBeAbsent()
  @Matches(/^[A-Za-z0-9+/=]{20,40}$/, { message: '$property must be base64 of 20 bytes' })
  xid?: string;

  /** @example "AAABBEg0VhI0VniQEjRWAAAAAAA=" */
  @MayBeAbsent()
  @Matches(/^[A-Za-z0-9+/=]{20,80}$/, { message: '$property must be base64' })
  cryptogram?: string;

  @OptionalOneOf(['1', '2'], '2')
  version?: string;

  /** @example "f25084f0-5b16-4c0a-ae5d-b24808a95e4b" */
  @MayBeAbsent()
  @Matches(UUID, { message: '$property must be a UUID' })
  ds_transaction_id?: string;

  /** @example "d3f7e3a9-7d3c-4c1b-8f0d-3c1f7c7b7f10" */
  @MayBeAbsent()
  @Matches(UUID, { message: '$property must be a UUID' })
  acs_transaction_id?: string;
}

export class TransactionCardFields {
  @OptionalOneOf(['keyed', 'swiped'])
  entry_type?: string;

  /**
   * Digits only. Taken towards the simulator, else only with `ALLOW_RAW_CARD_DATA`; never stored.
   * @example "4012000098765439"
   */
  @MayBeAbsent()
  @IsCardNumber()
  @ApiProperty({ required: false })
  number?: string;

  /**
   * `MM/YY` or `MMYY`. One in the past is declined, not refused.
   * @example "12/30"
   */
  @MayBeAbsent()
  @IsExpiry()
  expiration_date?: string;

  /**
   * Never stored.
   * @example "999"
   */
  @IsCvc()
  cvc?: string;

  @Track(100)
  track_1?: string;

  @Track(60)
  track_2?: string;

  @Track(1_000)
  encrypted_track_1?: string;

  @Track(1_000)
  encrypted_track_2?: string;

  @Track(50)
  ksn?: string;

  @Nested(() => CardholderAuthentication)
  cardholder_authentication?: CardholderAuthentication;
}

export class AccountholderAuthentication {
  /** @example "IL" */
  @TextLine(2)
  dl_state?: string;

  /** @example "r500123123" */
  @TextLine(30)
  dl_number?: string;
}

export class TransactionAccountFields {
  /**
   * Nine digits, the last of which checks the others.
   * @example "490000018"
   */
  @IsRoutingNumber()
  routing_number!: string;

  /**
   * Digits only; never stored.
   * @example "999999"
   */
  @IsAccountNumber()
  account_number!: string;

  @OneOf(SEC_CODES)
  sec_code!: string;

  @OneOf(['checking', 'savings'])
  account_type!: string;

  /**
   * Required with `sec_code` `tel`.
   * @example "1223"
   */
  @TextLine(15)
  check_number?: string;

  @Nested(() => AccountholderAuthentication)
  accountholder_authentication?: AccountholderAuthentication;
}

export class TransactionCustomerFields {
  /** @example "b798ls2q9qq646ksu070" */
  @Id()
  id!: string;

  /** @example "b798ls2q9qq646ksu080" */
  @MayBeAbsent()
  @Id()
  payment_method_id?: string;

  @OptionalOneOf(['card', 'ach'])
  payment_method_type?: string;

  /** @example "b798ls2q9qq646ksu07g" */
  @MayBeAbsent()
  @Id()
  billing_address_id?: string;

  /** @example "b798ls2q9qq646ksu07g" */
  @MayBeAbsent()
  @Id()
  shipping_address_id?: string;
}

export class TransactionTerminalFields {
  /** @example "1ucio551tlv85l7moe5s" */
  @Id()
  id!: string;

  @MayBeAbsent()
  @IsExpiry()
  expiration_date?: string;

  @IsCvc()
  cvc?: string;

  @OneOf(['no', 'customer', 'merchant', 'both'], 'both')
  print_receipt!: string;

  @Flag()
  signature_required?: boolean;
}

export class TransactionApmFields {
  @IsIn(['alipay', 'wechatpay', 'oxxo', 'klarna', 'sepa'])
  @ApiProperty({ type: 'string', enum: ['alipay', 'wechatpay', 'oxxo', 'klarna', 'sepa'], example: 'alipay' })
  type!: string;

  /** @example "https://shop.example.com/back" */
  @TextUpTo(2_000)
  @NoCardNumber()
  @StorableText()
  @IsPageAddress()
  merchant_redirect_url!: string;

  /** @example "en-US" */
  @Matches(/^[a-z]{2}(-[A-Z]{2})?$/, { message: '$property must be a locale such as en-US' })
  locale!: string;

  @Flag()
  mobile_view?: boolean;

  @TextLine(30)
  national_id?: string;

  /** @example "buyer-42" */
  @MayBeAbsent()
  @NoCardNumber()
  @Matches(/^[a-z0-9-]{1,20}$/, { message: '$property must have at most 20 of a to z, 0 to 9 and -' })
  consumer_ref?: string;
}

/** Exactly one of the six kinds. */
export class TransactionMethodFields {
  @Nested(() => TransactionCardFields)
  card?: TransactionCardFields;

  @Nested(() => TransactionAccountFields)
  ach?: TransactionAccountFields;

  @Nested(() => TransactionCustomerFields)
  customer?: TransactionCustomerFields;

  @Nested(() => TransactionTerminalFields)
  terminal?: TransactionTerminalFields;

  /**
   * A token of Stripe’s, from Stripe.js in the payer’s browser.
   * @example "pm_card_visa"
   */
  @MayBeAbsent()
  @IsStripeToken()
  token?: string;

  @Nested(() => TransactionApmFields)
  apm?: TransactionApmFields;
}
