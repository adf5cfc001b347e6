import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  UseFilters,
  UseGuards,
  UsePipes,
} from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Principal } from '../../../platform/common/principal.js';
import { type Credential, type Dialect, DialectExceptionFilter } from '../dialect.js';
import { StrictBodyPipe } from '../strict-body.pipe.js';
import { ErrorBody } from './error-body.dto.js';
import { isPublic, provenPrincipal, UserTokenGuard } from './user-token.guard.js';

export { Public } from './user-token.guard.js';

/** Names the token of `POST /user/login` in the document. */
export const USER_BEARER = 'storefront';

export const USER_TOKEN: Credential = {
  name: USER_BEARER,
  scheme: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
};

/** Makes the decorator that says a language of bare JSON and user tokens for one controller: mount, guard, pipe, errors, documentation. */
export function bareJsonController(dialect: Dialect): (path: string, tag: string) => ClassDecorator {
  return (path, tag) =>
    applyDecorators(
      Controller(path),
      UseFilters(new DialectExceptionFilter(dialect)),
      UsePipes(new StrictBodyPipe()),
      UseGuards(UserTokenGuard),
      ApiTags(tag),
      documentBearer,
    );
}

/** Per route, not for the class: the document cannot take a class's requirement back for a public route. */
function documentBearer(controller: { readonly prototype: object }): void {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(controller.prototype))) {
    if (name === 'constructor' || typeof descriptor.value !== 'function' || isPublic(descriptor.value)) continue;
    ApiBearerAuth(USER_BEARER)(controller.prototype, name, descriptor);
  }
}

/** The caller that the guard has proven. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal =>
  provenPrincipal(context.switchToHttp().getRequest<FastifyRequest>()),
);

const EXAMPLES = {
  400: ['email must be an email'],
  401: 'Unauthorized',
  402: 'Your card was declined.',
  403: 'This record belongs to somebody else',
  404: 'There is no such record',
  409: 'The record is not in a state that allows this',
  413: 'The request body is too large',
  415: 'The content type is not supported',
  429: 'Too many requests, please try again later',
  502: 'Stripe could not be reached, please try again',
  503: 'The service is temporarily unavailable, please try again',
} as const satisfies Record<number, string | readonly string[]>;

export type BareJsonErrorStatus = keyof typeof EXAMPLES;

/** Documents the failures of a route, each with an example body. */
export function BareJsonErrors(...statuses: readonly BareJsonErrorStatus[]): MethodDecorator {
  return applyDecorators(...statuses.map(errorResponse));
}

function errorResponse(status: BareJsonErrorStatus): MethodDecorator {
  const error = STATUS_CODES[status] ?? 'Error';
  const example = { statusCode: status, message: EXAMPLES[status], error };
  return ApiResponse({
    status,
    description: error,
    type: ErrorBody,
    example: status === 402 ? { ...example, code: 'insufficient_funds' } : example,
  });
}
