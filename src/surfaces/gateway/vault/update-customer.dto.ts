import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { METHOD_TYPES, type MethodType } from '../../../modules/customer/record/payment-method.types.js';
import type { CustomerFlag } from '../../../modules/customer/record/vault-customer.types.js';
import { MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { EmptyClears } from '../../shared/empty-clears.js';
import { Nested } from '../nested.js';
import { CustomerFlags, FreeText } from './vault-customer.dto.js';

const Reference = () => applyDecorators(MayBeAbsent(), IsString(), MaxLength(50), StorableText());

export class CustomerDefaultChanges {
  /** @example "bl6nqk69ku6897l45fp0" */
  @Reference()
  billing_address_id?: string;

  /** @example "bl6nqk69ku6897l45fp0" */
  @Reference()
  shipping_address_id?: string;

  /**
   * Together with `payment_method_type`.
   * @example "bl6nqk69ku6897l45fq0"
   */
  @Reference()
  payment_method_id?: string;

  /**
   * Together with `payment_method_id`.
   * @example "card"
   */
  @MayBeAbsent()
  @IsIn(METHOD_TYPES)
  @ApiProperty({ type: 'string', enum: METHOD_TYPES })
  payment_method_type?: MethodType;
}

export class UpdateVaultCustomer {
  /**
   * Empty clears it.
   * @example "vip"
   */
  @FreeText()
  @EmptyClears()
  description?: string;

  /**
   * Empty clears it.
   * @example "Calls on Mondays"
   */
  @FreeText()
  @EmptyClears()
  notes?: string;

  /**
   * All of them: what is not in the list is taken away.
   * @example ["surcharge_exempt"]
   */
  @CustomerFlags()
  flags?: CustomerFlag[];

  @Nested(() => CustomerDefaultChanges)
  defaults?: CustomerDefaultChanges;
}
