/** The kinds of failure that there are. Every surface answers each of them, so a new one does not compile until all do. */
export type AppErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'declined'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'too_slow'
  | 'conflict'
  | 'body_too_large'
  | 'media_type'
  | 'expectation'
  | 'too_many'
  | 'headers_too_large'
  | 'internal'
  | 'unreachable'
  | 'unavailable';

/**
 * The closed list of what can go wrong, in business words, and of what kind it is. A surface answers a code by its kind, unless
 * its contract makes an exception of the code.
 */
const KIND = {
  validation_failed: 'invalid',
  unparseable_body: 'invalid',
  payment_cuid_mismatch: 'invalid',
  payment_rejected: 'invalid',
  payment_method_refused: 'invalid',
  wrong_password: 'invalid',
  search_too_slow: 'invalid',
  unauthenticated: 'unauthenticated',
  bad_credentials: 'unauthenticated',
  card_declined: 'declined',
  authentication_required: 'declined',
  forbidden: 'forbidden',
  route_not_found: 'not_found',
  user_not_found: 'not_found',
  payment_not_found: 'not_found',
  api_key_not_found: 'not_found',
  account_not_found: 'not_found',
  processor_not_found: 'not_found',
  transaction_not_found: 'not_found',
  terminal_not_found: 'not_found',
  file_batch_not_found: 'not_found',
  add_on_not_found: 'not_found',
  discount_not_found: 'not_found',
  plan_not_found: 'not_found',
  vault_customer_not_found: 'not_found',
  vault_address_not_found: 'not_found',
  payment_method_not_found: 'not_found',
  method_not_allowed: 'method_not_allowed',
  request_too_slow: 'too_slow',
  email_taken: 'conflict',
  username_taken: 'conflict',
  last_administrator: 'conflict',
  own_deletion: 'conflict',
  api_key_taken: 'conflict',
  vault_customer_taken: 'conflict',
  vault_customer_busy: 'conflict',
  user_has_payment_in_flight: 'conflict',
  payment_canceled: 'conflict',
  payment_in_progress: 'conflict',
  payment_fingerprint_mismatch: 'conflict',
  payment_not_capturable: 'conflict',
  payment_not_cancelable: 'conflict',
  payment_not_refundable: 'conflict',
  refund_mismatch: 'conflict',
  transaction_status: 'conflict',
  transaction_not_refundable: 'conflict',
  checkout_taken: 'conflict',
  checkout_claimed: 'conflict',
  checkout_expired: 'conflict',
  checkout_required: 'conflict',
  body_too_large: 'body_too_large',
  unsupported_media_type: 'media_type',
  expectation_failed: 'expectation',
  too_many_declines: 'too_many',
  rate_limited: 'too_many',
  headers_too_large: 'headers_too_large',
  internal: 'internal',
  provider_unreachable: 'unreachable',
  provider_refused: 'unavailable',
  store_unavailable: 'unavailable',
  overloaded: 'unavailable',
} as const satisfies Record<string, AppErrorKind>;

export type AppErrorCode = keyof typeof KIND;

export const APP_ERROR_CODES = Object.keys(KIND) as readonly AppErrorCode[];

export const kindOf = (code: AppErrorCode): AppErrorKind => KIND[code];

export interface AppErrorDetails {
  /** Field-level messages of a failed validation, told to the client. */
  messages?: readonly string[];
  /** Provider's machine code that the client may see, e.g. `insufficient_funds`. */
  reason?: string;
  /** Provider's own sentence for the payer, such as `Your card has insufficient funds.` */
  providerMessage?: string;
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** An expected failure: its message is safe to show to the client. Anything else thrown is an internal error. */
export class AppError extends Error {
  readonly messages?: readonly string[];
  readonly reason?: string;
  readonly providerMessage?: string;
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
    this.providerMessage = details.providerMessage;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** A request that is not valid, with a sentence for each field that is not. */
export function invalidRequest(...messages: readonly string[]): AppError {
  return new AppError('validation_failed', 'The request is not valid', { messages });
}
