import { STATUS_CODES } from 'node:http';
import type { AppError, AppErrorCode } from '../../../platform/common/app-error.js';
import type { DialectAnswer } from '../dialect.js';

/** Contract 1.2 and ruling 5. Total: a new code does not compile until it has its status here. */
const STATUS: Readonly<Record<AppErrorCode, number>> = {
  validation_failed: 400,
  unparseable_body: 400,
  payment_cuid_mismatch: 400,
  payment_rejected: 400,
  wrong_password: 400,
  unauthenticated: 401,
  bad_credentials: 401,
  card_declined: 402,
  forbidden: 403,
  route_not_found: 404,
  user_not_found: 404,
  payment_not_found: 404,
  api_key_not_found: 404,
  vault_customer_not_found: 404,
  vault_address_not_found: 404,
  payment_method_not_found: 404,
  method_not_allowed: 405,
  request_too_slow: 408,
  email_taken: 409,
  username_taken: 409,
  last_administrator: 409,
  own_deletion: 409,
  api_key_taken: 409,
  vault_customer_taken: 409,
  vault_customer_busy: 409,
  payment_method_refused: 400,
  user_has_payment_in_flight: 409,
  payment_canceled: 409,
  payment_in_progress: 409,
  payment_fingerprint_mismatch: 409,
  checkout_taken: 409,
  checkout_claimed: 409,
  checkout_expired: 409,
  checkout_required: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  expectation_failed: 417,
  too_many_declines: 429,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  provider_unreachable: 502,
  provider_refused: 503,
  store_unavailable: 503,
  overloaded: 503,
};

/** `{statusCode, message, error, code?}`; `message` is a list exactly when a body or parameter failed validation. */
export function bareJsonAnswer(error: AppError): DialectAnswer {
  const statusCode = STATUS[error.code];
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
