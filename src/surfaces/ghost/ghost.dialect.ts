import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  UseFilters,
  UseGuards,
  UsePipes,
} from '@nestjs/common';
import { ApiBasicAuth, ApiBody, ApiConsumes, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { ProvenAccountKey } from '../../modules/auth/api-key/api-key.types.js';
import { type Dialect, DialectExceptionFilter } from '../shared/dialect.js';
import { FORM, JSON_OR_FORM, withNumbers } from '../shared/json-or-form.js';
import { LiberalBodyPipe } from '../shared/liberal-body.pipe.js';
import { GhostError } from './error.dto.js';
import { ghostAnswer } from './ghost.errors.js';
import { GhostGuard, provenKey } from './ghost.guard.js';

/** Name of the pair of keys in the document. */
export const GHOST_KEYS = 'ghost-keys';

export const ghost: Dialect = {
  name: 'ghost',
  mounts: ['/ghost'],
  bodies: [
    ['/ghost', JSON_OR_FORM],
    ['/ghost/api/v1/charges', withNumbers(JSON_OR_FORM, ['amount'])],
  ],
  credentials: [
    {
      name: GHOST_KEYS,
      scheme: {
        type: 'http',
        scheme: 'basic',
        description: 'The public key `gpk_…` as user name, the secret key `gsk_…` as password.',
      },
    },
  ],
  refusesUnknown: false,
  collapsesSlashes: true,
  answer: ghostAnswer,
};

/** The whole language for one controller: mount, guard, pipe, errors and documentation. */
export function GhostController(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller(`ghost/api/v1/${path}`),
    UseFilters(new DialectExceptionFilter(ghost)),
    UsePipes(new LiberalBodyPipe()),
    UseGuards(GhostGuard),
    ApiTags(tag),
    ApiBasicAuth(GHOST_KEYS),
  );
}

/** Documents a body, which may be JSON or a form. */
export function GhostBody(
  type: new () => object,
  examples: Record<string, { summary: string; value: object }>,
): MethodDecorator {
  return applyDecorators(ApiConsumes('application/json', FORM), ApiBody({ type, examples }));
}

/** The account key that the guard has proven. */
export const CurrentKey = createParamDecorator((_data: unknown, context: ExecutionContext): ProvenAccountKey =>
  provenKey(context.switchToHttp().getRequest<FastifyRequest>()),
);

const EXAMPLES = {
  400: 'Invalid id',
  401: 'Unauthorized',
  402: 'Your card was declined.',
  403: 'Forbidden',
  404: 'Not found',
  409: 'the customer is being changed',
  413: 'Request too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  502: 'Payment provider unavailable',
  503: 'Service unavailable',
} as const satisfies Record<number, string>;

export type GhostErrorStatus = keyof typeof EXAMPLES;

/** Documents the failures of a route, each with an example body; 401, 403 and 503 are every route's. */
export function GhostErrors(...statuses: readonly GhostErrorStatus[]): MethodDecorator {
  const all = [...new Set<GhostErrorStatus>([...statuses, 401, 403, 503])];
  return applyDecorators(
    ...all.map((status) => {
      const error = STATUS_CODES[status] ?? 'Error';
      const example = { message: EXAMPLES[status], status, error };
      return ApiResponse({ status, description: error, type: GhostError, example });
    }),
  );
}
