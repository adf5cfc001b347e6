import { IsBoolean, IsOptional, IsString, Matches } from 'class-validator';
import { Duration, Flag, List } from './values.js';

/** The gateway: its tokens and API keys, and when it settles. */
export class GatewayEnv {
  @IsOptional()
  @IsString()
  GATEWAY_JWT_SECRET?: string = undefined;

  @Duration()
  GATEWAY_JWT_TTL: number = 3_600_000;

  @List()
  @IsString({ each: true })
  API_KEY_ENCRYPTION_KEY: string[] = [];

  @Flag()
  @IsBoolean()
  API_KEYS_MASK_IN_LIST: boolean = false;

  @Flag()
  @IsBoolean()
  ALLOW_RAW_CARD_DATA: boolean = false;

  @Matches(/^([01]\d|2[0-3]):[0-5]\d$/, { message: '$property must be a time of day in UTC such as 21:30' })
  SETTLEMENT_CUTOFF_UTC: string = '00:00';

  @Duration()
  FILE_BATCH_SAME_FILE: number = 86_400_000;
}
