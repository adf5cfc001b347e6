import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whether a page of another origin sent this: it could otherwise reset the simulator of whoever looks at it. Programs send
 * none of these headers. `own` is our address, `allowed` other names of ours.
 */
export function fromElsewhere(headers: IncomingHttpHeaders, own: string, allowed: readonly string[] = []): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const from = new URL(origin);
  return from.host !== host || !(isThisMachine(from.hostname, own) || allowed.includes(from.hostname));
}

/**
 * Whether the control plane and the pages may be asked by this name: an address, localhost, the host that it was told to
 * bind, or a name of `--allow-host`. Any other may be one that its owner lets point here, to read and press what he likes
 * through a visitor's browser (DNS rebinding).
 */
export function isKnownHost(host: string | undefined, own: string, allowed: readonly string[]): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return isThisMachine(hostname, own) || allowed.includes(hostname);
}

/** Another name may be one that its owner lets point here, so that his page and we seem to be of one origin. */
function isThisMachine(hostname: string, own: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || isIP(bare) !== 0 || hostname === new URL(own).hostname;
}
