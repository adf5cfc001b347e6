import { IsInt, Max, Min } from 'class-validator';
import { Whole } from './values.js';

/** The audit trail. */
export class AuditEnv {
  @Whole()
  @IsInt()
  @Min(1)
  @Max(3650)
  AUDIT_DAYS: number = 400;
}
