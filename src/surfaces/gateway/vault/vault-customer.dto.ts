import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsNotIn, IsString, Matches, MaxLength } from 'class-validator';
import { CUSTOMER_FLAGS, type CustomerFlag } from '../../../modules/customer/record/vault-customer.types.js';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { Nested } from '../nested.js';
import { DefaultPaymentFields } from './payment-method.dto.js';
import { VaultAddressFields } from './vault-address.dto.js';

export const FreeText = () =>
  applyDecorators(
    MayBeAbsent(),
    IsString(),
    MaxLength(255),
    StorableText(),
    NoCardNumber(),
    ApiProperty({ maxLength: 255 }),
  );

export const CustomerFlags = () =>
  applyDecorators(
    MayBeAbsent(),
    IsArray(),
    ArrayMaxSize(20),
    IsIn(CUSTOMER_FLAGS, { each: true }),
    ApiProperty({ type: 'array', items: { type: 'string', enum: [...CUSTOMER_FLAGS] } }),
  );

export class CreateVaultCustomer {
  /**
   * Name of the record: at most 40 letters or digits, unique in the account. Generated when it is not sent. Not
   * `search` or `customer`, which are addresses of their own, and no card number. Not together with `id_format`.
   * @example "customer42"
   */
  @MayBeAbsent()
  @IsNotIn(['search', 'customer'], { message: '$property must not be $value' })
  @NoCardNumber()
  @Matches(/^[A-Za-z0-9]{1,40}$/, { message: '$property must be at most 40 letters or digits' })
  id?: string;

  /**
   * How to generate the id, such as `b89ffdqj8m0o735i19i0_card_1111`; needs a `default_payment`.
   * @example "xid_type_last4"
   */
  @MayBeAbsent()
  @IsIn(['xid_type_last4'])
  @ApiProperty({ type: 'string', enum: ['xid_type_last4'] })
  id_format?: string;

  /** @example "Wholesale buyer" */
  @FreeText()
  description?: string;

  /** @example ["surcharge_exempt"] */
  @CustomerFlags()
  flags?: CustomerFlag[];

  /** Stored with the customer, or neither is. At most one of the kinds. */
  @Nested(() => DefaultPaymentFields)
  default_payment?: DefaultPaymentFields;

  /** The default for bills; for shipping too when no other one is sent. */
  @Nested(() => VaultAddressFields)
  default_billing_address?: VaultAddressFields;

  /** The default for shipping; for bills too when no other one is sent. */
  @Nested(() => VaultAddressFields)
  default_shipping_address?: VaultAddressFields;
}
