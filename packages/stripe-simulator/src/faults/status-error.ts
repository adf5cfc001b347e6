import { StripeError } from '../api/errors.js';
import type { ErrorBody } from '../objects/common.js';
import type { Action } from './fault.js';

const WORDS: Record<number, Omit<ErrorBody, 'doc_url'>> = {
  401: { message: 'Invalid API Key provided: sk_test_****', type: 'invalid_request_error' },
  403: {
    message: 'The provided key does not have the required permissions for this endpoint on this account.',
    type: 'invalid_request_error',
  },
  409: {
    code: 'idempotency_key_in_use',
    message:
      'There is currently another in-progress request using this Stripe-Idempotency-Key (that probably means you submitted twice, and the other request is still going through). Please try again later.',
    type: 'invalid_request_error',
  },
  429: {
    code: 'rate_limit',
    message:
      'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
    type: 'invalid_request_error',
  },
};

/** What Stripe says with this status when something is wrong on its side or at its door. */
export function statusError(action: Action): StripeError {
  const status = action.status ?? 500;
  const words: ErrorBody = WORDS[status] ?? {
    message: status === 503 ? 'Stripe is temporarily unavailable. Please try again.' : 'An unknown error occurred.',
    type: 'api_error',
  };
  return new StripeError(
    status,
    {
      ...words,
      ...(action.code === undefined ? {} : { code: action.code }),
      ...(action.param === undefined ? {} : { param: action.param, type: 'invalid_request_error' }),
    },
    action.headers,
  );
}
