import { normalizeIP } from '@fastify/rate-limit';

/** One client as limits see it: an IPv6 client owns a whole /64, and `::ffff:1.2.3.4` is 1.2.3.4. */
export function clientAddress(ip: string): string {
  return normalizeIP(ip);
}

/** The address a request comes from. */
export interface Client {
  /** An IP address: the peer's, or what a trusted proxy says. */
  readonly ip: string;
  /**
   * False when X-Forwarded-For was not believed or named no address: then this may be a proxy's address, and everybody's
   * behind it.
   */
  readonly certain: boolean;
}

/** Node's requests with an X-Forwarded-For that did not settle whose they are. */
const uncertain = new WeakSet<object>();

/** Marks one of Node's requests: its address may be that of a proxy in front of many clients. */
export function markUncertain(raw: object): void {
  uncertain.add(raw);
}

export function clientOf(request: { readonly ip: string; readonly raw: object }): Client {
  return { ip: request.ip, certain: !uncertain.has(request.raw) };
}
