import { AppError } from '../common/app-error.js';

/** Stripe did not answer, or not in a way that tells what happened. */
export function providerUnreachable(): AppError {
  return new AppError('provider_unreachable', 'The payment provider could not be reached, please try again', {
    retryAfterSeconds: 2,
  });
}

/** Stripe refuses us (401, 403) or asks for patience (429): nothing of this request ran. */
export function providerRefused(retryAfterSeconds: number): AppError {
  return new AppError('provider_refused', 'Payments are temporarily unavailable, please try again', {
    retryAfterSeconds,
  });
}
