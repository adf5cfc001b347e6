import { IsBoolean, IsInt, IsOptional, IsString, IsUrl, Max, MaxLength, Min } from 'class-validator';
import { Duration, Flag, HTTP_URL, List, Whole } from './values.js';

/** Where it listens, and whom it believes. */
export class HttpEnv {
  @Whole()
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT: number = 3000;

  @IsString()
  @MaxLength(255)
  HOST: string = '127.0.0.1';

  @IsOptional()
  @IsUrl(HTTP_URL)
  PUBLIC_URL?: string = undefined;

  @List()
  @IsUrl(HTTP_URL, { each: true })
  CORS_ORIGINS: string[] = [];

  @List()
  @IsString({ each: true })
  TRUST_PROXY: string[] = [];

  @IsOptional()
  @Flag()
  @IsBoolean()
  DOCS?: boolean = undefined;

  @IsOptional()
  @IsString()
  METRICS_TOKEN?: string = undefined;

  @Duration()
  REQUEST_TIMEOUT: number = 30_000;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(4000)
  MAX_REQUESTS_IN_FLIGHT: number = 500;
}
