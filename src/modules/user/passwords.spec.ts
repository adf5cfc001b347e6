import bcrypt from 'bcrypt';
import { AppError } from '../../platform/common/app-error.js';
import { buildConfig } from '../../platform/config/config.js';
import { readEnv } from '../../platform/config/env.js';
import { Metrics } from '../../platform/operations/metrics.js';
import { HashQueue } from './hash-queue.js';
import { Passwords } from './passwords.js';

const numbers = new Metrics();
afterAll(() => numbers.onApplicationShutdown());

async function passwords(queue = '32'): Promise<Passwords> {
  const env = readEnv({ BCRYPT_COST: '4', BCRYPT_QUEUE: queue });
  const config = buildConfig(env, {
    mongoUri: 'mongodb://127.0.0.1:1/none',
    stripeSecretKey: 'sk_test_x',
    stripeWebhookSecrets: [],
    jwtSecret: 'x',
    gatewayJwtSecret: 'x',
    apiKeyEncryptionKeys: ['x'],
  });
  const made = new Passwords(config, numbers);
  await made.onModuleInit();
  return made;
}

describe('Passwords', () => {
  it('lets every character count, beyond the 72 bytes of bcrypt and beyond a NUL', async () => {
    const service = await passwords();
    const hash = await service.hash(`${'a'.repeat(72)}X`);
    expect(await service.matches(`${'a'.repeat(72)}X`, hash)).toBe(true);
    expect(await service.matches(`${'a'.repeat(72)}Y`, hash)).toBe(false);
    const withNul = await service.hash('password\u0000one');
    expect(await service.matches('password\u0000two', withNul)).toBe(false);
  });

  it('never matches without a hash', async () => {
    const service = await passwords();
    expect(await service.matches('', undefined)).toBe(false);
    expect(await service.matches('password', undefined)).toBe(false);
  });

  it('salts', async () => {
    const service = await passwords();
    expect(await service.hash('password')).not.toBe(await service.hash('password'));
  });

  it.each([
    ['password', 1],
    ['p\u00e4ssword', 2],
    ['pa\u0308ssword', 2],
    ['p\u00e4ssword e\u0301', 3],
  ])('compares every spelling of %j, also for nobody and after the right one', async (password, spellings) => {
    const service = await passwords();
    const hash = await service.hash(password);
    const compare = jest.spyOn(bcrypt, 'compare');
    for (const [stored, right] of [
      [hash, true],
      [await service.hash('another'), false],
      [undefined, false],
    ] as const) {
      compare.mockClear();
      expect(await service.matches(password, stored)).toBe(right);
      expect(compare).toHaveBeenCalledTimes(spellings);
    }
    compare.mockRestore();
  });

  it('refuses at once when the queue is full, and recovers', async () => {
    const service = await passwords('1');
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => service.hash('password')));
    const refused = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused).toHaveLength(20 - 2 - 1); // two hash, one waits
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'overloaded', retryAfterSeconds: 1 });
    await expect(service.hash('password')).resolves.toMatch(/^\$2b\$04\$/);
  });
});

describe('HashQueue', () => {
  it('runs first come first served, never more than allowed, also after failures', async () => {
    const queue = new HashQueue(2, 100);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const work = (n: number) => async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      order.push(n);
      if (n % 3 === 0) throw new Error('work failed');
    };
    await Promise.allSettled(Array.from({ length: 30 }, (_, n) => queue.run(work(n))));
    expect(most).toBe(2);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    await expect(queue.run(async () => 'free again')).resolves.toBe('free again');
  });

  it('says overloaded', async () => {
    const queue = new HashQueue(1, 0);
    let finish = (): void => undefined;
    const first = queue.run(() => new Promise<void>((resolve) => (finish = resolve)));
    await expect(queue.run(async () => undefined)).rejects.toBeInstanceOf(AppError);
    finish();
    await first;
  });
});
