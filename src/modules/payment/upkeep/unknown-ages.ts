import { HOUR, MINUTE } from '../../../platform/common/duration.js';

/** Counts attempts without a known outcome, by how long they have been so. */
export interface UnknownAges {
  readonly under_1m: number;
  readonly under_10m: number;
  readonly under_1h: number;
  readonly over_1h: number;
}

/** @param since when each attempt was started; @param now epoch milliseconds */
export function unknownAges(since: readonly Date[], now: number): UnknownAges {
  const ages = { under_1m: 0, under_10m: 0, under_1h: 0, over_1h: 0 };
  for (const date of since) {
    const age = now - date.getTime();
    ages[age < MINUTE ? 'under_1m' : age < 10 * MINUTE ? 'under_10m' : age < HOUR ? 'under_1h' : 'over_1h']++;
  }
  return ages;
}
