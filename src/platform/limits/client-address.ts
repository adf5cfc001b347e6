import { normalizeIP } from '@fastify/rate-limit';

/** One client as limits see it: an IPv6 client owns a whole /64, and `::ffff:1.2.3.4` is 1.2.3.4. */
export function clientAddress(ip: string): string {
  return normalizeIP(ip);
}
