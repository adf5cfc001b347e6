import { ApiProperty } from '@nestjs/swagger';
import { MaxLength } from 'class-validator';
import { NoCardNumber, NoCardNumberInPhone } from '../../../platform/common/card-number.js';
import { IsEmailAddress, MayBeAbsent, NoInvisible, TypedEmail } from '../../shared/field-rules.js';
import { TextLine } from '../text-line.js';

/**
 * Streets are `line_1` and `line_2` here, `address_line_1` and so on in searches and transactions (decision G68). Lengths of
 * contract 12; where it has none, the widest that is still one line of an address.
 */
export class VaultAddressFields {
  /** @example "John" */
  @TextLine(50)
  first_name?: string;

  /** @example "Smith" */
  @TextLine(50)
  last_name?: string;

  /** @example "Some Business" */
  @TextLine(100)
  company?: string;

  /** @example "123 Some St" */
  @TextLine(100)
  line_1?: string;

  /** @example "Suite 4" */
  @TextLine(100)
  line_2?: string;

  /** @example "Wheaton" */
  @TextLine(50)
  city?: string;

  /** @example "IL" */
  @TextLine(50)
  state?: string;

  /** @example "60187" */
  @TextLine(20)
  postal_code?: string;

  /** @example "US" */
  @TextLine(50)
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
  @TextLine(30, NoCardNumberInPhone())
  phone?: string;

  /** @example "3216540987" */
  @TextLine(30, NoCardNumberInPhone())
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
