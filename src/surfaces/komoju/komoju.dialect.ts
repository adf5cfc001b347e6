import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  UseFilters,
  UseGuards,
  UsePipes,
} from '@nestjs/common';
import { ApiBasicAuth, ApiBody, ApiConsumes, ApiHeader, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { ProvenSecret } from '../../modules/auth/api-key/api-key.types.js';
import { isOfType } from '../../platform/http/body-rules.js';
import { parseNestedForm } from '../../platform/http/nested-form.js';
import { type Dialect, DialectExceptionFilter } from '../shared/dialect.js';
import { FORM, jsonOrForm } from '../shared/json-or-form.js';
import { KomojuError } from './error.dto.js';
import { KomojuInputPipe } from './komoju-input.pipe.js';
import { komojuAnswer } from './komoju.errors.js';
import { KomojuGuard, provenKey } from './komoju.guard.js';

/** Name of the key in the document. */
export const KOMOJU_KEY = 'komoju-key';

const MOUNT = '/api/v1/customers';

/** A form with levels, which a body without a type is too (ruling 28), or JSON. */
const FORM_OR_JSON = jsonOrForm({
  isForm: (request) => request.headers['content-type'] === undefined || isOfType(request, FORM),
  parse: parseNestedForm,
});

export const komoju: Dialect = {
  name: 'komoju',
  mounts: [MOUNT],
  bodies: [[MOUNT, FORM_OR_JSON]],
  credentials: [
    {
      name: KOMOJU_KEY,
      scheme: {
        type: 'http',
        scheme: 'basic',
        description: 'The secret key `sk_…` as user name, no password.',
      },
    },
  ],
  refusesUnknown: false,
  answer: komojuAnswer,
};

/** The whole language for one controller: mount, guard, pipe, errors and documentation. */
export function KomojuController(tag: string): ClassDecorator {
  return applyDecorators(
    Controller(MOUNT.slice(1)),
    UseFilters(new DialectExceptionFilter(komoju)),
    UsePipes(new KomojuInputPipe()),
    UseGuards(KomojuGuard),
    ApiTags(tag),
    ApiBasicAuth(KOMOJU_KEY),
  );
}

/** Documents a body, which may be a form or JSON, and the key that a client may send to repeat the request. */
export function KomojuBody(
  type: new () => object,
  examples: Record<string, { summary: string; value: object }>,
): MethodDecorator {
  return applyDecorators(
    ApiConsumes(FORM, 'application/json'),
    ApiBody({ type, examples }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Names the request: a repeat with the same key is answered as the first, and changes nothing.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
}

/** The account key that the guard has proven. */
export const CurrentKey = createParamDecorator((_data: unknown, context: ExecutionContext): ProvenSecret =>
  provenKey(context.switchToHttp().getRequest<FastifyRequest>()),
);

const EXAMPLES = {
  400: ['bad_request', 'The request body is not valid JSON', null],
  401: ['unauthorized', 'The secret key is missing or not valid', null],
  402: ['request_failed', 'Your card was declined.', 'payment_details'],
  403: ['forbidden', 'The key is not one for this API', null],
  404: ['not_found', 'There is no such resource', null],
  409: ['conflict', 'the customer is being changed', null],
  413: ['request_too_large', 'The request is too large', null],
  415: ['unsupported_media_type', 'The body must be a form or JSON, in UTF-8', null],
  422: ['missing_parameter', 'A required parameter (payment_details) is missing', 'payment_details'],
  502: ['bad_gateway', 'The payment provider is unavailable', null],
  503: ['service_unavailable', 'The service is unavailable', null],
} as const satisfies Record<number, readonly [code: string, message: string, param: string | null]>;

export type KomojuErrorStatus = keyof typeof EXAMPLES;

/** Documents the failures of a route, each with an example body; 401, 403 and 503 are every route's. */
export function KomojuErrors(...statuses: readonly KomojuErrorStatus[]): MethodDecorator {
  const all = [...new Set<KomojuErrorStatus>([...statuses, 401, 403, 503])];
  return applyDecorators(
    ...all.map((status) => {
      const [code, message, param] = EXAMPLES[status];
      return ApiResponse({
        status,
        description: code,
        type: KomojuError,
        example: { error: { code, message, param } },
      });
    }),
  );
}
