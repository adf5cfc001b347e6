import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProgram } from './running-program.js';

export interface SuperviseOptions {
  name: string;
  /** Starts the program again on the same port: clients then reconnect by themselves. */
  restart(port: number): Promise<RunningProgram>;
  log(line: string): void;
  /** Called at every unwanted end, before the restart. */
  onExit?(how: string): void;
  firstDelayMs?: number;
  maxDelayMs?: number;
}

// One that has lived this long starts over with the short delay.
const HEALTHY_AFTER_MS = 30_000;

/** Keeps a program running until `stop`: starts it again whenever it ends, waiting longer each time. */
export class SupervisedProgram {
  private stopped = false;
  private readonly cancel = new AbortController();
  private readonly watching: Promise<void>;

  constructor(
    private current: RunningProgram,
    private readonly options: SuperviseOptions,
  ) {
    this.watching = this.watch();
  }

  get pid(): number {
    return this.current.record.pid;
  }

  get port(): number {
    return this.current.record.port;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel.abort();
    // A restart under way ends first, or what it starts would stay behind.
    await Promise.all([this.current.stop(), this.watching]);
  }

  private async watch(): Promise<void> {
    const { options } = this;
    const { name, firstDelayMs = 200, maxDelayMs = 10_000 } = options;
    let delay = firstDelayMs;
    while (!this.stopped) {
      const since = Date.now();
      const how = await this.current.exited;
      if (this.stopped) return;
      if (Date.now() - since > HEALTHY_AFTER_MS) delay = firstDelayMs;
      options.log(`${name}: ended by itself (${how}), starting it again on port ${this.port}`);
      options.onExit?.(how);
      for (let up = false; !up && !this.stopped;) {
        await sleep(delay, undefined, { signal: this.cancel.signal }).catch(() => undefined);
        if (this.stopped) return;
        delay = Math.min(delay * 2, maxDelayMs);
        try {
          this.current = await options.restart(this.port);
          up = true;
          options.log(`${name}: running again, pid ${this.pid}, port ${this.port}`);
        } catch (error) {
          options.log(`${name}: could not be started again: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      if (this.stopped) await this.current.stop();
    }
  }
}
