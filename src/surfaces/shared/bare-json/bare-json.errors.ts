import { STATUS_CODES } from 'node:http';
import { type AppError, type AppErrorKind, kindOf } from '../../../platform/common/app-error.js';
import type { DialectAnswer } from '../dialect.js';

/** Contract storefront 1.2 and ruling 5. Total: a new kind does not compile until it has its status here. */
const STATUS: Readonly<Record<AppErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  declined: 402,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  too_slow: 408,
  conflict: 409,
  body_too_large: 413,
  media_type: 415,
  expectation: 417,
  too_many: 429,
  headers_too_large: 431,
  internal: 500,
  unreachable: 502,
  unavailable: 503,
};

/** `{statusCode, message, error, code?}`; `message` is a list exactly when a body or parameter failed validation. */
export function bareJsonAnswer(error: AppError): DialectAnswer {
  const statusCode = STATUS[kindOf(error.code)];
  const headers: Record<string, string> = {};
  if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterSeconds));
  if (statusCode === 401) headers['www-authenticate'] = 'Bearer';
  return {
    status: statusCode,
    headers,
    body: {
      statusCode,
      message: error.code === 'validation_failed' ? (error.messages ?? [error.message]) : error.message,
      error: STATUS_CODES[statusCode] ?? 'Error',
      ...(error.code === 'card_declined' && error.reason !== undefined ? { code: error.reason } : {}),
    },
  };
}
