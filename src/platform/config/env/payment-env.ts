import { IsInt, Max, Min } from 'class-validator';
import { Duration, Whole } from './values.js';

/** Variables of payments: time-outs, waits and numbers of tries. */
export class PaymentEnv {
  @Whole()
  @IsInt()
  @Min(1)
  PAYMENT_RATE_LIMIT: number = 120;

  @Duration()
  PAYMENT_RATE_WINDOW: number = 60_000;

  @Whole()
  @IsInt()
  @Min(1)
  PAYMENT_MAX_DECLINES: number = 10;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(1000)
  PAYMENT_MAX_ATTEMPTS: number = 50;

  @Whole()
  @IsInt()
  @Min(1)
  USER_MAX_DECLINES: number = 10;

  @Duration()
  USER_DECLINE_WINDOW: number = 600_000;

  @Whole()
  @IsInt()
  @Min(0)
  ADDRESS_MAX_DECLINES: number = 60;

  @Whole()
  @IsInt()
  @Min(0)
  ADDRESS_MAX_CREATES: number = 300;

  @Duration()
  ADDRESS_PAYMENT_WINDOW: number = 3_600_000;

  @Whole()
  @IsInt()
  @Min(0)
  CARD_MAX_DECLINES: number = 15;

  @Duration()
  CARD_DECLINE_WINDOW: number = 2_592_000_000;

  @Duration()
  PAYMENT_QUIET_AFTER: number = 600_000;

  @Duration()
  PAYMENT_QUIET_AFTER_3DS: number = 1_800_000;

  @Duration()
  PAYMENT_ABANDON_AFTER: number = 86_400_000;

  @Duration()
  PAYMENT_UNANSWERED_RECHECK: number = 120_000;

  @Duration()
  PAYMENT_POLL_FIRST: number = 60_000;

  @Duration()
  PAYMENT_POLL_MAX: number = 3_600_000;

  @Duration()
  PAYMENT_LEASE: number = 60_000;

  @Duration()
  PAYMENT_REQUEST_DEADLINE: number = 30_000;

  @Duration()
  PAYMENT_DECLINE_REPLAY: number = 30_000;

  @Duration()
  PAYMENT_READ_FRESH: number = 5_000;

  @Duration()
  PAYMENT_REPEAT_WAIT: number = 5_000;

  @Duration()
  RESOLVER_TICK: number = 5_000;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(1000)
  RESOLVER_RATE: number = 10;
}
