import { DAY } from '../../platform/common/duration.js';

/** Pure: moments that come every day at the same time in UTC, `ofDayMs` milliseconds after midnight. */

/** Returns the last one that is not after `now`. */
export function lastCutOff(now: number, ofDayMs: number): number {
  return Math.floor((now - ofDayMs) / DAY) * DAY + ofDayMs;
}

/** Returns the first one after `then`: what happens at a cut-off belongs to the next. */
export function nextCutOff(then: number, ofDayMs: number): number {
  return lastCutOff(then, ofDayMs) + DAY;
}
