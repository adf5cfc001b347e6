import { AppError } from '../common/app-error.js';

/**
 * The store did not answer. `not_applied`: the operation never reached it. `unknown`: a write may have been applied;
 * whoever started money on it must not call it a failure.
 */
export class StoreError extends AppError {
  constructor(
    readonly outcome: 'not_applied' | 'unknown',
    cause: unknown,
  ) {
    super('store_unavailable', 'The service is temporarily unavailable, please try again', {
      retryAfterSeconds: 2,
      cause,
    });
    this.name = 'StoreError';
  }
}

/**
 * A write whose answer was lost, with somebody's later version in its place: whether it ran cannot be told from that, but
 * the version that stands there now can.
 */
export class HiddenByLaterVersion<T> extends StoreError {
  constructor(readonly current: T | null) {
    super('unknown', new Error('a later version hides whether the write ran'));
    this.name = 'HiddenByLaterVersion';
  }
}
