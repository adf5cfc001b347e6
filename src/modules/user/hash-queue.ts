import { AppError } from '../../platform/common/app-error.js';

/**
 * At most `concurrency` works at once and `length` waiting, first come first served; more are refused at once.
 * bcrypt runs on libuv's few threads, where a flood of logins would hold up every DNS look-up and so every Stripe call.
 */
export class HashQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly concurrency: number,
    private readonly length: number,
    private readonly onRefused: () => void = () => undefined,
  ) {}

  /** Number of jobs that wait now. */
  get size(): number {
    return this.waiting.length;
  }

  /** Throws AppError `overloaded` when the queue is full. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.concurrency) {
      this.running++;
      return;
    }
    if (this.waiting.length >= this.length) {
      this.onRefused();
      throw new AppError('overloaded', 'The service is busy, please try again', { retryAfterSeconds: 1 });
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Hands the place on, so that a newcomer cannot slip in before who waits. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running--;
    else next();
  }
}
