const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

export interface Instant {
  /** Epoch milliseconds, what is finer cut off. */
  readonly at: number;
  /** True when the moment is written to the second only. */
  readonly wholeSecond: boolean;
}

/** RFC 3339 with any offset and fraction; null for anything else, and for a day or hour that does not exist. */
export function parseInstant(text: string): Instant | null {
  const [, day, time, fraction, sign, hours = '0', minutes = '0'] = RFC_3339.exec(text) ?? [];
  if (day === undefined || time === undefined) return null;
  const written = `${day}T${time}.${(fraction ?? '').slice(0, 3).padEnd(3, '0')}Z`;
  const local = new Date(written);
  // `Date` takes February 30 for March 1.
  if (Number.isNaN(local.getTime()) || local.toISOString() !== written) return null;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return { at: local.getTime() - offsetMs, wholeSecond: fraction === undefined };
}
