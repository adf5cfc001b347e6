import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsString, Matches, MaxLength } from 'class-validator';
import { NoCardNumber, NoCardNumberInPhone } from '../../../platform/common/card-number.js';
import { ifString, IsEmailAddress, MayBeAbsent, NoInvisible, TypedEmail } from '../../shared/field-rules.js';
import { TextLine } from '../text-line.js';

/** Longest address that can receive mail. */
const LONGEST_EMAIL = 254;

export const EmailField = () =>
  applyDecorators(
    MayBeAbsent(),
    NoCardNumber(),
    MaxLength(LONGEST_EMAIL),
    NoInvisible(),
    IsEmailAddress(),
    TypedEmail(),
    ApiProperty({ format: 'email', maxLength: LONGEST_EMAIL }),
  );

/** What people put between digits is taken out. */
const PhoneNumber = () =>
  applyDecorators(
    MayBeAbsent(),
    Transform(ifString((text) => text.replace(/[\s().+/-]/g, ''))),
    IsString(),
    MaxLength(20),
    Matches(/^\d*$/, { message: '$property must consist of digits' }),
    NoCardNumberInPhone(),
    ApiProperty({ maxLength: 20 }),
  );

/** Contract gateway 5.1.4. */
export class TransactionAddressFields {
  /** @example "John" */
  @TextLine(50)
  first_name?: string;

  /** @example "Smith" */
  @TextLine(50)
  last_name?: string;

  /** @example "Test Company" */
  @TextLine(100)
  company?: string;

  /** @example "123 Some St" */
  @TextLine(100)
  address_line_1?: string;

  /** @example "" */
  @TextLine(100)
  address_line_2?: string;

  /** @example "Wheaton" */
  @TextLine(50)
  city?: string;

  /** @example "IL" */
  @TextLine(50)
  state?: string;

  /** @example "60187" */
  @TextLine(20)
  postal_code?: string;

  /**
   * Two letters.
   * @example "US"
   */
  @MayBeAbsent()
  @Matches(/^[A-Za-z]{2}$/, { message: '$property must be a code of two letters' })
  country?: string;

  /** @example "buyer@example.com" */
  @EmailField()
  email?: string;

  /** @example "5555555555" */
  @PhoneNumber()
  phone?: string;

  /** @example "5555555555" */
  @PhoneNumber()
  fax?: string;
}

export class TransactionAddressBody {
  /** @example "John" */
  first_name!: string;
  /** @example "Smith" */
  last_name!: string;
  /** @example "Test Company" */
  company!: string;
  /** @example "123 Some St" */
  address_line_1!: string;
  /** @example "" */
  address_line_2!: string;
  /** @example "Wheaton" */
  city!: string;
  /** @example "IL" */
  state!: string;
  /** @example "60187" */
  postal_code!: string;
  /** @example "US" */
  country!: string;
  /** @example "5555555555" */
  phone!: string;
  /** @example "5555555555" */
  fax!: string;
  /** @example "buyer@example.com" */
  email!: string;
}
