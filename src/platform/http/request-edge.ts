import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../common/app-error.js';

/** Node itself refuses CL+TE and two Content-Lengths, but takes two Host headers and believes the first. */
export function refuseDuplicateHost(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request) => {
    const { rawHeaders } = request.raw;
    let hosts = 0;
    for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') hosts++;
    if (hosts > 1) throw new AppError('unparseable_body', 'The request has more than one Host header');
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

/** Addresses that no route can be looked up for, such as `%E0%A4%A`. Fastify calls this before any hook. */
export function answerFrameworkError(
  error: { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const tooLong = error.statusCode === 414;
  const [statusCode, message, name] = tooLong
    ? [414, 'The address is too long', 'URI Too Long']
    : [400, 'The address is not validly encoded', 'Bad Request'];
  void reply
    .code(statusCode)
    .headers({ 'x-correlation-id': request.id, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ statusCode, message, error: name }));
}
