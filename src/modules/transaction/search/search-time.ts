import { AppError } from '../../../platform/common/app-error.js';

/** Shorter than what the driver waits for an answer, after which a search would look like an outage. */
const SEARCH_WITHIN_MS = 4_000;

export const searchTooSlow = (cause?: unknown): AppError =>
  new AppError('search_too_slow', 'the search takes too long, please add a date range or another criterion', { cause });

/** The time that is left for a search. */
export class SearchTime {
  private readonly until = performance.now() + SEARCH_WITHIN_MS;

  /** Returns whole milliseconds, at least one. Throws AppError `search_too_slow` when there are none. */
  leftMs(): number {
    const left = Math.ceil(this.until - performance.now());
    if (left <= 0) throw searchTooSlow();
    return left;
  }
}
