import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../common/clock.js';

interface Reading {
  /** Epoch milliseconds. */
  now: number;
  frozen: boolean;
}

const REREAD_MS = 1_000;
const ANSWER_WITHIN_MS = 2_000;

/**
 * The simulator's clock, so that its keys, its webhooks and our due dates move together when a test moves it.
 * Between two readings it goes on by itself; when the simulator does not answer it keeps the last known offset.
 */
export class SimulatorClock extends Clock {
  private offsetMs = 0;
  private frozenAt: number | null = null;
  private readonly timer: NodeJS.Timeout;

  private constructor(private readonly simulatorUrl: string) {
    super();
    this.timer = setInterval(() => void this.refresh(), REREAD_MS).unref();
  }

  static async start(simulatorUrl: string): Promise<SimulatorClock> {
    const clock = new SimulatorClock(simulatorUrl);
    await clock.refresh();
    return clock;
  }

  now(): number {
    return this.frozenAt ?? Date.now() + this.offsetMs;
  }

  override async refresh(): Promise<void> {
    try {
      const before = Date.now();
      const { now, frozen } = await this.read();
      this.offsetMs = Math.round(now - (before + Date.now()) / 2);
      this.frozenAt = frozen ? now : null;
    } catch {
      await sleep(0); // restarting or stopped: the last reading stands
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async read(): Promise<Reading> {
    const response = await fetch(`${this.simulatorUrl}/_sim/clock`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const reading = (await response.json()) as Reading;
    if (!Number.isSafeInteger(reading.now)) throw new TypeError('the simulator answered something else');
    return reading;
  }
}
