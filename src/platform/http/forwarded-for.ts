import type { FastifyInstance } from 'fastify';
import { isIP } from 'node:net';
import type { Logger } from 'pino';
import { markUncertain } from '../limits/client-address.js';

const HEADER = 'x-forwarded-for';
/** `203.0.113.8:50000`, `[2001:db8::1]:50000` and `[2001:db8::1]`: Azure's gateways and some others write the port too. */
const WITH_PORT = /^\[([^\]]+)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/;

/**
 * Reads X-Forwarded-For before anybody asks for the client's address: ports are cut off, and a hop that is no address
 * (`unknown`, a name) ends the chain, so that the proxy which wrote it is the client. Registered before every other hook.
 * Where nobody's header is believed, the first that arrives is worth one warning: either a proxy is in front and all its
 * visitors are one address to every limit, or somebody tries.
 */
export function readForwardedFor(fastify: FastifyInstance, trustProxy: readonly string[], logger: Logger): void {
  let warned = trustProxy.length > 0;
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw;
    const given = headers[HEADER];
    if (typeof given === 'string') {
      const hops = understood(given);
      headers[HEADER] = hops.addresses.join(', ');
      // `ips` is absent while no proxy is trusted, and only the peer itself while this peer is none.
      if (!hops.complete || (request.ips?.length ?? 1) < 2) markUncertain(request.raw);
      if (!warned) {
        warned = true;
        logger.warn('X-Forwarded-For arrives while TRUST_PROXY is empty: behind a proxy all visitors share one limit');
      }
    }
    done();
  });
}

/** The addresses from the right, which proxies have added themselves, up to the first hop that is none. */
function understood(header: string): { addresses: string[]; complete: boolean } {
  const told = header.split(',').map((hop) => hop.trim());
  const hops = told.filter((hop) => hop !== '').map(addressOf);
  const unclear = hops.lastIndexOf(undefined);
  return { addresses: hops.slice(unclear + 1).filter((hop) => hop !== undefined), complete: unclear === -1 };
}

function addressOf(hop: string): string | undefined {
  if (isIP(hop) !== 0) return hop;
  const [, v6, v4] = WITH_PORT.exec(hop) ?? [];
  const address = v6 ?? v4 ?? '';
  return isIP(address) === (v6 === undefined ? 4 : 6) ? address : undefined;
}
