import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit';
import type { RateWindow, RateWindows } from './rate-windows.js';

type Callback = Parameters<FastifyRateLimitStore['incr']>[1];

/** The store form that @fastify/rate-limit takes, over the shared windows. */
export function rateWindowStore(windows: RateWindows): FastifyRateLimitStoreCtor {
  return class RateWindowStore implements FastifyRateLimitStore {
    /** Below the limit the count itself is nobody's business, and reading it back would cost a second round trip. */
    incr(key: string, callback: Callback, timeWindow: number, max: number): void {
      const counted = windows
        .take(key, timeWindow, max)
        .then(({ taken, resetsInMs }) => ({ count: taken ? max : max + 1, resetsInMs }));
      answer(counted, callback);
    }

    /** Answer to `{ increment: false }`. */
    read(key: string, callback: Callback, timeWindow: number): void {
      answer(windows.peek(key, timeWindow), callback);
    }

    /** All limiters share the collection; their keys tell them apart. */
    child(): FastifyRateLimitStore {
      return this;
    }
  };
}

/* oxlint-disable promise/no-callback-in-promise -- the plugin's stores answer by callback */
function answer(window: Promise<RateWindow>, callback: Callback): void {
  window.then(
    ({ count, resetsInMs }) => callback(null, { current: count, ttl: resetsInMs }),
    (error: unknown) => callback(error instanceof Error ? error : new Error('rate limit store', { cause: error })),
  );
}
