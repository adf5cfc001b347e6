import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { Duration } from './values.js';

/** Variables of the process: its role and how it ends. */
export class ProcessEnv {
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  @IsIn(['all', 'api', 'worker'])
  ROLE: 'all' | 'api' | 'worker' = 'all';

  @IsString()
  @MaxLength(4096)
  DATA_DIR: string = '.data';

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL: string = 'info';

  @IsIn(['json', 'pretty'])
  LOG_FORMAT: 'json' | 'pretty' = 'json';

  @Duration()
  SHUTDOWN_TIMEOUT: number = 30_000;

  @IsOptional()
  @Duration()
  SHUTDOWN_DELAY?: number = undefined;

  @IsOptional()
  @IsString()
  FAILPOINTS?: string = undefined;
}
