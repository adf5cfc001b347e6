import { IsBoolean, IsInt, IsOptional, IsUrl, Matches, Max, Min } from 'class-validator';
import { Duration, Flag, HTTP_URL, List, Whole } from './values.js';

/** Stripe or its simulator, and the events that it sends. */
export class StripeEnv {
  @IsOptional()
  @Matches(/^(sk|rk)_(test|live)_\S+$/, { message: 'STRIPE_SECRET_KEY must start with sk_ or rk_ and test_ or live_' })
  STRIPE_SECRET_KEY?: string = undefined;

  @Flag()
  @IsBoolean()
  ALLOW_TEST_KEYS: boolean = false;

  @List()
  @Matches(/^whsec_\S+$/, { each: true, message: 'STRIPE_WEBHOOK_SECRET must hold one or two whsec_ secrets' })
  STRIPE_WEBHOOK_SECRET: string[] = [];

  @IsOptional()
  @IsUrl(HTTP_URL)
  STRIPE_API_BASE?: string = undefined;

  @IsOptional()
  @Matches(/^acct_\w+$/, { message: 'STRIPE_ACCOUNT_ID must look like acct_…' })
  STRIPE_ACCOUNT_ID?: string = undefined;

  @Duration()
  STRIPE_TIMEOUT: number = 8_000;

  @Whole()
  @IsInt()
  @Min(0)
  @Max(1)
  STRIPE_RETRIES: number = 1;

  @Whole()
  @IsInt()
  @Min(0)
  @Max(1000)
  STRIPE_DOWN_AFTER: number = 5;

  @Duration()
  STRIPE_CHECK_INTERVAL: number = 60_000;

  @Whole()
  @IsInt()
  @Min(0)
  @Max(65_535)
  SIMULATOR_PORT: number = 0;

  @Duration()
  WEBHOOK_TOLERANCE: number = 300_000;

  @Duration()
  INBOX_KEEP: number = 7_776_000_000;

  @Duration()
  INBOX_UNMATCHED_FOR: number = 259_200_000;
}
