import { HungOperations } from './hung-operations.js';

const error = () => new Error('given up');
const never = () => new Promise<never>(() => undefined);

describe('an operation that the driver never ends', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is given up soon after the store is lost', async () => {
    const operations = new HungOperations();
    const ended = operations.guard(never, error).catch(String);
    operations.storeLost();
    await jest.advanceTimersByTimeAsync(400);
    expect(await ended).toBe('Error: given up');
  });

  it('is given up after 12 s when nobody has noticed anything', async () => {
    const ended = new HungOperations().guard(never, error).catch(String);
    await jest.advanceTimersByTimeAsync(12_000);
    expect(await ended).toBe('Error: given up');
  });

  it('is forgotten then, with its timer', async () => {
    const operations = new HungOperations();
    const ended = [operations.guard(never, error).catch(String), operations.guard(never, error).catch(String)];
    operations.storeLost();
    await jest.advanceTimersByTimeAsync(400);
    await Promise.all(ended);
    expect([operations.size, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('has nothing to do with one that began after the loss', async () => {
    const operations = new HungOperations();
    operations.storeLost();
    const later = operations.guard(() => new Promise((done) => setTimeout(() => done('answered'), 1_000)), error);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await later).toBe('answered');
  });

  it('keeps the operation’s own answer and its own error', async () => {
    const operations = new HungOperations();
    expect(await operations.guard(() => Promise.resolve(7), error)).toBe(7);
    await expect(operations.guard(() => Promise.reject(new Error('own')), error)).rejects.toThrow('own');
  });
});
