/** What of the clock outlives a restart. All times are epoch milliseconds. */
export interface ClockState {
  offsetMs: number;
  frozenAt: number | null;
}

/** The simulator's time: the machine's clock plus an offset, or standing still. Shared by everything that expires. */
export class Clock {
  private offsetMs = 0;
  private frozenAt: number | null = null;

  /** Epoch milliseconds of simulator time. */
  now(): number {
    return this.frozenAt ?? Date.now() + this.offsetMs;
  }

  /** Epoch seconds, the unit of Stripe's objects. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  get frozen(): boolean {
    return this.frozenAt !== null;
  }

  advance(ms: number): void {
    if (this.frozenAt !== null) this.frozenAt += ms;
    this.offsetMs += ms;
  }

  set(to: number): void {
    this.offsetMs = to - Date.now();
    if (this.frozenAt !== null) this.frozenAt = to;
  }

  freeze(frozen: boolean): void {
    if (frozen === this.frozen) return;
    if (this.frozenAt === null) this.frozenAt = this.now();
    else {
      // Thawing goes on from where it stood, otherwise time would jump.
      this.offsetMs = this.frozenAt - Date.now();
      this.frozenAt = null;
    }
  }

  state(): ClockState {
    return { offsetMs: this.offsetMs, frozenAt: this.frozenAt };
  }

  restore(state: ClockState): void {
    this.offsetMs = state.offsetMs;
    this.frozenAt = state.frozenAt;
  }
}
