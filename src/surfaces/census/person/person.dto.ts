import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString, Matches, MaxLength } from 'class-validator';
import { QUALIFIED_ID } from '../../../modules/customer/person/person.types.js';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { IsEmailAddress, MayBeAbsent, NoInvisible, StorableText, TypedEmail } from '../../shared/field-rules.js';

const MOST_IDS = 20;

export class NewCensusPerson {
  @NoCardNumber()
  @Matches(QUALIFIED_ID, { message: '$property must be an id and its system, such as 42@census' })
  @ApiProperty({ type: 'string', pattern: QUALIFIED_ID.source, example: '42@census' })
  id!: string;

  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(MOST_IDS)
  @Matches(QUALIFIED_ID, { each: true, message: '$property must be ids and their systems, such as 7-1@participa' })
  @ApiProperty({
    ...{ type: 'array', items: { type: 'string', pattern: QUALIFIED_ID.source }, required: false, maxItems: MOST_IDS },
    example: ['7-1@participa'],
    description: 'Further identifiers of the same person.',
  })
  ids?: string[];

  @MayBeAbsent()
  @NoCardNumber()
  @NoInvisible()
  @StorableText()
  @MaxLength(100)
  @IsString()
  @ApiProperty({ type: 'string', required: false, maxLength: 100, example: 'Ada Lovelace' })
  name?: string;

  @MayBeAbsent()
  @NoCardNumber()
  @MaxLength(254)
  @NoInvisible()
  @IsEmailAddress()
  @TypedEmail()
  @ApiProperty({ type: 'string', format: 'email', required: false, maxLength: 254, example: 'ada@example.com' })
  email?: string;

  @MayBeAbsent()
  @Matches(/^[\w-]{1,64}$/, { message: '$property must be the id of a customer in the vault' })
  @ApiProperty({
    ...{ type: 'string', required: false, example: 'b9c1f0de42' },
    description: 'A customer of the gateway’s vault whose payment methods are this person’s.',
  })
  vault_customer_id?: string;
}

export class CensusPerson {
  /** @example "42@census" */
  id!: string;

  /**
   * Every identifier, in the order in which they came.
   * @example ["42@census", "7-1@participa"]
   */
  ids!: string[];

  @ApiProperty({ type: 'string', nullable: true, example: 'Ada Lovelace' })
  name!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'ada@example.com' })
  email!: string | null;
}

export const PERSON_EXAMPLES = {
  whole: {
    summary: 'with a second identifier, a name and an address',
    value: { id: '42@census', ids: ['7-1@participa'], name: 'Ada Lovelace', email: 'ada@example.com' },
  },
  least: { summary: 'an identifier alone', value: { id: '43@census' } },
};
