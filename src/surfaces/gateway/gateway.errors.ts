import { type AppError, type AppErrorCode, type AppErrorKind, kindOf } from '../../platform/common/app-error.js';
import type { DialectAnswer } from '../shared/dialect.js';

type Sentence = (error: AppError) => string;

const badRequest: Sentence = ({ message, messages }) => `bad request error: ${(messages ?? [message]).join('; ')}`;
const forbidden: Sentence = ({ message }) => `forbidden: ${message}`;
/** The same for every cause, so that a caller cannot tell which check failed. */
const always = (sentence: string) => (): string => sentence;

type Answer = readonly [status: number, msg: Sentence];

/** Contract 1.3; 503 is an addition. Total: a new kind does not compile until it has its status here. */
const ANSWERS: Readonly<Record<AppErrorKind, Answer>> = {
  invalid: [400, badRequest],
  declined: [400, badRequest],
  conflict: [400, badRequest],
  unauthenticated: [401, always('unauthorized')],
  forbidden: [403, forbidden],
  not_found: [404, always('not found')],
  method_not_allowed: [405, always('method not allowed')],
  too_slow: [408, always('request timeout')],
  body_too_large: [413, always('request too large')],
  media_type: [415, always('unsupported media type')],
  expectation: [417, always('expectation failed')],
  too_many: [429, always('too many requests')],
  headers_too_large: [431, always('request headers too large')],
  internal: [500, always('internal error')],
  unreachable: [503, always('service unavailable')],
  unavailable: [503, always('service unavailable')],
};

/** An addition to the contract: worth trying again, unlike every other conflict. */
const EXCEPTIONS: Partial<Record<AppErrorCode, Answer>> = {
  vault_customer_busy: [409, ({ message }) => `conflict: ${message}`],
};

/** `{status: "failed", msg}`. */
export function gatewayAnswer(error: AppError): DialectAnswer {
  const [status, sentence] = EXCEPTIONS[error.code] ?? ANSWERS[kindOf(error.code)];
  const wait = error.retryAfterSeconds;
  return {
    status,
    headers: wait === undefined ? {} : { 'retry-after': String(Math.ceil(wait)) },
    body: { status: 'failed', msg: sentence(error) },
  };
}
