import { type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { StorefrontJwtStrategy } from '../../../modules/auth/jwt/storefront-jwt.strategy.js';
import { AppError } from '../../../platform/common/app-error.js';
import type { Principal } from '../../../platform/common/principal.js';

const PUBLIC_ROUTE = Symbol('PUBLIC_ROUTE');

/** A route that needs no token. */
export const Public = () => SetMetadata(PUBLIC_ROUTE, true);

export function isPublic(handler: object): boolean {
  return Reflect.getMetadata(PUBLIC_ROUTE, handler) === true;
}

/** Proves the bearer token. A store that cannot be asked is 503: a 401 would make clients throw good tokens away. */
@Injectable()
export class UserTokenGuard extends AuthGuard() {
  constructor(strategy: StorefrontJwtStrategy) {
    super({ defaultStrategy: strategy.name });
  }

  override canActivate(context: ExecutionContext): boolean | Promise<boolean> | Observable<boolean> {
    return isPublic(context.getHandler()) || super.canActivate(context);
  }

  override handleRequest<T>(error: unknown, principal: T | false | null | undefined): T {
    if (error !== null && error !== undefined) throw error;
    if (!principal) throw new AppError('unauthenticated', 'Unauthorized');
    return principal;
  }
}

/** Returns the caller that the guard has proven; undefined on a public route. */
export function findPrincipal(request: FastifyRequest): Principal | undefined {
  return (request as FastifyRequest & { user?: Principal }).user;
}

/** Throws on a public route: a programming error. */
export function provenPrincipal(request: FastifyRequest): Principal {
  const principal = findPrincipal(request);
  if (principal === undefined) throw new Error('no principal: the route is public');
  return principal;
}
