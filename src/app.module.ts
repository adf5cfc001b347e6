import { type DynamicModule, Module } from '@nestjs/common';
import type { Clock } from './platform/common/clock.js';
import type { Config } from './platform/config/config.js';
import { ConfigModule } from './platform/config/config.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { OperationsModule } from './platform/operations/operations.module.js';

/** Every surface of every language; a worker (`ROLE=worker`) serves none of them. */
const SURFACES: NonNullable<DynamicModule['imports']> = [];

@Module({})
export class AppModule {
  static with(config: Config, clock: Clock): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config, clock),
        DatabaseModule,
        OperationsModule,
        ...(config.role === 'worker' ? [] : SURFACES),
      ],
    };
  }
}
