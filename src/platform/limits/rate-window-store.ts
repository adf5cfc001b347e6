import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit';
import type { RateCounter } from './rate-counter.js';

type Callback = Parameters<FastifyRateLimitStore['incr']>[1];

/** The store form that @fastify/rate-limit takes, over the shared counter. */
export function rateWindowStore(counter: RateCounter): FastifyRateLimitStoreCtor {
  const answer = (count: Promise<number>, windowMs: number, callback: Callback): void => {
    count.then(
      (current) => callback(null, { current, ttl: counter.resetsInMs(windowMs) }),
      (error: unknown) => callback(error instanceof Error ? error : new Error('rate limit store', { cause: error })),
    );
  };
  return class RateWindowStore implements FastifyRateLimitStore {
    incr(key: string, callback: Callback, timeWindow: number): void {
      answer(counter.hit(key, timeWindow), timeWindow, callback);
    }

    /** For `{ increment: false }`. */
    read(key: string, callback: Callback, timeWindow: number): void {
      answer(counter.peek(key, timeWindow), timeWindow, callback);
    }

    /** All limiters share the collection; their keys tell them apart. */
    child(): FastifyRateLimitStore {
      return this;
    }
  };
}
