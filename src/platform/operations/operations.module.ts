import { Global, Module } from '@nestjs/common';
import { StoreProbe } from '../database/store-probe.js';
import { DrainService } from './drain.service.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';
import { RootController } from './root.controller.js';
import { StoreWatch } from './store-watch.js';

/** Health, numbers and the orderly end; global, because every part reports here. */
@Global()
@Module({
  controllers: [RootController, HealthController, MetricsController],
  providers: [DrainService, Metrics, Readiness, StoreProbe, StoreWatch],
  exports: [Metrics, Readiness],
})
export class OperationsModule {}
