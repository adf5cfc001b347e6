import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsString, MaxLength } from 'class-validator';
import { NoCardNumber, NoCardNumberInPhone } from '../../../platform/common/card-number.js';
import {
  Characters,
  ifString,
  IsEmailAddress,
  MayBeAbsent,
  NoInvisible,
  StorableText,
  TypedEmail,
} from '../../shared/field-rules.js';

/** Contract 12; where it has no limit, the widest that is still one line of an address. */
const Line = (maxLength: number, noCardNumber = NoCardNumber()) =>
  applyDecorators(
    MayBeAbsent(),
    Transform(ifString((text) => text.trim())),
    IsString(),
    Characters(maxLength),
    StorableText(),
    noCardNumber,
    ApiProperty({ maxLength }),
  );

/** Streets are `line_1` and `line_2` here, `address_line_1` and so on in searches and transactions (decision G68). */
export class VaultAddressFields {
  /** @example "John" */
  @Line(50)
  first_name?: string;

  /** @example "Smith" */
  @Line(50)
  last_name?: string;

  /** @example "Some Business" */
  @Line(100)
  company?: string;

  /** @example "123 Some St" */
  @Line(100)
  line_1?: string;

  /** @example "Suite 4" */
  @Line(100)
  line_2?: string;

  /** @example "Wheaton" */
  @Line(50)
  city?: string;

  /** @example "IL" */
  @Line(50)
  state?: string;

  /** @example "60187" */
  @Line(20)
  postal_code?: string;

  /** @example "US" */
  @Line(50)
  country?: string;

  /** @example "user@example.com" */
  @MayBeAbsent()
  @NoCardNumber()
  @MaxLength(254)
  @NoInvisible()
  @IsEmailAddress()
  @TypedEmail()
  @ApiProperty({ format: 'email', maxLength: 254 })
  email?: string;

  /** @example "3216540987" */
  @Line(30, NoCardNumberInPhone())
  phone?: string;

  /** @example "3216540987" */
  @Line(30, NoCardNumberInPhone())
  fax?: string;
}

export class VaultAddressBody {
  /** @example "bl6nqk69ku6897l45fp0" */
  id!: string;

  /**
   * The same for addresses that differ only in case and in blanks around.
   * @example "cV9qS6UvnnRDJCkgfitHqGrKSRfTARDsLy5zfkNNTcM="
   */
  hash!: string;

  /** @example "John" */
  first_name!: string;

  /** @example "Smith" */
  last_name!: string;

  /** @example "Some Business" */
  company!: string;

  /** @example "123 Some St" */
  line_1!: string;

  /** @example "" */
  line_2!: string;

  /** @example "Wheaton" */
  city!: string;

  /** @example "IL" */
  state!: string;

  /** @example "60187" */
  postal_code!: string;

  /** @example "US" */
  country!: string;

  /** @example "user@example.com" */
  email!: string;

  /** @example "3216540987" */
  phone!: string;

  /** @example "3216540987" */
  fax!: string;
}
