import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsString, Length, Matches, MaxLength } from 'class-validator';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import {
  Characters,
  ifString,
  IsEmailAddress,
  MayBeAbsent,
  StorableText,
  TypedEmail,
} from '../../shared/field-rules.js';

// Each says its limits to the document too: the plugin reads only decorators that stand at the property itself.

const UserName = () =>
  applyDecorators(
    Transform(ifString((name) => name.trim())),
    IsString(),
    Characters(100, 1),
    StorableText(),
    NoCardNumber(),
    ApiProperty({ minLength: 1, maxLength: 100 }),
  );

// The module brings it into its normal form, and says what a new one must not contain.
const Email = () =>
  applyDecorators(
    TypedEmail(),
    IsString(),
    IsEmailAddress(),
    MaxLength(254),
    NoCardNumber(),
    ApiProperty({ format: 'email', maxLength: 254 }),
  );

/** An address to be looked up may be malformed: it is then nobody's, as every other wrong one. */
const GivenEmail = () =>
  applyDecorators(
    TypedEmail(),
    IsString(),
    Length(1, 254),
    StorableText(),
    NoCardNumber(),
    ApiProperty({ minLength: 1, maxLength: 254 }),
  );

const NewPassword = () =>
  applyDecorators(
    IsString(),
    Length(8, 128),
    StorableText(),
    NoCardNumber(),
    ApiProperty({ format: 'password', minLength: 8, maxLength: 128 }),
  );

/** A password to be compared may be shorter than the rules for a new one: it is then simply wrong. */
const GivenPassword = () =>
  applyDecorators(
    IsString(),
    Length(1, 128),
    StorableText(),
    ApiProperty({ format: 'password', minLength: 1, maxLength: 128 }),
  );

export class CreateUser {
  /**
   * 1 to 100 characters, without the blanks around them.
   * @example "Grace Hopper"
   */
  @UserName()
  userName!: string;

  /**
   * Unique, stored in lower case.
   * @example "grace@example.com"
   */
  @Email()
  email!: string;

  /**
   * 8 to 128 characters; stored only as a hash.
   * @example "password"
   */
  @NewPassword()
  password!: string;
}

export class UpdateUser {
  /**
   * 1 to 100 characters, without the blanks around them.
   * @example "Grace Hopper"
   */
  @MayBeAbsent()
  @UserName()
  userName?: string;

  /**
   * Unique, stored in lower case.
   * @example "grace@example.com"
   */
  @MayBeAbsent()
  @Email()
  email?: string;

  /**
   * A Stripe Customer that was made for this very user.
   * @example "cus_1234567890"
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(255)
  @Matches(/^cus_[A-Za-z0-9]+$/, { message: 'customerId must look like cus_…' })
  customerId?: string;
}

export class LoginUser {
  /**
   * In any case of letters.
   * @example "grace@example.com"
   */
  @GivenEmail()
  email!: string;

  /** @example "password" */
  @GivenPassword()
  password!: string;
}

export class ChangePassword {
  /** @example "password" */
  @GivenPassword()
  currentPassword!: string;

  /**
   * 8 to 128 characters.
   * @example "correct horse battery staple"
   */
  @NewPassword()
  newPassword!: string;
}

export class ReturnUser {
  /** @example "5f9f1c9b9c9c9c9c9c9c9c9c" */
  userId!: string;

  /** @example "Grace Hopper" */
  userName!: string;

  /** @example "grace@example.com" */
  email!: string;

  /**
   * Stripe Customer; the key is missing until the first payment.
   * @example "cus_1234567890"
   */
  customerId?: string;
}

export class AuthGrant {
  /**
   * The bearer token of everything else.
   * @example "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI1ZjlmMWM5YiJ9.sig"
   */
  access_token!: string;
}

export class LoggedOut {
  /** @example true */
  loggedOut!: boolean;
}
