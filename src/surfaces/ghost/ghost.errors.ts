import { STATUS_CODES } from 'node:http';
import { type AppError, type AppErrorCode, type AppErrorKind, kindOf } from '../../platform/common/app-error.js';
import type { DialectAnswer } from '../shared/dialect.js';

type Message = (error: AppError) => string;
type Answer = readonly [status: number, message: Message];

/** The same for every cause, so that a caller cannot tell which check failed. */
const always = (message: string) => (): string => message;
const first: Message = ({ message, messages }) => messages?.[0] ?? message;
const own: Message = ({ message }) => message;
/** Stripe's sentence, which is written for the payer. */
const told: Message = ({ message, providerMessage }) => providerMessage ?? message;

const PROVIDER_AWAY: Answer = [502, always('Payment provider unavailable')];

/** Contract ghost 1.1. Total: a new kind does not compile until it has its status here. */
const ANSWERS: Readonly<Record<AppErrorKind, Answer>> = {
  invalid: [400, first],
  unauthenticated: [401, always('Unauthorized')],
  declined: [402, told],
  forbidden: [403, always('Forbidden')],
  not_found: [404, always('Not found')],
  method_not_allowed: [405, always('Method not allowed')],
  too_slow: [408, always('Request timeout')],
  conflict: [409, own],
  body_too_large: [413, always('Request too large')],
  media_type: [415, always('Unsupported media type')],
  expectation: [417, always('Expectation failed')],
  too_many: [429, always('Too many requests')],
  headers_too_large: [431, always('Request headers too large')],
  internal: [500, always('Internal error')],
  unreachable: PROVIDER_AWAY,
  unavailable: [503, always('Service unavailable')],
};

/** Stripe that refuses us is as far away for the client as Stripe that does not answer. */
const EXCEPTIONS: Partial<Record<AppErrorCode, Answer>> = { provider_refused: PROVIDER_AWAY };

/** `{message, status, error}`, `status` being the HTTP status and `error` its reason phrase. */
export function ghostAnswer(error: AppError): DialectAnswer {
  const [status, message] = EXCEPTIONS[error.code] ?? ANSWERS[kindOf(error.code)];
  const headers: Record<string, string> = {};
  if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterSeconds));
  if (status === 401) headers['www-authenticate'] = 'Basic realm="ghost", charset="UTF-8"';
  return { status, headers, body: { message: message(error), status, error: STATUS_CODES[status] ?? 'Error' } };
}
