import fc from 'fast-check';
import { secondsBetween, timeOf } from './list-time.js';

it.each([
  ['2020-06-09T07:41:50Z', '2020-06-09T07:41:50.000Z'],
  ['2020-06-09T07:41:50.123456789Z', '2020-06-09T07:41:50.123Z'],
  ['2020-06-09T16:41:50+09:00', '2020-06-09T07:41:50.000Z'],
  ['2020-06-09T16:41:50 09:00', '2020-06-09T07:41:50.000Z'],
  ['2020-06-09T07:41:50', '2020-06-09T07:41:50.000Z'],
  ['2020-06-09T07:41', '2020-06-09T07:41:00.000Z'],
  ['2020-06-09', '2020-06-09T00:00:00.000Z'],
])('%s is %s', (text, iso) => {
  expect(timeOf(text)).toBe(Date.parse(iso));
});

it.each(['', 'yesterday', '1591688510', '2020', '2020-W24', '2020-161', '2020-02-30', '2020-06-09T25:00:00Z'])(
  '%j is no time',
  (text) => expect(timeOf(text)).toBeNull(),
);
it.each(['2020-06-09 07:41:50Z', ' 2020-06-09', '2020-06-09T07:41:50Z\n', '2020-06-09T07:41:50UTC', '+002020-06-09'])(
  '%j is none either',
  (text) => expect(timeOf(text)).toBeNull(),
);

it('takes a record exactly when the second that its answer tells is strictly between', () => {
  const ms = fc.integer({ min: -10_000, max: 10_000 });
  fc.assert(
    fc.property(ms, fc.option(ms), fc.option(ms), (created, start, end) => {
      const told = Math.floor(created / 1_000) * 1_000;
      const wanted = (start === null || told > start) && (end === null || told < end);
      const range = secondsBetween(start, end);
      const taken = created >= (range.start?.getTime() ?? -Infinity) && created <= (range.end?.getTime() ?? Infinity);
      expect(taken).toBe(wanted);
    }),
  );
});
