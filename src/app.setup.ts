import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { createDocument } from './app.openapi.js';
import type { Clock } from './platform/common/clock.js';
import type { Config } from './platform/config/config.js';
import { createAdapter } from './platform/http/adapter.js';
import { useBodyRules } from './platform/http/body-rules.js';
import { serveDocs } from './platform/http/docs.js';
import { endConnectionsWhile, refuseDuplicateHost, serveOnlyOperations } from './platform/http/request-edge.js';
import { useRequestLog } from './platform/http/request-log.js';
import { useSecurityHeaders } from './platform/http/security-headers.js';
import { NestLogger } from './platform/logging/nest-logger.js';
import { Metrics } from './platform/operations/metrics.js';
import { Readiness } from './platform/operations/readiness.js';
import { FallbackExceptionFilter } from './surfaces/shared/dialect.js';
import { storefront } from './surfaces/storefront/storefront.dialect.js';

export interface AppParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The whole app but for its port; main and every test start from here, so that what is tested is what runs. */
export async function createApp({ config, clock, logger }: AppParts): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, clock),
    createAdapter(config.http, logger),
    {
      logger: new NestLogger(logger),
      bodyParser: false, // body-rules.ts parses, by mount
      abortOnError: false, // a failed start is main's to report
    },
  );
  const fastify = app.getHttpAdapter().getInstance();
  useRequestLog(fastify, logger, (seen) => app.get(Metrics).request(seen));
  await useSecurityHeaders(app, config.http);
  refuseDuplicateHost(fastify);
  endConnectionsWhile(fastify, () => app.get(Readiness).isDraining);
  if (config.role === 'worker') serveOnlyOperations(fastify);
  useBodyRules(fastify);
  // No APP_* providers: what a language binds, it binds on its own controllers.
  app.useGlobalFilters(new FallbackExceptionFilter([storefront], storefront));
  if (config.http.docs && config.role !== 'worker') serveDocs(app, await createDocument(app));
  return app;
}
