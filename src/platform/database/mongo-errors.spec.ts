import mongoose, { mongo } from 'mongoose';
import { fromStore, toStoreError } from './mongo-errors.js';
import { StoreError } from './store-error.js';

const outcomeOf = (error: unknown) => {
  const known = toStoreError(error);
  return known instanceof StoreError ? known.outcome : null;
};

/** The driver makes these itself and does not export them. */
const named = (name: string) => Object.defineProperty(new mongo.MongoError('no connection'), 'name', { value: name });

describe('what is known of a write that failed', () => {
  it.each<[string, unknown]>([
    ['no server was found', new mongo.MongoServerSelectionError('none', { error: null } as never)],
    ['the client is not connected', new mongo.MongoNotConnectedError('not connected')],
    ['the pool was cleared before a connection was had', named('MongoPoolClearedError')],
    ['no connection became free', named('MongoWaitQueueTimeoutError')],
    ['mongoose has no connection', new mongoose.Error('Cannot call `x.find()` before initial connection is complete')],
  ])('%s: not applied', (_what, error) => {
    expect(outcomeOf(error)).toBe('not_applied');
  });

  it.each<[string, unknown]>([
    ['the connection broke', new mongo.MongoNetworkError('connection 1 closed')],
    ['the pool was cleared under it', named('PoolClearedOnNetworkError')],
    ['no answer came in time', new mongo.MongoNetworkTimeoutError('timed out')],
    [
      'the majority did not say',
      new mongo.MongoServerError({ message: 'waiting for replication timed out', code: 64 }),
    ],
    ['the primary steps down', new mongo.MongoServerError({ message: 'not primary', code: 10_107 })],
    ['the client was closed', new mongo.MongoClientClosedError()],
    // As the driver lets them through: plain errors of the socket, in tests of another realm.
    ['the socket was reset', { errno: -104, code: 'ECONNRESET', syscall: 'write' }],
    ['the pipe is broken', Object.assign(new Error('write EPIPE'), { errno: -32, code: 'EPIPE', syscall: 'write' })],
    // Node's own, when the other side has ended the socket a moment before: no system call was made.
    [
      'the store has just gone',
      Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' }),
    ],
    ['the socket is destroyed', Object.assign(new Error('Cannot call write'), { code: 'ERR_STREAM_DESTROYED' })],
  ])('%s: unknown', (_what, error) => {
    expect(outcomeOf(error)).toBe('unknown');
  });

  it.each<[string, unknown]>([
    ['a duplicate key', new mongo.MongoServerError({ message: 'E11000', code: 11_000 })],
    ['a time limit of ours', new mongo.MongoServerError({ message: 'operation exceeded time limit', code: 50 })],
    ['a bug', new TypeError('x is not a function')],
    ['a file that is missing', Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open' })],
    ['nothing', undefined],
    ['null', null],
  ])('%s is no trouble of the store', (_what, error) => {
    expect(toStoreError(error)).toBe(error);
  });

  it('the driver never answers: unknown, after twelve seconds', async () => {
    jest.useFakeTimers();
    const hung = fromStore(() => new Promise(() => undefined)).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(12_000);
    expect(await hung).toMatchObject({ outcome: 'unknown' });
    jest.useRealTimers();
  });

  it('an operation that ends leaves no timer behind', async () => {
    jest.useFakeTimers();
    expect(await fromStore(() => Promise.resolve(1))).toBe(1);
    await fromStore(() => Promise.reject(new TypeError('x'))).catch(() => undefined);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('is told once', async () => {
    const error = new StoreError('not_applied', new Error('x'));
    await expect(fromStore(() => Promise.reject(error))).rejects.toBe(error);
  });
});
