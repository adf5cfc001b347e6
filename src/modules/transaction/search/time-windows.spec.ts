import { TimeWindows } from './time-windows.js';

const NOW = Date.UTC(2026, 5, 1);
const at = (ms: number) => new Date(ms);

/** All windows of a range, when each takes so long. */
function windowsOf(range: { start?: Date; end?: Date }, tookMs: number) {
  const windows = new TimeWindows(range, at(NOW));
  const all: { start?: Date; end?: Date }[] = [];
  for (let next = windows.next(); next !== null; next = windows.next(tookMs)) {
    all.push(next);
    if (all.length > 1_000) break;
  }
  return all;
}

describe('windows of time', () => {
  it.each<[string, { start?: Date; end?: Date }]>([
    ['all of time', {}],
    ['since a year', { start: at(NOW - 365 * 86_400_000) }],
    ['until last month', { end: at(NOW - 30 * 86_400_000) }],
    ['a minute', { start: at(NOW - 60_000), end: at(NOW) }],
    ['the future', { start: at(NOW + 1), end: at(NOW + 60_000) }],
    ['until the end of time', { end: at(Date.UTC(9999, 0, 1)) }],
    ['before all time', { end: at(-1) }],
    ['an end before the start', { start: at(NOW), end: at(NOW - 1) }],
  ])('%s: the latest first, and nothing between or beside them', (_name, range) => {
    const all = windowsOf(range, 3);
    expect(all[0]?.end).toEqual(range.end);
    expect(all.at(-1)?.start).toEqual(range.start);
    for (const [i, { end }] of all.entries()) {
      if (i > 0) expect(end?.getTime()).toBe(Number(all[i - 1]?.start?.getTime()) - 1);
    }
  });

  it('go back to the beginning in few steps where they are quick', () => {
    expect(windowsOf({}, 3).length).toBeLessThan(25);
  });

  it('become narrower after one that took long', () => {
    const windows = new TimeWindows({}, at(NOW));
    const width = (range: { start?: Date; end?: Date } | null, end = NOW) =>
      (range?.end?.getTime() ?? end) - Number(range?.start?.getTime());
    const first = width(windows.next());
    const second = width(windows.next(10));
    expect(second).toBe(2 * first);
    expect(width(windows.next(4_000))).toBe(first / 2);
  });
});
