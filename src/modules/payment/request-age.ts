/**
 * How long a request has been in the house, by the machine's monotonic clock: a moved Clock must not make it old, and an
 * old request starts nothing (ruling 2), because its client may have gone and tried another way.
 */
export class RequestAge {
  private readonly startedAt = performance.now();

  constructor(private readonly deadlineMs = Number.POSITIVE_INFINITY) {}

  elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  isLate(): boolean {
    return this.elapsedMs() > this.deadlineMs;
  }

  leaves(durationMs: number): boolean {
    return this.elapsedMs() + durationMs < this.deadlineMs;
  }
}
