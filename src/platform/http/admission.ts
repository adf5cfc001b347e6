import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../common/app-error.js';

/**
 * Lets in so many requests at a time. With a slow store or Stripe each of them is held for seconds, and what waits beyond
 * that only fills memory and is told too late; it is told at once instead, before its body is read.
 */
export function limitInFlight(fastify: FastifyInstance, limit: number): void {
  let inFlight = 0;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isOperators(request)) return done();
    if (inFlight >= limit)
      return done(new AppError('overloaded', 'The service is busy, please try again', { retryAfterSeconds: 1 }));
    inFlight++;
    // Of the answer and of a client that has gone.
    reply.raw.once('close', () => inFlight--);
    return done();
  });
}

/** Whoever looks what is the matter gets in. */
function isOperators({ routeOptions: { url = '' } }: FastifyRequest): boolean {
  return url === '/metrics' || url.startsWith('/health/');
}
