import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { requestContext } from '../logging/request-context.js';
import { refusalOf, type RefusalLog } from './refusals.js';

/** Labels under which a finished request is counted. */
export interface RequestSeen {
  readonly method: string;
  /** The pattern, such as `/payment/:id`; an address would carry ids and, in queries, secrets. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

const CLIENT_ID = /^[\w.:-]{1,64}$/;

export interface RequestLogParts {
  readonly logger: Logger;
  readonly refusals: RefusalLog;
  /** Counts every request that had a route, also those whose line is left out. */
  readonly onSeen: (seen: RequestSeen) => void;
}

/**
 * One line per request, but for refused ones (refusals.ts). Our correlation id is always fresh; what the client calls the
 * request is only noted.
 */
export function useRequestLog(fastify: FastifyInstance, { logger, refusals, onSeen }: RequestLogParts): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-correlation-id', request.id);
    requestContext.run({ correlationId: request.id, arrivedAt: performance.now(), address: request.ip }, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const seen: RequestSeen = {
      method: request.method,
      route: request.routeOptions.url ?? '(none)',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    };
    onSeen(seen);
    const line = {
      // Said again: the answer may end outside the request's async context.
      correlationId: request.id,
      clientCorrelationId: clientId(request),
      ...seen,
      userId: userId(request),
    };
    const refusal = refusalOf(request);
    if (refusal !== undefined) refusals.tell(refusal, line);
    else if (isProbe(seen)) logger.debug(line, 'request');
    else if (seen.status >= 500) logger.error(line, 'request');
    else logger.info(line, 'request');
    done();
  });
}

/** Paths that machines ask every few seconds: noise in the log unless something is wrong. */
function isProbe({ route, status }: RequestSeen): boolean {
  return status < 400 && (route.startsWith('/health/') || route === '/metrics');
}

function clientId({ headers }: FastifyRequest): string | undefined {
  const id = headers['x-correlation-id'] ?? headers['x-request-id'];
  return typeof id === 'string' && CLIENT_ID.test(id) ? id : undefined;
}

function userId(request: FastifyRequest): string | undefined {
  const { user } = request as { user?: { id?: unknown } };
  return typeof user?.id === 'string' ? user.id : undefined;
}
