import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { isIP, isIPv4 } from 'node:net';

/** Never sent as an Origin, and nothing that a payer could be sent back to. */
const NO_PLACE = new Set(['about:', 'blob:', 'data:', 'file:', 'ftp:', 'javascript:', 'vbscript:', 'ws:', 'wss:']);
const PROXY_NAMES = new Set(['loopback', 'linklocal', 'uniquelocal']);

function asUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !/^[a-z][a-z0-9+.-]*:\/\/[^\s*]+$/i.test(text) || !URL.canParse(text))
    return undefined;
  const url = new URL(text);
  return NO_PLACE.has(url.protocol) || url.username !== '' || url.password !== '' ? undefined : url;
}

const isHttp = ({ protocol }: URL): boolean => protocol === 'http:' || protocol === 'https:';

/**
 * Returns an origin as browsers write it in `Origin`: lower case, no default port, no slash at the end; undefined for what
 * has a path.
 */
export function originOf(text: unknown): string | undefined {
  const url = asUrl(text);
  if (url === undefined || url.host === '' || !/^\/?$/.test(url.pathname) || /[?#]/.test(String(text)))
    return undefined;
  return `${url.protocol}//${url.host.toLowerCase()}`;
}

/** `10.0.0.0/8`, `::1`, `10.0.0.0/255.0.0.0`; not what would be everybody. */
export function isNetwork(text: unknown): boolean {
  const [address = '', length, ...more] = String(text).split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  if (length === undefined) return true;
  if (family === 4 && isIPv4(length)) return isNetmask(length);
  return /^\d{1,3}$/.test(length) && Number(length) >= 1 && Number(length) <= (family === 4 ? 32 : 128);
}

function isNetmask(mask: string): boolean {
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1+0*$/.test(bits);
}

/** `shop.example`, `192.0.2.7` or `[2001:db8::7]`: what stands in a `Host` header, without the port. */
export function isHostName(text: unknown): boolean {
  if (typeof text !== 'string' || text.length > 255) return false;
  if (text.startsWith('[') && text.endsWith(']')) return isIP(text.slice(1, -1)) === 6;
  return /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(text) && !text.includes('..');
}

const rule = (name: string, validate: (value: unknown) => boolean, message: string, each = false) =>
  ValidateBy({ name, validator: { validate, defaultMessage: () => `$property ${message}` } }, { each });

/** Origins of web pages and of apps (`capacitor://localhost`), in the form that browsers send. */
export const Origins = () => (target: object, key: string) => {
  Transform(({ value }) =>
    Array.isArray(value) ? [...new Set(value.map((one: unknown) => originOf(one) ?? one))] : (value as unknown),
  )(target, key);
  rule(
    'isOrigin',
    (value) => originOf(value) !== undefined,
    'must hold origins such as https://shop.example or capacitor://localhost, without path, query or *',
    true,
  )(target, key);
};

/** An http(s) address that others append paths to. */
export const BaseUrl = () =>
  rule(
    'isBaseUrl',
    (value) => {
      const url = asUrl(value);
      return url !== undefined && isHttp(url) && !/[?#]/.test(String(value));
    },
    'must be an http:// or https:// address without credentials, query and fragment',
  );

/** A page or an app (`myapp://paid`) that payers are sent back to. */
export const ReturnUrl = () =>
  rule(
    'isReturnUrl',
    (value) => asUrl(value) !== undefined,
    'must be an https:// address or that of an app such as myapp://paid, without credentials',
  );

/** Addresses of trusted proxies. Not `true`, `*` or a count of hops: then any client may say which address it has. */
export const Proxies = () =>
  rule(
    'isProxy',
    (value) => isNetwork(value) || PROXY_NAMES.has(String(value)),
    'must hold addresses or ranges such as 10.0.0.0/8, or loopback, linklocal, uniquelocal; not true, * or a number of hops',
    true,
  );

export const Networks = () =>
  rule('isNetwork', isNetwork, 'must hold addresses or ranges such as 172.16.0.0/12, not everybody', true);

export const HostNames = () => (target: object, key: string) => {
  Transform(({ value }) =>
    Array.isArray(value) ? value.map((one: unknown) => String(one).toLowerCase()) : (value as unknown),
  )(target, key);
  rule('isHostName', isHostName, 'must hold names as in a Host header, without port or *', true)(target, key);
};
