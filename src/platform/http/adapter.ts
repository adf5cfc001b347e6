import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { answerExpectations, answerUnreadable } from './client-errors.js';
import { readForwardedFor } from './forwarded-for.js';
import { LONGEST_PARAM } from './plain-path.js';
import type { RefusalLog } from './refusals.js';
import { type AnswerError, answerFrameworkError } from './request-edge.js';
import { cutLongestWaiting } from './waiting-connections.js';

const HEADERS_TIMEOUT_MS = 10_000;
/** A time longer than proxies keep idle connections, so that we never close one under a request just sent. */
const KEEP_ALIVE_MS = 72_000;
const MAX_CONNECTIONS = 4_000;
/** Beyond so many a waiting connection is cut for each new one; the rest is for those that come at the same moment. */
const CONNECTIONS_KEPT = 3_800;
/** Largest of the body rules; each rule has its own limit below it. */
const BODY_LIMIT = 1_048_576;

export interface AdapterParts {
  readonly logger: Logger;
  readonly refusals: RefusalLog;
  readonly answer: AnswerError;
  /** Returns the address that stands for the one of a request, before it is routed. */
  readonly rewrite: (url: string) => string;
}

export function createAdapter(
  config: Config['http'],
  { logger, refusals, answer, rewrite }: AdapterParts,
): FastifyAdapter {
  const adapter = new FastifyAdapter({
    logger: false, // one line per request is written by request-log.ts
    genReqId: () => randomUUID(),
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: config.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // How often Node looks for slow clients; its default of 30 s would double the timeouts.
    // A request without Host is refused by refuseUnclearHost, with an id.
    http: { connectionsCheckingInterval: 2_000, requireHostHeader: false },
    rewriteUrl: ({ url = '/' }) => rewrite(url),
    // An id that is too long is for the route to refuse, in its own words.
    routerOptions: { maxParamLength: LONGEST_PARAM },
    frameworkErrors: (_error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      answerFrameworkError(request, reply, logger, answer),
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, refusals, answer),
  });
  readForwardedFor(adapter.getInstance(), config.trustProxy, logger);
  const server = adapter.getInstance().server;
  server.headersTimeout = Math.min(HEADERS_TIMEOUT_MS, config.requestTimeoutMs);
  server.maxConnections = MAX_CONNECTIONS;
  answerExpectations(server, refusals, answer);
  cutLongestWaiting(server, CONNECTIONS_KEPT);
  return adapter;
}
