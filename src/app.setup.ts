import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule, LANGUAGES } from './app.module.js';
import { prepareDocument, TITLE } from './app.openapi.js';
import type { Clock } from './platform/common/clock.js';
import type { Config } from './platform/config/config.js';
import { limitInFlight } from './platform/http/admission.js';
import { createAdapter } from './platform/http/adapter.js';
import { uploadsOf, useBodyRules } from './platform/http/body-rules.js';
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
import { dialectOf, FallbackExceptionFilter, type Language, routedAddress } from './surfaces/shared/dialect.js';

export interface AppParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Those of the product, and others in tests. */
  readonly languages?: readonly [Language, ...Language[]];
}

/** The whole app but for its port; main and every test start from here, so that what is tested is what runs. */
export async function createApp(parts: AppParts): Promise<NestFastifyApplication> {
  const { config, clock, logger, languages = LANGUAGES } = parts;
  const dialects = languages.map(({ dialect }) => dialect);
  const bodies = dialects.flatMap((dialect) => dialect.bodies ?? []);
  const [{ dialect: otherwise }] = languages;
  const trustsProxies = config.http.trustProxy.length > 0;
  const refusals = new RefusalLog(logger, (reason) => app.get(Metrics).count('http_refused_total', { reason }));
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, clock, languages),
    createAdapter(config.http, {
      logger,
      refusals,
      answer: (url, error) => (dialectOf(url, dialects) ?? otherwise).answer(error),
      rewrite: (url) => routedAddress(url, dialects),
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
    trustsProxies,
    isUpload: uploadsOf(bodies),
  });
  refuseUnclearHost(fastify);
  endConnectionsWhile(fastify, () => app.get(Readiness).isDraining);
  if (config.role === 'worker') serveOnlyOperations(fastify);
  guardDevelopmentPages(fastify, config.http);
  answerOtherMethods(fastify);
  await useCors(app, config.http);
  useBodyRules(fastify, bodies, trustsProxies);
  // No APP_* providers: what a language binds, it binds on its own controllers.
  app.useGlobalFilters(new FallbackExceptionFilter(dialects, otherwise));
  if (config.http.docs && config.role !== 'worker') serveDocs(app, TITLE, await prepareDocument(app, dialects));
  return app;
}
