import cors from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Config } from '../config/config.js';

const API_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** Pages that a module answers itself: text and style, no script at all. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** Swagger UI styles its elements inline and draws its icons from data: addresses; try-it-out talks to us only. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const isDocs = (path: string): boolean => path === '/docs' || path.startsWith('/docs/');

/**
 * Helmet's headers are the same for every answer, so it is asked once, with an answer that nobody gets, and not at every
 * request: that cost as much as Fastify itself. The policy for content is ours, by kind of page.
 */
function helmetHeaders(config: Config['http']): OutgoingHttpHeaders {
  const request = new IncomingMessage(new Socket());
  const answer = new ServerResponse(request);
  const set = helmet({
    contentSecurityPolicy: false,
    // Another origin may read an answer only where CORS lets it; this header would block that too.
    crossOriginResourcePolicy: { policy: config.corsOrigins.length === 0 ? 'same-origin' : 'cross-origin' },
    xFrameOptions: { action: 'deny' },
  });
  set(request, answer, (error?: unknown) => {
    if (error !== undefined) throw error as Error;
  });
  return answer.getHeaders();
}

export function useSecurityHeaders(fastify: FastifyInstance, config: Config['http']): void {
  const headers = helmetHeaders(config);
  fastify.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  usePolicies(fastify);
}

/** Lets browsers of the configured origins in; none is configured by default. */
export async function useCors(app: NestFastifyApplication, { corsOrigins }: Config['http']): Promise<void> {
  if (corsOrigins.length === 0) return;
  await app.register(cors, {
    origin: [...corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type'],
    exposedHeaders: ['x-correlation-id', 'retry-after', 'link'],
    maxAge: 600,
  });
}

function usePolicies(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const path = request.url.split('?', 1)[0] ?? '';
    if (!reply.hasHeader('content-security-policy')) {
      const html = String(reply.getHeader('content-type') ?? '').startsWith('text/html');
      reply.header('content-security-policy', isDocs(path) ? DOCS_POLICY : html ? PAGE_POLICY : API_POLICY);
    }
    // Answers are about people and money; only Swagger UI's own files may be kept.
    if (!path.startsWith('/docs/')) reply.header('cache-control', 'no-store');
    done(null, payload);
  });
}
