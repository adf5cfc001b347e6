import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { clientAddress } from '../../../platform/limits/client-address.js';
import { RateLimiters } from '../../../platform/limits/rate-limiters.js';
import { findPrincipal } from '../../shared/bare-json/user-token.guard.js';

/** New accounts per client address, or per user where the caller is known. */
@Injectable()
export class RegistrationLimitGuard implements CanActivate {
  private readonly limit: (request: FastifyRequest) => Promise<void>;

  constructor(limiters: RateLimiters, @Inject(CONFIG) { limits }: Config) {
    this.limit = limiters.limiter({ key: counted, max: limits.register, windowMs: limits.registerWindowMs });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.limit(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }
}

function counted(request: FastifyRequest): string {
  const caller = findPrincipal(request);
  return caller === undefined ? `register:ip:${clientAddress(request.ip)}` : `register:user:${caller.id}`;
}
