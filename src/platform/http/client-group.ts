import type { FastifyRequest } from 'fastify';
import { clientAddress } from '../limits/client-address.js';

/** The clients that share a bound. */
export interface ClientGroup {
  readonly key: string;
  /** False for a proxy that we were not told of: the clients behind it are many, and none can be told from another. */
  readonly isOneClient: boolean;
}

/** The client of a request, or the untrusted proxy that it came through. */
export function clientGroup(request: FastifyRequest, trustsProxies: boolean): ClientGroup {
  const key = clientAddress(request.ip);
  const forwarded = !trustsProxies && request.headers['x-forwarded-for'] !== undefined;
  return forwarded ? { key: `behind ${key}`, isOneClient: false } : { key, isOneClient: true };
}
