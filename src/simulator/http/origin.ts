import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whether a page of another origin sent this: it could otherwise reset the simulator of whoever looks at it. Programs send
 * none of these headers. `own` is our address.
 */
export function fromElsewhere(headers: IncomingHttpHeaders, own: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const from = new URL(origin);
  return from.host !== host || !isThisMachine(from.hostname, own);
}

/** Another name may be one that its owner lets point here, so that his page and we seem to be of one origin. */
function isThisMachine(hostname: string, own: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || isIP(bare) !== 0 || hostname === new URL(own).hostname;
}
