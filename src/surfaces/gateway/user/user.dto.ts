import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsString, Matches, MaxLength, ValidateBy } from 'class-validator';
import {
  isTimeZone,
  PASSWORD_PATTERN,
  PASSWORD_RULE,
  USERNAME_PATTERN,
  USERNAME_RULE,
} from '../../../modules/user/gateway/credential-rules.js';
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
import { ListEnvelope, SuccessEnvelope } from '../envelope.dto.js';
import { Nested } from '../nested.js';
import {
  DefaultChanges,
  Defaults,
  NotificationFlags,
  Notifications,
  PermissionFlags,
  Permissions,
} from './user-settings.dto.js';

const STATUSES = ['active', 'disabled'] as const;
const ROLES = ['admin', 'standard'] as const;

/** A text that passes the check; where that is a pattern, the document has it. */
function Passes(check: ((text: string) => boolean) | RegExp, rule: string): PropertyDecorator {
  const passes = check instanceof RegExp ? (text: string) => check.test(text) : check;
  return ValidateBy({
    name: 'passes',
    constraints: [check],
    validator: {
      validate: (value) => typeof value === 'string' && passes(value),
      defaultMessage: () => `$property must be ${rule}`,
    },
  });
}

// One message a field is told: applyDecorators keeps the order, at a property the decorator nearest to it comes first.
const Name = () =>
  applyDecorators(
    Transform(ifString((name) => name.trim())),
    IsString(),
    Characters(100, 1),
    StorableText(),
    NoCardNumber(),
    ApiProperty({ minLength: 1, maxLength: 100 }),
  );

const Email = () =>
  applyDecorators(
    TypedEmail(),
    IsEmailAddress(),
    NoInvisible(),
    MaxLength(254),
    NoCardNumber(),
    ApiProperty({ format: 'email', maxLength: 254 }),
  );

const Phone = () =>
  applyDecorators(
    MayBeAbsent(),
    Matches(/^\d{1,15}$/, { message: '$property must be a string of at most 15 digits' }),
    NoCardNumberInPhone(),
    ApiProperty({ maxLength: 15 }),
  );

const LONGEST_ZONE = 64;

const TimeZone = () =>
  applyDecorators(
    MayBeAbsent(),
    Passes((zone) => zone.length <= LONGEST_ZONE && isTimeZone(zone), 'an IANA time zone'),
    MaxLength(LONGEST_ZONE),
    ApiProperty({ format: 'time-zone', required: false }),
  );

const OneOf = (values: readonly string[]) =>
  applyDecorators(MayBeAbsent(), IsIn(values), ApiProperty({ type: 'string', enum: values }));

export class CreateGatewayUser {
  /**
   * Unique whatever the case of its letters: 3 to 64 letters, digits or `._@-`, with a letter and a digit.
   * @example "testmerchant43"
   */
  @NoCardNumber()
  @Passes(USERNAME_PATTERN, USERNAME_RULE)
  username!: string;

  /**
   * First and last name.
   * @example "Ada Owner"
   */
  @Name()
  name!: string;

  /**
   * Digits only.
   * @example "6305555555"
   */
  @Phone()
  phone?: string;

  /** @example "owner@example.com" */
  @Email()
  email!: string;

  /**
   * An IANA name in any case; `ETC/UTC` when it is not sent.
   * @example "ETC/UTC"
   */
  @TimeZone()
  timezone?: string;

  /**
   * 8 to 64 characters with an upper-case letter, a digit and a special character. Never answered.
   * @example "T@est12345678"
   */
  @NoCardNumber()
  @StorableText()
  @Passes(PASSWORD_PATTERN, PASSWORD_RULE)
  @ApiProperty({ format: 'password', minLength: 8, maxLength: 64 })
  password!: string;

  /** @example "active" */
  @OneOf(STATUSES)
  status?: (typeof STATUSES)[number];

  /** @example "standard" */
  @OneOf(ROLES)
  role?: (typeof ROLES)[number];

  @Nested(() => PermissionFlags)
  permissions?: PermissionFlags;

  @Nested(() => NotificationFlags)
  notifications?: NotificationFlags;

  @Nested(() => DefaultChanges)
  defaults?: DefaultChanges;
}

export class UpdateGatewayUser {
  /** @example "Ada Owner" */
  @MayBeAbsent()
  @Name()
  name?: string;

  /**
   * Digits only.
   * @example "6305555555"
   */
  @Phone()
  phone?: string;

  /** @example "owner@example.com" */
  @MayBeAbsent()
  @Email()
  email?: string;

  /**
   * An IANA name in any case.
   * @example "ETC/UTC"
   */
  @TimeZone()
  timezone?: string;

  /** @example "active" */
  @OneOf(STATUSES)
  status?: (typeof STATUSES)[number];

  /** @example "standard" */
  @OneOf(ROLES)
  role?: (typeof ROLES)[number];

  @Nested(() => PermissionFlags)
  permissions?: PermissionFlags;

  @Nested(() => NotificationFlags)
  notifications?: NotificationFlags;

  @Nested(() => DefaultChanges)
  defaults?: DefaultChanges;
}

export class ChangeOwnPassword {
  /**
   * The caller's own, in any case of letters.
   * @example "testmerchant43"
   */
  @MaxLength(64)
  @IsString()
  username!: string;

  /** @example "T@est12345678" */
  @MaxLength(128)
  @StorableText()
  @IsString()
  @ApiProperty({ format: 'password' })
  current_password!: string;

  /**
   * 8 to 64 characters with an upper-case letter, a digit and a special character; another one than now.
   * @example "N3w-Passw0rd"
   */
  @NoCardNumber()
  @StorableText()
  @Passes(PASSWORD_PATTERN, PASSWORD_RULE)
  @ApiProperty({ format: 'password', minLength: 8, maxLength: 64 })
  new_password!: string;
}

export class GatewayUserBody {
  /** @example "b89227ij8m0nuanr1tk0" */
  id!: string;

  /** @example "testmerchant43" */
  username!: string;

  /** @example "Ada Owner" */
  name!: string;

  /**
   * Digits, or empty.
   * @example "6305555555"
   */
  phone!: string;

  /** @example "owner@example.com" */
  email!: string;

  /** @example "ETC/UTC" */
  timezone!: string;

  @ApiProperty({ type: 'string', enum: STATUSES, example: 'active' })
  status!: (typeof STATUSES)[number];

  @ApiProperty({ type: 'string', enum: ROLES, example: 'admin' })
  role!: (typeof ROLES)[number];

  @ApiProperty({ type: 'string', enum: ['merchant', 'partner'], example: 'merchant' })
  account_type!: 'merchant' | 'partner';

  /**
   * The account's id.
   * @example "aucio551tlv85l7moe5g"
   */
  account_type_id!: string;

  permissions!: Permissions;

  notifications!: Notifications;

  defaults!: Defaults;

  /** @example "2017-11-20T00:26:06.190Z" */
  created_at!: string;

  /** @example "2017-11-20T00:26:06.190Z" */
  updated_at!: string;
}

export class GatewayUserAnswer extends SuccessEnvelope {
  data!: GatewayUserBody;
}

export class GatewayUserList extends ListEnvelope {
  data!: GatewayUserBody[];
}
