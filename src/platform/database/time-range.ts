/** Range of time, both ends included; a missing one is open. */
export interface TimeRange {
  readonly start?: Date;
  readonly end?: Date;
}

/** Bounds of a record's time: no record is older or younger, and some drivers cannot write what lies beyond. */
const FIRST = Date.UTC(1970, 0, 1);
const LAST = Date.UTC(9999, 0, 1);

/**
 * Returns the clause of a query by a range; none where both ends are open. Dates are whole milliseconds, so both ends are told
 * as the first that is outside: with `$gte` and `$lte` the embedded store loses what lies on the bound of an index that goes on
 * behind the date.
 */
export function withinRange(path: string, { start, end }: TimeRange = {}): [string, unknown][] {
  if (start === undefined && end === undefined) return [];
  return [[path, { ...(start && { $gt: beside(start, -1) }), ...(end && { $lt: beside(end, 1) }) }]];
}

const beside = (bound: Date, ms: number) => new Date(Math.min(Math.max(bound.getTime(), FIRST), LAST) + ms);
