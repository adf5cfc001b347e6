import { AppError } from '../common/app-error.js';
import type { ProviderAnswer } from './provider.types.js';

type Refusal = Extract<ProviderAnswer<unknown>, { outcome: 'refused' }>;

/** Stripe did not answer, or not in a way that tells what happened. */
export function providerUnreachable(): AppError {
  return new AppError('provider_unreachable', 'The payment provider could not be reached, please try again', {
    retryAfterSeconds: 2,
  });
}

/** Stripe refuses us (401, 403) or asks for patience (429): nothing of this request ran. */
export function providerRefused({
  status,
  retryAfterSeconds,
}: Pick<Refusal, 'status' | 'retryAfterSeconds'>): AppError {
  return new AppError('provider_refused', 'Payments are temporarily unavailable, please try again', {
    retryAfterSeconds: retryAfterSeconds ?? (status === 429 ? 2 : 30),
  });
}
