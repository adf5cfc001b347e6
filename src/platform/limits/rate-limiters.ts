import rateLimit from '@fastify/rate-limit';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../common/app-error.js';
import { rateWindowStore } from './rate-window-store.js';
import { RateWindows } from './rate-windows.js';

export interface RateRule {
  /** Says who is counted, unique among all rules, e.g. `payment:user:5f9f…`. */
  readonly key: (request: FastifyRequest) => string;
  readonly max: number;
  readonly windowMs: number;
}

type Count = ReturnType<FastifyInstance['createRateLimit']>;

/** Registers @fastify/rate-limit without any limit of its own; guards ask for one per rule. */
@Injectable()
export class RateLimiters implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly windows: RateWindows,
  ) {}

  onModuleInit(): void {
    // oxlint-disable-next-line typescript/no-unnecessary-condition -- a program without HTTP has no adapter
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    // Not awaited: that would make Fastify finish the routes before Nest has set its error handler, and every error before
    // a guard (an unparseable body) would be answered by Fastify's own.
    void fastify?.register(rateLimit, { global: false, store: rateWindowStore(this.windows) });
  }

  /**
   * A function that counts the request and throws AppError `rate_limited`, with the time to wait, beyond the limit.
   * A store that does not answer is a StoreError, never a pass.
   */
  limiter({ key, max, windowMs }: RateRule): (request: FastifyRequest) => Promise<void> {
    let count: Count | undefined; // the plugin is there only once the server is ready
    return async (request) => {
      count ??= this.host.httpAdapter
        .getInstance<FastifyInstance>()
        .createRateLimit({ keyGenerator: key, max, timeWindow: windowMs, skipOnError: false });
      const result = await count(request);
      if (!result.isAllowed && result.isExceeded) throw tooMany(result.ttl);
    };
  }
}

/** `rate_limited`, worth trying again in `waitMs`. */
export function tooMany(waitMs: number): AppError {
  return new AppError('rate_limited', 'Too many requests, please try again later', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}
