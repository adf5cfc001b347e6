/**
 * The closed list of what can go wrong, in business words. Every surface has a total table from these codes to its own
 * status and body, so a new code does not compile until each surface answers it.
 */
export const APP_ERROR_CODES = [
  'validation_failed',
  'unparseable_body',
  'body_too_large',
  'unsupported_media_type',
  'expectation_failed',
  'request_too_slow',
  'headers_too_large',
  'route_not_found',
  'method_not_allowed',
  'unauthenticated',
  'bad_credentials',
  'forbidden',
  'user_not_found',
  'payment_not_found',
  'email_taken',
  'username_taken',
  'wrong_password',
  'last_administrator',
  'own_deletion',
  'api_key_not_found',
  'api_key_taken',
  'vault_customer_not_found',
  'payment_method_not_found',
  'payment_method_refused',
  'vault_customer_taken',
  'vault_customer_busy',
  'vault_address_not_found',
  'user_has_payment_in_flight',
  'payment_canceled',
  'payment_in_progress',
  'payment_fingerprint_mismatch',
  'checkout_taken',
  'checkout_claimed',
  'checkout_expired',
  'checkout_required',
  'payment_cuid_mismatch',
  'payment_rejected',
  'card_declined',
  'too_many_declines',
  'rate_limited',
  'provider_unreachable',
  'provider_refused',
  'store_unavailable',
  'overloaded',
  'internal',
] as const;

export type AppErrorCode = (typeof APP_ERROR_CODES)[number];

export interface AppErrorDetails {
  /** Field-level messages of a failed validation, told to the client. */
  messages?: readonly string[];
  /** Provider's machine code that the client may see, e.g. `insufficient_funds`. */
  reason?: string;
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** An expected failure: its message is safe to show to the client. Anything else thrown is an internal error. */
export class AppError extends Error {
  readonly messages?: readonly string[];
  readonly reason?: string;
  readonly retryAfterSeconds?: number;

  constructor(
    readonly code: AppErrorCode,
    message: string,
    details: AppErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'AppError';
    this.messages = details.messages;
    this.reason = details.reason;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** A request that is not valid, with a sentence for each field that is not. */
export function invalidRequest(...messages: readonly string[]): AppError {
  return new AppError('validation_failed', 'The request is not valid', { messages });
}
