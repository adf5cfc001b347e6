const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+ -]\d{2}:?\d{2})?)?$/;

/**
 * Reads an ISO 8601 date-time; without an offset it is in UTC. A date alone is its first moment as the beginning of a window, its
 * last one as the end (decision C6).
 * @returns null for what is no moment.
 */
export function momentOf(text: string, edge: 'from' | 'until'): Date | null {
  const [, year, month, day, hour, minute, second = '00', fraction = '', offset = 'Z'] = ISO.exec(text) ?? [];
  if (year === undefined) return null;
  const time =
    hour === undefined
      ? edge === 'from'
        ? '00:00:00.000'
        : '23:59:59.999'
      : `${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`;
  const local = new Date(`${year}-${month}-${day}T${time}Z`);
  // A day that the month has not, such as 30 February, would be taken for another one.
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(`${year}-${month}-${day}`)) return null;
  const shifted = local.getTime() - offsetMsOf(offset);
  return Number.isNaN(shifted) ? null : new Date(shifted);
}

/** A plus sign that was not written out in a query is a blank by now. */
function offsetMsOf(offset: string): number {
  if (offset === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+ -])(\d{2}):?(\d{2})$/.exec(offset) ?? [];
  const size = Number(hours) * 60 + Number(minutes);
  if (Number(hours) > 23 || Number(minutes) > 59) return NaN;
  return (sign === '-' ? -size : size) * 60_000;
}
