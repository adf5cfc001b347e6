/** The only source of time for business decisions, so that a test (or the simulator) can move it. */
export abstract class Clock {
  /** Epoch milliseconds. */
  abstract now(): number;

  date(): Date {
    return new Date(this.now());
  }

  /** Re-reads a clock that somebody else moves; a no-op for the machine's own. */
  async refresh(): Promise<void> {}
}

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
