import { HttpException } from '@nestjs/common';
import { AppError, type AppErrorCode } from '../../platform/common/app-error.js';
import { toStoreError } from '../../platform/database/mongo-errors.js';

/**
 * Fixed sentences: a parser's own message quotes the body, which may hold a password, and the driver's quotes records.
 */
const SENTENCES = {
  validation_failed: 'The request is not valid',
  unparseable_body: 'The request could not be read',
  body_too_large: 'The request body is too large',
  unsupported_media_type: 'The content type is not supported',
  route_not_found: 'There is nothing at this address',
  method_not_allowed: 'The method is not allowed here',
  unauthenticated: 'Unauthorized',
  forbidden: 'Forbidden',
  rate_limited: 'Too many requests, please try again later',
  overloaded: 'The service is busy, please try again',
  internal: 'Internal server error',
} as const satisfies Partial<Record<AppErrorCode, string>>;

type FrameworkCode = keyof typeof SENTENCES;

const BY_STATUS: Readonly<Record<number, FrameworkCode>> = {
  400: 'unparseable_body',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'route_not_found',
  405: 'method_not_allowed',
  408: 'unparseable_body',
  413: 'body_too_large',
  414: 'unparseable_body',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  431: 'unparseable_body',
  503: 'overloaded',
};

const BY_FASTIFY_CODE: Readonly<Record<string, FrameworkCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'unparseable_body',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'unparseable_body',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'unparseable_body',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_BAD_URL: 'unparseable_body',
  FST_ERR_MAX_LIMIT: 'unparseable_body',
  FST_ERR_NOT_FOUND: 'route_not_found',
};

/**
 * Returns what was thrown as one of the closed list. An error that nobody foresaw is `internal` and says nothing of its cause; the
 * cause stays attached for the log.
 */
export function toAppError(thrown: unknown): AppError {
  const known = toStoreError(thrown);
  if (known instanceof AppError) return known;
  if (thrown instanceof HttpException) return fromHttpException(thrown);
  return new AppError(...framework(codeOf(thrown), thrown));
}

function framework(code: FrameworkCode, cause: unknown): [AppErrorCode, string, { cause: unknown }] {
  return [code, SENTENCES[code], { cause }];
}

/** Nest wraps what Fastify throws before a route is reached in a bare HttpException, so only the status is left of it. */
function fromHttpException(thrown: HttpException): AppError {
  const messages = validationMessages(thrown.getResponse());
  if (thrown.getStatus() === 400 && messages !== undefined) {
    return new AppError('validation_failed', SENTENCES.validation_failed, { messages, cause: thrown });
  }
  return new AppError(...framework(BY_STATUS[thrown.getStatus()] ?? 'internal', thrown));
}

function validationMessages(response: string | object): readonly string[] | undefined {
  const message: unknown = typeof response === 'object' && 'message' in response ? response.message : undefined;
  return Array.isArray(message) && message.every((line) => typeof line === 'string') ? message : undefined;
}

function codeOf(thrown: unknown): FrameworkCode {
  if (!(thrown instanceof Error)) return 'internal';
  const code: unknown = 'code' in thrown ? thrown.code : undefined;
  const known = typeof code === 'string' ? BY_FASTIFY_CODE[code] : undefined;
  if (known !== undefined) return known;
  const status: unknown = 'statusCode' in thrown ? thrown.statusCode : undefined;
  // Parsers (secure-json-parse, a URL decoder) mark the client's mistakes with a 4xx status; without one it is our bug.
  return typeof status === 'number' && status < 500 ? (BY_STATUS[status] ?? 'internal') : 'internal';
}
