import type { FastifyInstance } from 'fastify';
import { AppError } from '../common/app-error.js';
import { plainPath } from './plain-path.js';

/** An address as a route declares it, and the methods that it has. */
interface Address {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/**
 * Answers the methods that an address does not have: a plain `OPTIONS` with what it has, any other as `method_not_allowed`,
 * not as unknown. Both carry `Allow` (RFC 9110, 9.3.7 and 15.5.6). To be called before the routes are declared, and before
 * CORS, which takes every other `OPTIONS` for a broken preflight.
 */
export function answerOtherMethods(fastify: FastifyInstance): void {
  const addresses = new Map<string, Address>();
  fastify.addHook('onRoute', ({ url, method }) => {
    if (url === '*') return; // the preflights of @fastify/cors
    const address = addresses.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    addresses.set(url, address);
    for (const one of [method].flat()) address.methods.add(one);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const isPlainOptions =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] === undefined;
    if (!request.is404 && !isPlainOptions) return done();
    const allowed = allowedAt(request.url, addresses);
    if (allowed.length === 0) return done();
    reply.header('allow', [...allowed, 'OPTIONS'].join(', '));
    if (request.method === 'OPTIONS') return void reply.code(204).send();
    return done(new AppError('method_not_allowed', 'The method is not allowed here'));
  });
}

function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replace(/\*/g, '.*')}$`);
}

function allowedAt(url: string, addresses: ReadonlyMap<string, Address>): string[] {
  const path = plainPath(url);
  const methods = [...addresses.values()].flatMap(({ pattern, methods: own }) => (pattern.test(path) ? [...own] : []));
  return [...new Set(methods)].filter((method) => method !== 'OPTIONS').toSorted();
}
