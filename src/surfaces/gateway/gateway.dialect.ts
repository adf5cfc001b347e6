import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  UseFilters,
  UseGuards,
  UsePipes,
} from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { GatewayPrincipal } from '../../modules/user/gateway/gateway-user.types.js';
import { type BodyRule, refuseCompressed, STRICT_JSON, type UploadRule } from '../../platform/http/body-rules.js';
import { isForm } from '../../platform/http/uploaded-file.js';
import { AppError } from '../../platform/common/app-error.js';
import { type Dialect, DialectExceptionFilter } from '../shared/dialect.js';
import { documentUpload } from './file-batch/file-batch.document.js';
import { FailureEnvelope } from './envelope.dto.js';
import { gatewayAnswer } from './gateway.errors.js';
import { GatewayGuard, provenPrincipal } from './gateway.guard.js';
import { LiberalBodyPipe } from '../shared/liberal-body.pipe.js';

/** Names of the two ways to authorize in the document. */
export const GATEWAY_KEY = 'gateway-key';
export const GATEWAY_BEARER = 'gateway-jwt';

/** As strict about what it is as strict JSON, and ten times as long. But the body of a DELETE is not looked at. */
const GATEWAY_JSON: BodyRule = {
  limit: 1_048_576,
  check(request) {
    if (request.method !== 'DELETE') STRICT_JSON.check(request);
  },
  take: (request, body) => (request.method === 'DELETE' ? undefined : STRICT_JSON.take(request, body)),
};
/** Contract 7.2. */
export const LONGEST_FILE = 10 * 1_048_576;

/** A CSV file, by itself or in a form; its route reads it once its sender is proven. */
const CSV_UPLOAD: UploadRule = {
  isUpload: true,
  limit: LONGEST_FILE,
  check(request) {
    refuseCompressed(request);
    if (!isCsv(request) && !isForm(request.headers['content-type'] ?? ''))
      throw new AppError('unsupported_media_type', 'The upload must be multipart/form-data, or text/csv in UTF-8');
  },
};
/** With whatever else a client says of it, such as `header=present`. */
function isCsv({ headers }: FastifyRequest): boolean {
  const [type, ...parameters] = (headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  return type === 'text/csv' && /^(charset="?utf-?8"?)?$/.test(charset ?? '');
}

/** A name and a password, from anybody. */
const LOGIN_LIMIT = 4_096;

export const gateway: Dialect = {
  name: 'gateway',
  mounts: ['/api'],
  bodies: [
    ['/api', GATEWAY_JSON],
    ['/api/filebatch', CSV_UPLOAD],
    ['/api/token-auth', { ...GATEWAY_JSON, limit: LOGIN_LIMIT }],
  ],
  credentials: [
    {
      name: GATEWAY_KEY,
      scheme: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'A private API key, `api_…`.' },
    },
    {
      name: GATEWAY_BEARER,
      scheme: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'The token of `POST /api/token-auth`.',
      },
    },
  ],
  refusesUnknown: false,
  answer: gatewayAnswer,
  document: documentUpload,
};

/** The whole language for one controller: mount, guard, pipe, errors and documentation. */
export function GatewayController(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller(path === '' ? 'api' : `api/${path}`),
    UseFilters(new DialectExceptionFilter(gateway)),
    UsePipes(new LiberalBodyPipe()),
    UseGuards(GatewayGuard),
    ApiTags(tag),
  );
}

/** Documents that the route wants a key or a control-panel token; the access table is what demands it. */
export function GatewayCredential(): MethodDecorator {
  return applyDecorators(ApiSecurity(GATEWAY_KEY), ApiBearerAuth(GATEWAY_BEARER));
}

/** The caller that the guard has proven. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): GatewayPrincipal =>
  provenPrincipal(context.switchToHttp().getRequest<FastifyRequest>()),
);

const EXAMPLES = {
  400: 'bad request error: email must be an email',
  401: 'unauthorized',
  403: 'forbidden: missing permission manage_users',
  404: 'not found',
  408: 'request timeout',
  409: 'conflict: the same request is being worked on',
  413: 'request too large',
  415: 'unsupported media type',
  429: 'too many requests',
  503: 'service unavailable',
} as const satisfies Record<number, string>;

export type GatewayErrorStatus = keyof typeof EXAMPLES;

/** Documents the failures of a route, each with an example body. */
export function GatewayErrors(...statuses: readonly GatewayErrorStatus[]): MethodDecorator {
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: STATUS_CODES[status] ?? 'Error',
        type: FailureEnvelope,
        example: { status: 'failed', msg: EXAMPLES[status] },
      }),
    ),
  );
}
