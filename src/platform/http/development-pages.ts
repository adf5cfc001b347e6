import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BlockList, isIPv6 } from 'node:net';
import { AppError } from '../common/app-error.js';
import type { Config } from '../config/config.js';

type Pages = NonNullable<Config['http']['developmentPages']>;

/** Route patterns of these pages; no spelling of an address can get around a pattern. */
const PAGE = /^\/(outbox|docs|docs-json|metrics)?(\/.*)?$/;
const LOCAL_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const REFUSAL =
  'Pages of a development copy are for its own machine, called localhost. DEVELOPMENT_HOSTS allows other names, DEVELOPMENT_NETWORKS other clients';

/**
 * Keeps what only developers should see to whoever sits at the machine, or was let in by a setting. The name in `Host` is
 * looked at because a foreign web page may let its own name point here (DNS rebinding) and read what it then gets.
 */
export function guardDevelopmentPages(fastify: FastifyInstance, config: Config['http']): void {
  const pages = config.developmentPages;
  if (pages === null) return;
  const mayCome = clientRule(pages);
  const hosts = new Set([...LOCAL_NAMES, ...pages.hosts]);
  fastify.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url;
    // A caller with METRICS_TOKEN is no foreign page.
    const isPage =
      route !== undefined && PAGE.test(route) && !(route === '/metrics' && config.metricsToken !== undefined);
    if (!isPage || (hosts.has(nameIn(request.headers.host)) && mayCome(request))) done();
    else done(new AppError('forbidden', REFUSAL));
  });
}

/** Behind a proxy everybody seems to come from it: then only an address that a trusted proxy told counts. */
function clientRule(pages: Pages): (request: FastifyRequest) => boolean {
  const allowed = networksOf(pages.networks);
  const direct = networksOf([...pages.networks, '127.0.0.0/8', '::1']);
  return (request) => {
    const peer = request.socket.remoteAddress ?? '';
    if (!wasForwarded(request)) return has(direct, peer);
    return request.ip !== peer && has(allowed, request.ip);
  };
}

const wasForwarded = ({ headers }: FastifyRequest): boolean =>
  Object.keys(headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded-') || name === 'x-real-ip');

const nameIn = (host: string | undefined): string => (host ?? '').toLowerCase().replace(/:\d*$/, '');

function networksOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (length === undefined) list.addAddress(address, family);
    else list.addSubnet(address, prefixOf(length), family);
  }
  return list;
}

/** `8`, also when written `255.0.0.0`. */
function prefixOf(length: string): number {
  if (!length.includes('.')) return Number(length);
  return length.split('.').reduce((bits, part) => bits + Number(part).toString(2).replaceAll('0', '').length, 0);
}

function has(list: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}
