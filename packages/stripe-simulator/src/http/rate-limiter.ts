import { StripeError } from '../api/errors.js';
import type { Settings } from '../world.js';

/**
 * Stripe's limits per second, in all and per endpoint (method and path, all ids alike), counted over the last whole
 * second of real time. https://docs.stripe.com/rate-limits
 */
export class RateLimiter {
  private second = 0;
  private total = 0;
  private readonly perEndpoint = new Map<string, number>();

  /** Stripe's 429 for a request beyond the limits; undefined for one within them. */
  refuses(limits: NonNullable<Settings['rate_limits']>, endpoint: string): StripeError | undefined {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.total = 0;
      this.perEndpoint.clear();
    }
    const used = (this.perEndpoint.get(endpoint) ?? 0) + 1;
    this.total += 1;
    this.perEndpoint.set(endpoint, used);
    if (this.total > limits.total) return rateLimited('global-rate');
    return used > limits.endpoint ? rateLimited('endpoint-rate') : undefined;
  }
}

function rateLimited(reason: string): StripeError {
  return new StripeError(
    429,
    {
      code: 'rate_limit',
      doc_url: 'https://stripe.com/docs/error-codes/rate-limit',
      message:
        'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
      type: 'invalid_request_error',
    },
    { 'stripe-rate-limited-reason': reason },
  );
}
