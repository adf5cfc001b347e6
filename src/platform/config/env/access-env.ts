import { IsEmail, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Duration, Whole } from './values.js';

/** Passwords, the first administrator, and how often one may try. */
export class AccessEnv {
  @IsOptional()
  @IsEmail()
  ADMIN_EMAIL?: string = undefined;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  ADMIN_PASSWORD?: string = undefined;

  @Whole()
  @IsInt()
  @Min(4)
  @Max(15)
  BCRYPT_COST: number = 12;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(16)
  BCRYPT_CONCURRENCY: number = 2;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(1000)
  BCRYPT_QUEUE: number = 32;

  @Whole()
  @IsInt()
  @Min(1)
  LOGIN_MAX_FAILURES: number = 20;

  @Whole()
  @IsInt()
  @Min(1)
  LOGIN_ACCOUNT_MAX_FAILURES: number = 200;

  @Whole()
  @IsInt()
  @Min(1)
  LOGIN_ACCOUNT_MAX_FAILURES_DAY: number = 500;

  @Duration()
  LOGIN_WINDOW: number = 900_000;

  @Whole()
  @IsInt()
  @Min(1)
  REGISTER_RATE_LIMIT: number = 60;

  @Duration()
  REGISTER_RATE_WINDOW: number = 3_600_000;
}
