import { IsBoolean, IsOptional, IsString } from 'class-validator';
import { Duration, Flag, List } from './values.js';

/** The gateway: its tokens and API keys. */
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
}
