import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { RateLimiters } from '../../platform/limits/rate-limiters.js';
import { provenPrincipal } from '../shared/bare-json/user-token.guard.js';

/** Payment requests per user, so it comes after the token's guard: an address behind a proxy is nobody's. */
@Injectable()
export class PaymentRateLimitGuard implements CanActivate {
  private readonly limit: (request: FastifyRequest) => Promise<void>;

  constructor(limiters: RateLimiters, @Inject(CONFIG) { limits }: Config) {
    this.limit = limiters.limiter({
      key: (request) => `payment:user:${provenPrincipal(request).id}`,
      max: limits.payment,
      windowMs: limits.paymentWindowMs,
    });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.limit(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }
}
