import { IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { BaseUrl, HostNames, Networks, Origins, Proxies } from './addresses.js';
import { Duration, Flag, List, Whole } from './values.js';

/** Variables of HTTP: listening address, trusted proxies, limits. */
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
  @BaseUrl()
  PUBLIC_URL?: string = undefined;

  @List()
  @Origins()
  CORS_ORIGINS: string[] = [];

  @List()
  @Proxies()
  TRUST_PROXY: string[] = [];

  @IsOptional()
  @Flag()
  @IsBoolean()
  DOCS?: boolean = undefined;

  @IsOptional()
  @IsString()
  METRICS_TOKEN?: string = undefined;

  @List()
  @HostNames()
  DEVELOPMENT_HOSTS: string[] = [];

  @List()
  @Networks()
  DEVELOPMENT_NETWORKS: string[] = [];

  @Duration()
  REQUEST_TIMEOUT: number = 30_000;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(4000)
  MAX_REQUESTS_IN_FLIGHT: number = 500;
}
