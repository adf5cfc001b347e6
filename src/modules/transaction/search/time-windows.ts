import type { TimeRange } from '../../../platform/database/time-range.js';

/** Nothing is older. */
const BEGINNING = 0;
const FIRST_WIDTH_MS = 15 * 60_000;
/** Twenty doublings go back to the beginning. */
const MOST_GROWTH = 2;
const MOST_SHRINKING = 0.25;
/** A window that takes longer is followed by a narrower one. */
const AIM_MS = 400;

/**
 * Cuts a range of time into windows, the latest first, that together are the range. The embedded store reads all rows of a
 * window before it looks at a limit, and everything else waits meanwhile: a window must not have too many, and how many it
 * has is only seen by how long it took.
 */
export class TimeWindows {
  private width = FIRST_WIDTH_MS;
  private end: Date | undefined;
  private done = false;

  /** @param now where the rows begin to be; nothing much is younger */
  constructor(
    private readonly range: TimeRange,
    private readonly now: Date,
  ) {
    this.end = range.end;
  }

  /** Returns the next window, or null behind the last. `lastTookMs` is about the one before. */
  next(lastTookMs?: number): TimeRange | null {
    if (this.done) return null;
    if (lastTookMs !== undefined)
      this.width *= Math.min(Math.max(AIM_MS / Math.max(lastTookMs, 1), MOST_SHRINKING), MOST_GROWTH);
    const { start } = this.range;
    const end = this.end;
    const low = Math.floor(Math.min((end ?? this.now).getTime(), this.now.getTime()) - this.width);
    this.done = low <= Math.max(start?.getTime() ?? BEGINNING, BEGINNING);
    const from = this.done ? start : new Date(low);
    this.end = new Date(low - 1);
    return { ...(from && { start: from }), ...(end && { end }) };
  }
}
