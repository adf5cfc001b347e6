import mongoose, { type Connection } from 'mongoose';
import { Clock } from '../../src/platform/common/clock.js';
import { StoreError } from '../../src/platform/database/store-error.js';
import { RateWindowRecord, RateWindowSchema } from '../../src/platform/limits/rate-window.schema.js';
import { RateWindows } from '../../src/platform/limits/rate-windows.js';

class FixedClock extends Clock {
  at = 1_000_000;
  now(): number {
    return this.at;
  }
}

describe('RateWindows', () => {
  const clock = new FixedClock();
  let connection: Connection;
  let windows: RateWindows;

  beforeAll(async () => {
    const uri = new URL(process.env['TEST_MONGODB_URI'] ?? '');
    uri.pathname = `/t_rate_${process.pid}`;
    connection = await mongoose
      .createConnection(uri.toString(), { bufferCommands: false, autoIndex: false, autoCreate: false })
      .asPromise();
    windows = new RateWindows(connection.model<RateWindowRecord>(RateWindowRecord.name, RateWindowSchema), clock);
  });

  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });

  it('counts every one of many parallel hits, the first ones too', async () => {
    const counts = await Promise.all(Array.from({ length: 50 }, () => windows.hit('parallel', 60_000)));
    expect(Math.max(...counts.map(({ count }) => count))).toBe(50);
    expect(await windows.peek('parallel', 60_000)).toMatchObject({ count: 50 });
  });

  it('takes exactly as many as the limit allows, of many at once, the first ones too', async () => {
    const taken = await Promise.all(Array.from({ length: 50 }, () => windows.take('limited', 60_000, 20)));
    expect(taken.filter((one) => one.taken)).toHaveLength(20);
    expect(await windows.peek('limited', 60_000)).toMatchObject({ count: 20 });
    expect(await windows.take('limited', 60_000, 21)).toMatchObject({ taken: true });
  });

  it('takes back what was counted, in the window in which it was, and never below nothing', async () => {
    const { id } = await windows.take('given-back', 60_000, 1);
    expect(await windows.take('given-back', 60_000, 1)).toMatchObject({ taken: false });
    await windows.giveBack(id);
    await windows.giveBack(id);
    expect(await windows.take('given-back', 60_000, 1)).toMatchObject({ taken: true });
    expect(await windows.take('given-back', 60_000, 1)).toMatchObject({ taken: false });
  });

  it('says taken or not to everybody, while the last places go back and forth', async () => {
    let [held, most] = [0, 0];
    const comeAndGo = async () => {
      for (let i = 0; i < 20; i++) {
        const { taken, id } = await windows.take('busy', 60_000, 2);
        if (!taken) continue;
        most = Math.max(most, ++held);
        held--;
        await windows.giveBack(id);
      }
    };
    await Promise.all(Array.from({ length: 30 }, comeAndGo));
    expect(most).toBeLessThanOrEqual(2);
    expect(await windows.peek('busy', 60_000)).toMatchObject({ count: 0 });
  }, 60_000);

  it('starts again with the next window of the Clock', async () => {
    clock.at = 90_000;
    expect(await windows.hit('next', 60_000)).toMatchObject({ count: 1, resetsInMs: 30_000 });
    expect(await windows.hit('next', 60_000)).toMatchObject({ count: 2, resetsInMs: 30_000 });
    clock.at = 120_000;
    expect(await windows.peek('next', 60_000)).toEqual({ count: 0, resetsInMs: 60_000 });
    expect(await windows.hit('next', 60_000)).toMatchObject({ count: 1 });
  });

  it('does not count a peek, nor one key for another', async () => {
    await windows.hit('a', 60_000);
    await windows.peek('a', 60_000);
    expect(await windows.peek('a', 60_000)).toMatchObject({ count: 1 });
    expect(await windows.peek('a|', 60_000)).toMatchObject({ count: 0 });
  });

  it('refuses a key that is no string', async () => {
    await expect(windows.hit({ $ne: '' } as unknown as string, 60_000)).rejects.toBeInstanceOf(TypeError);
  });

  it('is a StoreError without the store, never a pass', async () => {
    const lost = mongoose.createConnection('mongodb://127.0.0.1:1/none', {
      bufferCommands: false,
      serverSelectionTimeoutMS: 100,
    });
    lost.asPromise().catch(() => undefined);
    const blind = new RateWindows(lost.model<RateWindowRecord>(RateWindowRecord.name, RateWindowSchema), clock);
    await expect(blind.hit('x', 1000)).rejects.toBeInstanceOf(StoreError);
    await expect(blind.take('x', 1000, 5)).rejects.toBeInstanceOf(StoreError);
    await expect(blind.peek('x', 1000)).rejects.toBeInstanceOf(StoreError);
    await lost.close();
  });
});
