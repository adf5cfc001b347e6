import { IsInt, Max, Min } from 'class-validator';
import { Duration, Whole } from './values.js';

/** The sweep and the reconciliation. */
export class BooksEnv {
  @Duration()
  SWEEP_INTERVAL: number = 3_600_000;

  @Duration()
  SWEEP_OVERLAP: number = 172_800_000;

  @Duration()
  SWEEP_TWIN_AGE: number = 3_600_000;

  @Duration()
  RECONCILE_AFTER: number = 3_600_000;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(31)
  RECONCILE_DAYS: number = 1;

  @Whole()
  @IsInt()
  @Min(10)
  @Max(1_000_000)
  RECONCILE_MAX_REQUESTS: number = 10_000;
}
