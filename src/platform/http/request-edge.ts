import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppError } from '../common/app-error.js';

/**
 * Node itself refuses CL+TE and two Content-Lengths, but takes two Host headers and believes the first. Its own answer to
 * none has no id, no body and no line in the log, so it is switched off (adapter.ts).
 */
export function refuseUnclearHost(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { rawHeaders } = request.raw;
    let hosts = 0;
    for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') hosts++;
    if (hosts > 1) done(new AppError('unparseable_body', 'The request has more than one Host header'));
    else if (hosts === 0 && request.raw.httpVersion === '1.1')
      done(new AppError('unparseable_body', 'The request has no Host header'));
    else done();
  });
}

/**
 * An answer given while draining is the last on its connection. Clients then open their next one elsewhere, and the
 * connections that are closed in the end have nobody about to send on them.
 */
export function endConnectionsWhile(fastify: FastifyInstance, isDraining: () => boolean): void {
  fastify.addHook('onSend', async (_request, reply) => {
    if (isDraining()) void reply.header('connection', 'close');
  });
}

/** A worker has the modules and with them their controllers, but nobody is to send it anything. */
export function serveOnlyOperations(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url ?? '';
    if (route !== '/' && route !== '/metrics' && !route.startsWith('/health/')) {
      throw new AppError('route_not_found', 'There is nothing at this address');
    }
  });
}

/** Says an error in the language of the address. */
export type AnswerError = (url: string, error: AppError) => { readonly status: number; readonly body: object };

/**
 * Addresses that no route can be looked up for, such as `%E0%A4%A`. Fastify calls this instead of every hook, so what
 * they would do is done here.
 */
export function answerFrameworkError(
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
  answer: AnswerError,
): void {
  const { status: statusCode, body } = answer(
    request.url,
    new AppError('unparseable_body', 'The address is not valid'),
  );
  logger.info({ correlationId: request.id, method: request.method, route: '(none)', status: statusCode }, 'request');
  void reply
    .code(statusCode)
    .headers({ 'x-correlation-id': request.id, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body));
}
