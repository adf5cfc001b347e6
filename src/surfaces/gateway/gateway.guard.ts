import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GatewayAuthentication } from '../../modules/auth/gateway/gateway-authentication.service.js';
import type { GatewayPrincipal } from '../../modules/user/gateway/gateway-user.types.js';
import { may } from '../../modules/user/gateway/permissions.js';
import { AppError } from '../../platform/common/app-error.js';
import { type Access, GATEWAY_ACCESS, isForMerchantsOnly } from './gateway.access.js';

type GatewayRequest = FastifyRequest & { user?: GatewayPrincipal };

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Proves the credential and asks the access table. A store that cannot be asked is 503, never 401. */
@Injectable()
export class GatewayGuard implements CanActivate {
  constructor(private readonly authentication: GatewayAuthentication) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GatewayRequest>();
    const route = `${request.method === 'HEAD' ? 'GET' : request.method} ${request.routeOptions.url}`;
    const access = accessOf(route);
    if (access === 'public') return true;
    const principal = await this.prove(request.headers.authorization);
    if (principal === null || (principal.accountType !== 'merchant' && isForMerchantsOnly(route)))
      throw new AppError('unauthenticated', 'unauthorized');
    request.user = principal;
    refuse(principal, access, request);
    return true;
  }

  /** `Bearer <JWT>`, or the key with or without the scheme word. */
  private async prove(authorization = ''): Promise<GatewayPrincipal | null> {
    const [, scheme, credential = ''] = /^\s*(Bearer\s+)?(\S+)\s*$/i.exec(authorization) ?? [];
    if (!JWT.test(credential)) return this.authentication.byKey(credential);
    return scheme === undefined ? null : this.authentication.byToken(credential);
  }
}

function accessOf(route: string): Access {
  const access = GATEWAY_ACCESS[route];
  if (access === undefined) throw new Error(`${route} is not in gateway.access.ts`);
  return access;
}

function refuse(principal: GatewayPrincipal, access: Exclude<Access, 'public'>, request: FastifyRequest): void {
  if (access === 'any') return;
  const permission = typeof access === 'string' ? access : access.selfOr;
  const params = request.params as Readonly<Record<string, string>>;
  if (typeof access === 'object' && params[access.param] === principal.id) return;
  if (!may(principal, permission)) throw new AppError('forbidden', `missing permission ${permission}`);
}

/** Returns the caller that the guard has proven. Throws on a public route: a programming error. */
export function provenPrincipal(request: FastifyRequest): GatewayPrincipal {
  const { user } = request as GatewayRequest;
  if (user === undefined) throw new Error('no principal: the route is public');
  return user;
}
