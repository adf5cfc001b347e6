import { requestContext } from '../../../platform/logging/request-context.js';

/**
 * How long a request has been in the house, by the machine's monotonic clock: a moved Clock must not make it old, and an
 * old request starts nothing (ruling 2), because its client may have gone and tried another way.
 */
export class RequestAge {
  private constructor(
    private readonly since: number,
    private readonly deadlineMs: number,
  ) {}

  /** Counts from the request's arrival: guards and limits in front of the service may have waited for a slow store. */
  static ofCurrentRequest(deadlineMs: number): RequestAge {
    return new RequestAge(requestContext.getStore()?.arrivedAt ?? performance.now(), deadlineMs);
  }

  static fromNow(): RequestAge {
    return new RequestAge(performance.now(), Number.POSITIVE_INFINITY);
  }

  elapsedMs(): number {
    return performance.now() - this.since;
  }

  isLate(): boolean {
    return this.elapsedMs() > this.deadlineMs;
  }

  leaves(durationMs: number): boolean {
    return this.elapsedMs() + durationMs < this.deadlineMs;
  }
}
