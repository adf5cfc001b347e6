import type { FastifyInstance } from 'fastify';
import { AppError } from '../common/app-error.js';

/**
 * Below these mounts an address that only other methods have is refused as `method_not_allowed`, not as unknown. To be
 * called before the routes are declared.
 */
export function refuseWrongMethods(fastify: FastifyInstance, mounts: readonly string[]): void {
  const addresses = new Set<string>();
  const patterns: RegExp[] = [];
  fastify.addHook('onRoute', ({ url }) => {
    if (addresses.has(url) || !mounts.some((mount) => url.startsWith(`${mount}/`))) return;
    addresses.add(url);
    patterns.push(new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`));
  });
  fastify.addHook('onRequest', async (request) => {
    if (!request.is404) return;
    const path = request.url.split('?', 1)[0] ?? '';
    if (patterns.some((pattern) => pattern.test(path)))
      throw new AppError('method_not_allowed', 'The method is not allowed here');
  });
}
