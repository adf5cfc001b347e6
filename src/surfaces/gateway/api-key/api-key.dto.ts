import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsString, Length } from 'class-validator';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { ifString, StorableText } from '../../shared/field-rules.js';
import { ListEnvelope, SuccessEnvelope } from '../envelope.dto.js';

export const KEY_TYPES = ['api', 'private', 'public', 'pub'] as const;

export class CreateApiKey {
  /**
   * Private (`api`, also `private`) for servers, `public` (also `pub`) for browsers.
   * @example "api"
   */
  @IsIn(KEY_TYPES)
  @ApiProperty({ type: 'string', enum: KEY_TYPES })
  type!: string;

  /**
   * Name of the key in lists.
   * @example "Private Key"
   */
  @Transform(ifString((name) => name.trim()))
  @NoCardNumber()
  @StorableText()
  @Length(1, 100)
  @IsString()
  @ApiProperty({ minLength: 1, maxLength: 100 })
  name!: string;
}

export class ApiKeyBody {
  /** @example "cpfkb7rug2jghjrp79rg" */
  id!: string;

  /**
   * The owner's id.
   * @example "b89227ij8m0nuanr1tk0"
   */
  user_id!: string;

  @ApiProperty({ type: 'string', enum: ['api', 'public'], example: 'api' })
  type!: string;

  /** @example "Private Key" */
  name!: string;

  /**
   * The whole key; of other users' keys, and with `API_KEYS_MASK_IN_LIST`, `api_2hQI…XrLJ`.
   * @example "api_2hQIG638fYIq0KiP96k3XDZXrLJ"
   */
  api_key!: string;

  /** @example "2024-06-04T16:49:36.000Z" */
  created_at!: string;

  /** @example "2024-06-04T16:49:36.000Z" */
  updated_at!: string;
}

export class ApiKeyAnswer extends SuccessEnvelope {
  data!: ApiKeyBody;
}

export class ApiKeyList extends ListEnvelope {
  data!: ApiKeyBody[];
}
