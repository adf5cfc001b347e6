import { type AppError, type AppErrorCode, type AppErrorKind, kindOf } from '../../platform/common/app-error.js';
import type { DialectAnswer } from '../shared/dialect.js';

/** Names of parameters that a message may be about. */
const PARAMETERS: ReadonlySet<string> = new Set([
  'person_id',
  'description',
  'amount',
  'campaign_code',
  'payment_method_type',
  'payment_method_id',
  'return_url',
  'iban',
  'idempotency_key',
  'id',
  'ids',
  'name',
  'email',
  'vault_customer_id',
]);

/**
 * Contract census 1. Total: a new kind does not compile until it has its status here. 405 to 417 and 431 are the house's: they
 * are refused before there is a request of this surface; 429 and 503 say what can be tried again later.
 */
const STATUSES: Readonly<Record<AppErrorKind, number>> = {
  invalid: 422,
  unauthenticated: 401,
  declined: 422,
  forbidden: 401,
  not_found: 404,
  method_not_allowed: 405,
  too_slow: 408,
  conflict: 503,
  body_too_large: 413,
  media_type: 415,
  expectation: 417,
  too_many: 429,
  headers_too_large: 431,
  internal: 500,
  unreachable: 500,
  unavailable: 503,
};

/** The processor call blew up, and nothing was charged. */
const EXCEPTIONS: Partial<Record<AppErrorCode, number>> = { provider_refused: 500 };

const LATER_SECONDS = 1;

/** `{}`; with 422, where it is known, an array of messages for each parameter (contract census 2). */
export function censusAnswer(error: AppError): DialectAnswer {
  const status = EXCEPTIONS[error.code] ?? STATUSES[kindOf(error.code)];
  const headers: Record<string, string> = {};
  const retryAfter = error.retryAfterSeconds ?? (status === 503 ? LATER_SECONDS : undefined);
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.ceil(retryAfter));
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="census"';
  return { status, headers, body: status === 422 ? problemsOf(error.messages ?? []) : {} };
}

function problemsOf(messages: readonly string[]): Record<string, string[]> {
  const problems: Record<string, string[]> = {};
  for (const message of messages) {
    const [name = ''] = message.split(/[ .]/, 1);
    if (!PARAMETERS.has(name)) continue;
    const said = message.slice(name.length).trim();
    (problems[name] ??= []).push(said === 'is required' ? "can't be blank" : said);
  }
  return problems;
}
