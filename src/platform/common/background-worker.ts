import { type BeforeApplicationShutdown, Inject, type OnApplicationBootstrap } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { Metrics } from '../operations/metrics.js';
import type { Readiness } from '../operations/readiness.js';
import { BackgroundLoop } from './background-loop.js';

/**
 * Work that goes on behind the requests: from the start of the app until it drains, and never on `ROLE=api`. It rests
 * while this instance may not do what others share, such as with a clock that is off (ruling 17).
 */
export abstract class BackgroundWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  protected readonly loop: BackgroundLoop;
  /** A long pass looks at it between two pieces of work. */
  protected stopping = false;
  private readonly name: string;

  // By property, so that each worker's constructor is about its own work.
  @Inject(Metrics)
  private readonly numbers!: Metrics;

  protected constructor(
    private readonly role: Config['role'],
    private readonly readiness: Readiness,
    name: string,
    tickMs: number,
  ) {
    this.loop = new BackgroundLoop(name, tickMs, () => this.round(name));
    this.name = name;
  }

  /** One round of everything that is due now. */
  abstract pass(): Promise<void>;

  nudge(): void {
    this.loop.nudge();
  }

  onApplicationBootstrap(): void {
    if (this.role === 'api') return;
    this.numbers.count('worker_passes_total', { worker: this.name, result: 'done' }, 0);
    this.loop.start();
  }

  /** A worker that stands still is seen by its rounds that no longer come. */
  private async round(worker: string): Promise<void> {
    let result = 'failed';
    try {
      if (this.readiness.mayWork) await this.pass();
      result = this.readiness.mayWork ? 'done' : 'rested';
    } finally {
      this.numbers.count('worker_passes_total', { worker, result });
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.loop.stop();
  }
}
