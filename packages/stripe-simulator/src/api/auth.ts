import { StripeError } from './errors.js';

/** Who asks: a secret or restricted key sees all, a publishable one what a browser may see. */
export type Caller = 'secret' | 'publishable';

const HELP =
  'See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.';

/** Whose key a request carries, as far as its form tells; undefined without a key. Checks nothing. */
export function keyKind(authorization: string | undefined): Caller | undefined {
  const key = keyFrom(authorization);
  if (key === undefined) return undefined;
  return key.startsWith('pk_') ? 'publishable' : 'secret';
}

/** Any test key is good; its form decides what it may do. Throws Stripe's 401 otherwise. */
export function authenticate(authorization: string | undefined): Caller {
  const key = keyFrom(authorization);
  if (key === undefined || key === '') {
    throw unauthorized(
      `You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). ${HELP}`,
    );
  }
  if (/^(sk|rk)_test_\w+$/.test(key)) return 'secret';
  if (/^pk_test_\w+$/.test(key)) return 'publishable';
  throw unauthorized(`Invalid API Key provided: ${masked(key)}`);
}

export function secretKeyRequired(): StripeError {
  return new StripeError(401, {
    code: 'secret_key_required',
    doc_url: 'https://stripe.com/docs/error-codes/secret-key-required',
    message:
      'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
    type: 'invalid_request_error',
  });
}

/** `Bearer KEY` or `Basic base64(KEY:)`. */
function keyFrom(authorization: string | undefined): string | undefined {
  const [scheme, value] = authorization?.trim().split(/\s+/, 2) ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0];
  return undefined;
}

/** As Stripe shows a wrong key: its kind and its last four characters. */
function masked(key: string): string {
  const kind = /^[a-z]{2}_(test|live)_/.exec(key)?.[0] ?? key.slice(0, 3);
  return `${kind}${'*'.repeat(Math.max(key.length - kind.length - 4, 4))}${key.slice(-4)}`;
}

function unauthorized(message: string): StripeError {
  return new StripeError(
    401,
    { message, type: 'invalid_request_error' },
    { 'www-authenticate': 'Basic realm="Stripe"' },
  );
}
