import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { prepareDocument, TITLE } from './app.openapi.js';
import type { Clock } from './platform/common/clock.js';
import type { Config } from './platform/config/config.js';
import { limitInFlight } from './platform/http/admission.js';
import { createAdapter } from './platform/http/adapter.js';
import { useBodyRules } from './platform/http/body-rules.js';
import { guardDevelopmentPages } from './platform/http/development-pages.js';
import { serveDocs } from './platform/http/docs.js';
import { endConnectionsWhile, refuseUnclearHost, serveOnlyOperations } from './platform/http/request-edge.js';
import { answerOtherMethods } from './platform/http/method-not-allowed.js';
import { flushWithServer, RefusalLog } from './platform/http/refusals.js';
import { useRequestLog } from './platform/http/request-log.js';
import { useCors, useSecurityHeaders } from './platform/http/security-headers.js';
import { NestLogger } from './platform/logging/nest-logger.js';
import { Metrics } from './platform/operations/metrics.js';
import { Readiness } from './platform/operations/readiness.js';
import { gateway } from './surfaces/gateway/gateway.dialect.js';
import { operator } from './surfaces/operator/operator.dialect.js';
import { dialectOf, FallbackExceptionFilter } from './surfaces/shared/dialect.js';
import { storefront } from './surfaces/storefront/storefront.dialect.js';

/** The languages; outside their mounts the storefront's is spoken. */
const DIALECTS = [storefront, operator, gateway];

export interface AppParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The whole app but for its port; main and every test start from here, so that what is tested is what runs. */
export async function createApp({ config, clock, logger }: AppParts): Promise<NestFastifyApplication> {
  const refusals = new RefusalLog(logger, (reason) => app.get(Metrics).count('http_refused_total', { reason }));
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, clock),
    createAdapter(config.http, {
      logger,
      refusals,
      answer: (url, error) => (dialectOf(url, DIALECTS) ?? storefront).answer(error),
    }),
    {
      logger: new NestLogger(logger),
      bodyParser: false, // body-rules.ts parses, by mount
      abortOnError: false, // a failed start is main's to report
    },
  );
  const fastify = app.getHttpAdapter().getInstance();
  useRequestLog(fastify, { logger, refusals, onSeen: (seen) => app.get(Metrics).request(seen) });
  flushWithServer(fastify, refusals);
  useSecurityHeaders(fastify, config.http);
  limitInFlight(fastify, {
    maxInFlight: config.http.maxInFlight,
    trustsProxies: config.http.trustProxy.length > 0,
  });
  refuseUnclearHost(fastify);
  endConnectionsWhile(fastify, () => app.get(Readiness).isDraining);
  if (config.role === 'worker') serveOnlyOperations(fastify);
  guardDevelopmentPages(fastify, config.http);
  answerOtherMethods(fastify);
  await useCors(app, config.http);
  useBodyRules(fastify);
  // No APP_* providers: what a language binds, it binds on its own controllers.
  app.useGlobalFilters(new FallbackExceptionFilter(DIALECTS, storefront));
  if (config.http.docs && config.role !== 'worker') serveDocs(app, TITLE, await prepareDocument(app));
  return app;
}
