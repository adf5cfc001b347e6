import { startTestApp, type TestApp, type TestAppOptions } from './app.js';

/** What a pool lends and how it is kept. */
export interface Keeping<T> {
  start(): Promise<T>;
  /** After each test that had it, failed ones too: nothing of one test is there in the next. */
  tidy(lent: T): Promise<void>;
  stop(kept: T): Promise<void>;
}

/**
 * Apps, or what else costs seconds to start, for tests that mostly wait: with `it.concurrent` so many of them run at once,
 * each with one to itself, its clock and its faults included. Started as they are needed.
 *
 *     await using lent = await apps.lend();
 */
export class Pool<T extends object> {
  private readonly started: Promise<T>[] = [];
  private readonly idle: T[] = [];
  private readonly waiting: ((free: T) => void)[] = [];

  constructor(
    private readonly size: number,
    private readonly keeping: Keeping<T>,
  ) {
    // For the whole file: who waits for one, or for it to start, does so inside a test.
    jest.setTimeout(180_000);
  }

  async lend(): Promise<T & AsyncDisposable> {
    const lent = await this.free();
    return { ...lent, [Symbol.asyncDispose]: () => this.takeBack(lent) };
  }

  /** In `afterAll`. One that could not be started has told so in the test that wanted it. */
  async stop(): Promise<void> {
    const kept = (await Promise.allSettled(this.started)).filter((each) => each.status === 'fulfilled');
    await Promise.all(kept.map(({ value }) => this.keeping.stop(value)));
  }

  private free(): Promise<T> {
    const idle = this.idle.pop();
    if (idle !== undefined) return Promise.resolve(idle);
    if (this.started.length < this.size) {
      const started = this.keeping.start();
      this.started.push(started);
      return started;
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private async takeBack(lent: T): Promise<void> {
    try {
      await this.keeping.tidy(lent);
    } finally {
      // Also when that failed: nobody may wait for it in vain.
      const next = this.waiting.shift();
      if (next === undefined) this.idle.push(lent);
      else next(lent);
    }
  }
}

/** Apps with a simulator each. */
export function appPool(size: number, options: TestAppOptions): Pool<{ readonly app: TestApp }> {
  return new Pool(size, {
    start: async () => ({ app: await startTestApp(options) }),
    tidy: ({ app }) => clearSky(app),
    stop: ({ app }) => app.stop(),
  });
}

/** Whatever a test has set up at the simulator is gone, and what it holds goes on. */
export async function clearSky({ simulator }: TestApp): Promise<void> {
  await simulator.release();
  await simulator.clearFaults();
}
