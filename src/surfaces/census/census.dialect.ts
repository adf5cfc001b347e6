import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  UseFilters,
  UseGuards,
  UsePipes,
} from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { type Dialect, DialectExceptionFilter } from '../shared/dialect.js';
import { FORM, JSON_OR_FORM, withNumbers } from '../shared/json-or-form.js';
import { LiberalBodyPipe } from '../shared/liberal-body.pipe.js';
import { censusAnswer } from './census.errors.js';
import { type CensusCaller, CensusGuard, provenCaller } from './census.guard.js';

/** Name of the key in the document. */
export const CENSUS_KEY = 'census-key';

export const MOUNT = '/api/v1/payments';

/** Clients may put a language before the resource (ruling 68): it means nothing here. */
const LOCALIZED = /^\/api\/v1\/[a-z]{2}(?:-[A-Z]{2})?(?=\/payments(?:[/?]|$))/;

export const census: Dialect = {
  name: 'census',
  mounts: [MOUNT],
  bodies: [[MOUNT, withNumbers(JSON_OR_FORM, ['amount', 'payment_method_id'])]],
  credentials: [
    {
      name: CENSUS_KEY,
      scheme: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: 'A key of the surface, `csk_…`, by itself or behind `Bearer`; also taken as `X-Api-Key`.',
      },
    },
  ],
  refusesUnknown: false,
  plainAddress: (url) => url.replace(LOCALIZED, '/api/v1'),
  answer: censusAnswer,
};

/** The whole language for one controller: mount, guard, pipe, errors and documentation. */
export function CensusController(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller(`api/v1/payments/${path}`),
    UseFilters(new DialectExceptionFilter(census)),
    UsePipes(new LiberalBodyPipe()),
    UseGuards(CensusGuard),
    ApiTags(tag),
    ApiSecurity(CENSUS_KEY),
  );
}

/** Documents a body, which may be JSON or a form. */
export function CensusBody(
  type: new () => object,
  examples: Record<string, { summary: string; value: object }>,
): MethodDecorator {
  return applyDecorators(ApiConsumes('application/json', FORM), ApiBody({ type, examples }));
}

/** The account that the guard has proven. */
export const CurrentAccount = createParamDecorator((_data: unknown, context: ExecutionContext): CensusCaller =>
  provenCaller(context.switchToHttp().getRequest<FastifyRequest>()),
);

const NOTHING = { type: 'object', additionalProperties: false };
const PROBLEMS = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } };

const EXAMPLES = {
  404: {},
  413: {},
  415: {},
  422: { amount: ["can't be blank"], iban: ['is invalid'] },
  429: {},
  500: {},
} as const satisfies Record<number, object>;

/** Documents the failures of a route; 401 and 503 are every route's. */
export function CensusErrors(...statuses: readonly (keyof typeof EXAMPLES)[]): MethodDecorator {
  return applyDecorators(
    ...[...statuses, 401, 503].map((status) =>
      ApiResponse({
        status,
        description: STATUS_CODES[status] ?? 'Error',
        content: {
          'application/json': {
            schema: status === 422 ? PROBLEMS : NOTHING,
            example: EXAMPLES[status as keyof typeof EXAMPLES] ?? {},
          },
        },
      }),
    ),
  );
}
