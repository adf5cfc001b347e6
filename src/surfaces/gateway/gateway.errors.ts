import type { AppError, AppErrorCode } from '../../platform/common/app-error.js';
import type { DialectAnswer } from '../shared/dialect.js';

type Sentence = (error: AppError) => string;

const badRequest: Sentence = ({ message, messages }) => `bad request error: ${(messages ?? [message]).join('; ')}`;
const forbidden: Sentence = ({ message }) => `forbidden: ${message}`;
/** The same for every cause, so that a caller cannot tell which check failed. */
const always = (sentence: string) => (): string => sentence;

const UNAUTHORIZED = [401, always('unauthorized')] as const;
const NOT_FOUND = [404, always('not found')] as const;
const CONFLICT = [400, badRequest] as const;
const UNAVAILABLE = [503, always('service unavailable')] as const;

/** Contract 1.3; 409 and 503 are additions. Total: a new code does not compile until it has its status here. */
const ANSWERS: Readonly<Record<AppErrorCode, readonly [status: number, msg: Sentence]>> = {
  validation_failed: [400, badRequest],
  unparseable_body: [400, badRequest],
  username_taken: CONFLICT,
  email_taken: CONFLICT,
  wrong_password: CONFLICT,
  last_administrator: CONFLICT,
  own_deletion: CONFLICT,
  api_key_taken: CONFLICT,
  vault_customer_taken: CONFLICT,
  payment_method_refused: CONFLICT,
  user_has_payment_in_flight: CONFLICT,
  payment_cuid_mismatch: CONFLICT,
  payment_rejected: CONFLICT,
  payment_canceled: CONFLICT,
  payment_in_progress: CONFLICT,
  payment_fingerprint_mismatch: CONFLICT,
  checkout_taken: CONFLICT,
  checkout_claimed: CONFLICT,
  checkout_expired: CONFLICT,
  checkout_required: CONFLICT,
  card_declined: CONFLICT,
  unauthenticated: UNAUTHORIZED,
  bad_credentials: UNAUTHORIZED,
  forbidden: [403, forbidden],
  route_not_found: NOT_FOUND,
  user_not_found: NOT_FOUND,
  payment_not_found: NOT_FOUND,
  api_key_not_found: NOT_FOUND,
  vault_customer_not_found: NOT_FOUND,
  vault_address_not_found: NOT_FOUND,
  payment_method_not_found: NOT_FOUND,
  method_not_allowed: [405, always('method not allowed')],
  request_too_slow: [408, always('request timeout')],
  body_too_large: [413, always('request too large')],
  unsupported_media_type: [415, always('unsupported media type')],
  expectation_failed: [417, always('expectation failed')],
  too_many_declines: [429, always('too many requests')],
  rate_limited: [429, always('too many requests')],
  headers_too_large: [431, always('request headers too large')],
  internal: [500, always('internal error')],
  provider_unreachable: UNAVAILABLE,
  provider_refused: UNAVAILABLE,
  store_unavailable: UNAVAILABLE,
  vault_customer_busy: [409, ({ message }) => `conflict: ${message}`],
  overloaded: UNAVAILABLE,
};

/** `{status: "failed", msg}`. */
export function gatewayAnswer(error: AppError): DialectAnswer {
  const [status, sentence] = ANSWERS[error.code];
  const wait = error.retryAfterSeconds;
  return {
    status,
    headers: wait === undefined ? {} : { 'retry-after': String(Math.ceil(wait)) },
    body: { status: 'failed', msg: sentence(error) },
  };
}
