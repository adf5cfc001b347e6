import { mongo, Error as MongooseError } from 'mongoose';
import { StoreError } from './store-error.js';

const DUPLICATE_KEY = 11_000;

/** Shut down, stepping down, not primary, interrupted: the server said no, or may have been cut off while writing. */
const RETRYABLE_SERVER_CODES = new Set([6, 7, 89, 91, 189, 262, 9001, 10_107, 11_600, 11_602, 13_435, 13_436, 50]);

/** The one place that knows 11000. */
export function isDuplicateKey(error: unknown): error is mongo.MongoServerError {
  return error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;
}

/** Turns the driver's troubles into StoreError; anything else is a bug and passes through. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof StoreError) return error;
  if (error instanceof mongo.MongoServerSelectionError || error instanceof MongooseError.MongooseServerSelectionError) {
    return new StoreError('not_applied', error);
  }
  if (error instanceof mongo.MongoNotConnectedError || error instanceof mongo.MongoTopologyClosedError) {
    return new StoreError('not_applied', error);
  }
  // bufferCommands is off: mongoose refuses at once while it has no connection.
  if (error instanceof MongooseError && /before initial connection is complete|not connected/i.test(error.message)) {
    return new StoreError('not_applied', error);
  }
  if (error instanceof mongo.MongoNetworkError || error instanceof mongo.MongoOperationTimeoutError)
    return new StoreError('unknown', error);
  if (error instanceof mongo.MongoWriteConcernError) return new StoreError('unknown', error);
  if (error instanceof mongo.MongoError && error.name === 'MongoPoolClearedError')
    return new StoreError('not_applied', error);
  if (error instanceof mongo.MongoServerError && RETRYABLE_SERVER_CODES.has(Number(error.code)))
    return new StoreError('unknown', error);
  if (
    error instanceof mongo.MongoError &&
    (error.hasErrorLabel('RetryableWriteError') || error.hasErrorLabel('NetworkError'))
  ) {
    return new StoreError('unknown', error);
  }
  return error;
}

/** Runs one store operation; every repository method goes through here. */
export async function fromStore<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw toStoreError(error);
  }
}
