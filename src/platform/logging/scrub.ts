import { passesLuhn } from '../common/card-number.js';

/** The text that replaces a secret. */
export const REDACTED = '[redacted]';

const SECRET_SHAPES: readonly RegExp[] = [
  // Our own and Stripe's keys, live or test; the simulator's have the same form.
  /\b(?:sk|rk|pk|ek)_(?:test|live)_\w+/g,
  /\b(?:api|pub|gpk|gsk|sk|csk)_[A-Za-z0-9]{20,}/g,
  /\bwhsec_[\w+/=]+/g,
  /\b(?:pi|seti|cs|src)_\w+?_secret_\w+/g,
  // JWTs, whole or cut off behind the header.
  /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g,
  /\b(?:bearer|basic)\s+[\w.~+/=-]{6,}/gi,
  // bcrypt hashes
  /\$2[aby]\$\d\d\$[./A-Za-z0-9]{20,}/g,
];
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const QUERY_SECRETS =
  /\b(\w*(?:secret|token|password|passwd|api_?key)\w*["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s&,;}"']+)/gi;
// A name and `=` before it are not of it: `ADMIN_EMAIL=…` in the line that tells the configuration.
const EMAIL = /[^\s<>"'(),:;=@[\]]+@[^\s<>"'(),:;@[\]]+\.[a-z]{2,}/gi;
// Issuers' numbers begin with 2 to 6; epoch milliseconds, just as long, with 1.
const DIGIT_RUN = /(?<![\w.-])[2-6](?:[ -]?\d){12,18}(?![\w-])/g;
// Colour codes and other terminal commands first, then every single control character but the tab.
// oxlint-disable-next-line no-control-regex
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/g;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/g;

const MAX_LENGTH = 2_000;

/** One safe line of text: no secret, card number or e-mail address in it, and nothing that a terminal obeys. */
export function scrub(text: string): string {
  return scrubLines(text).replace(CONTROL, ' ');
}

/** Scrubs like `scrub`, but keeps line ends: for stack traces, which the writer escapes or indents. */
export function scrubLines(text: string): string {
  let safe = (text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text)
    .replace(TERMINAL, '')
    .replace(CONTROL, (character) => (character === '\n' ? '\n' : ' '))
    .replace(URL_CREDENTIALS, `$1${REDACTED}@`);
  for (const shape of SECRET_SHAPES) safe = safe.replace(shape, REDACTED);
  return (
    safe
      .replace(QUERY_SECRETS, `$1${REDACTED}`)
      // A package's scope looks like an address, and a stack trace without its files helps nobody.
      .replace(EMAIL, (found) => (found.includes('node_modules/@') ? found : '[e-mail]'))
      .replace(DIGIT_RUN, (digits) => (passesLuhn(digits.replace(/\D/g, '')) ? '[card]' : digits))
  );
}
