import { mongo, Error as MongooseError } from 'mongoose';
import { hungOperations } from './hung-operations.js';
import { StoreError } from './store-error.js';
import { storeFailures } from './store-failures.js';

const DUPLICATE_KEY = 11_000;
const MAX_TIME_EXPIRED = 50;

/** No connection was had, so nothing was sent. The driver does not export them, but for their names. */
const NOT_SENT = new Set(['MongoPoolClearedError', 'MongoWaitQueueTimeoutError']);

/** Codes of the system, and of Node itself where it knows before the system that nobody reads any more. */
const CONNECTION_LOST = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTCONN',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_SOCKET_CLOSED',
]);

/** The one place that knows 11000. */
export function isDuplicateKey(error: unknown): error is mongo.MongoServerError {
  return error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;
}

/** The store has ended an operation at the `maxTimeMS` that it was sent with. Only reads of ours have one. */
export function isOverTime(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === MAX_TIME_EXPIRED;
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
  if (error instanceof mongo.MongoError && NOT_SENT.has(error.name)) return new StoreError('not_applied', error);
  // A duplicate key and a time limit are answers; of everything else that the driver or the server says, a write may have run
  // before it.
  if (error instanceof mongo.MongoError && !isDuplicateKey(error) && !isOverTime(error))
    return new StoreError('unknown', error);
  if (isLostConnection(error)) return new StoreError('unknown', error);
  return error;
}

/** While a command waits to be written, the driver lets the socket's own error through, with or without a system call. */
function isLostConnection(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && CONNECTION_LOST.has(code);
}

/** Runs one store operation; every repository method goes through here. It ends, come what may. */
export function fromStore<T>(operation: () => Promise<T>): Promise<T> {
  return hungOperations.guard(operation, neverAnswered).catch(rethrow);
}

const neverAnswered = (): StoreError => new StoreError('unknown', new Error('the driver never answered'));

function rethrow(error: unknown): never {
  const known = toStoreError(error);
  // An operation inside another one throws a StoreError through both: told once, where it came about.
  if (known instanceof StoreError && known !== error) storeFailures.tell(known.outcome);
  throw known;
}
