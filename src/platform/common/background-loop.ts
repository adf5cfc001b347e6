import { Logger } from '@nestjs/common';

/**
 * Runs a pass again and again until stopped, never two at once. A failing pass is logged and the next one comes all the
 * same; `nudge` brings it forward. Stopping waits for the pass that is running.
 */
export class BackgroundLoop {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private nudged = false;
  private stopped = true;

  constructor(
    private readonly name: string,
    private readonly tickMs: number,
    private readonly pass: () => Promise<void>,
    private readonly logger = new Logger(name),
  ) {}

  start(): void {
    this.stopped = false;
    this.schedule(0);
  }

  /** Something is there to do: do not wait for the next tick. */
  nudge(): void {
    if (this.stopped) return;
    if (this.running !== undefined) this.nudged = true;
    else this.schedule(0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(inMs: number): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.once();
    }, inMs);
  }

  private async once(): Promise<void> {
    this.nudged = false;
    try {
      await this.pass();
    } catch (error) {
      this.logger.error({ err: error, loop: this.name }, 'background pass failed');
    }
    this.running = undefined;
    // Jitter keeps several instances from looking at the same moment.
    this.schedule(this.nudged ? 0 : this.tickMs * (0.75 + Math.random() * 0.5));
  }
}
