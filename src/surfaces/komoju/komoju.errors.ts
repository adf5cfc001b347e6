import { type AppError, type AppErrorCode, type AppErrorKind, kindOf } from '../../platform/common/app-error.js';
import type { DialectAnswer } from '../shared/dialect.js';

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
}

type Answer = readonly [status: number, problem: (error: AppError) => Problem];

/** The same for every cause, so that a caller cannot tell which check failed. */
const always = (code: string, message: string) => (): Problem => ({ code, message, param: null });
/** Problem of a card, which only one parameter can bring. */
const ofSource =
  (code: string) =>
  ({ message, providerMessage = message }: AppError): Problem => ({
    code,
    message: providerMessage,
    param: 'payment_details',
  });

const PROVIDER_AWAY: Answer = [502, always('bad_gateway', 'The payment provider is unavailable')];

/** Contract komoju 1.1. Total: a new kind does not compile until it has its status here. */
const ANSWERS: Readonly<Record<AppErrorKind, Answer>> = {
  invalid: [422, refused],
  unauthenticated: [401, always('unauthorized', 'The secret key is missing or not valid')],
  declined: [402, ofSource('request_failed')],
  forbidden: [403, always('forbidden', 'The key is not one for this API')],
  not_found: [404, always('not_found', 'There is no such resource')],
  method_not_allowed: [405, always('method_not_allowed', 'The method is not allowed here')],
  too_slow: [408, always('request_timeout', 'The request took too long')],
  conflict: [409, ({ message }) => ({ code: 'conflict', message, param: null })],
  body_too_large: [413, always('request_too_large', 'The request is too large')],
  media_type: [415, always('unsupported_media_type', 'The body must be a form or JSON, in UTF-8')],
  expectation: [417, always('expectation_failed', 'The expectation failed')],
  too_many: [429, always('too_many_requests', 'Too many requests')],
  headers_too_large: [431, always('headers_too_large', 'The request headers are too large')],
  internal: [500, always('internal_server_error', 'Internal error')],
  unreachable: PROVIDER_AWAY,
  unavailable: [503, always('service_unavailable', 'The service is unavailable')],
};

/** Stripe that refuses us is as far away for the client as Stripe that does not answer. */
const EXCEPTIONS: Partial<Record<AppErrorCode, Answer>> = {
  unparseable_body: [400, ({ message }) => ({ code: 'bad_request', message, param: null })],
  payment_method_refused: [422, ofSource('unprocessable_entity')],
  provider_refused: PROVIDER_AWAY,
};

/** `{error: {code, message, param}}`. */
export function komojuAnswer(error: AppError): DialectAnswer {
  const [status, problem] = EXCEPTIONS[error.code] ?? ANSWERS[kindOf(error.code)];
  const headers: Record<string, string> = {};
  if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterSeconds));
  if (status === 401) headers['www-authenticate'] = 'Basic realm="api"';
  return { status, headers, body: { error: problem(error) } };
}

/** The name with which a message about a field begins, with those of the fields within it: `payment_details.number`. */
const FIELD = /^(([a-z_]+)(?:\.[\w-]+)*) (.*)$/s;
const PARAMETERS = ['payment_details', 'currency', 'email', 'metadata', 'start_time', 'end_time', 'per_page', 'page'];

/** The first problem; `param` is the parameter itself, of whatever within it the message tells. */
function refused({ message, messages }: AppError): Problem {
  const first = messages?.[0] ?? message;
  const [, path = '', param = '', problem] = FIELD.exec(first) ?? [];
  if (!PARAMETERS.includes(param)) return { code: 'unprocessable_entity', message: first, param: null };
  if (problem !== 'is required') return { code: 'unprocessable_entity', message: first, param };
  return { code: 'missing_parameter', message: `A required parameter (${bracketed(path)}) is missing`, param };
}

/** `payment_details.number` as a form writes it. */
const bracketed = (path: string): string => path.replace(/\.([\w-]+)/g, '[$1]');
