import { invalidRequest } from '../../platform/common/app-error.js';
import type { TimeRange } from '../../platform/database/time-range.js';
import type { CommandOptions } from './command-options.js';

const DAY = /^\d{4}-\d\d-\d\d$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads `since` and `until`; a day means all of it, in UTC. Throws AppError `validation_failed`. */
export function rangeOf({ since, until }: CommandOptions): TimeRange {
  return {
    ...(since === undefined ? {} : { start: momentOf('since', since, 'T00:00:00.000Z') }),
    ...(until === undefined ? {} : { end: momentOf('until', until, 'T23:59:59.999Z') }),
  };
}

function momentOf(name: string, text: string, wholeDay: string): Date {
  const at = DAY.test(text) ? new Date(`${text}${wholeDay}`) : MOMENT.test(text) ? new Date(text) : undefined;
  // A day that no month has is no date, or another one.
  const real =
    at !== undefined && !Number.isNaN(at.getTime()) && (!DAY.test(text) || at.toISOString().startsWith(text));
  if (!real) throw invalidRequest(`${name} must be a day such as 2026-11-30 or a moment such as 2026-11-30T12:00:00Z`);
  return at;
}
