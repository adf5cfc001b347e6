import { timeOfDay } from '../../platform/common/duration.js';
import { lastCutOff, nextCutOff } from './cut-off.js';

const at = (text: string) => Date.parse(`${text}Z`);

it.each([
  ['2024-02-01T00:00:00', '00:00', '2024-02-01T00:00:00', '2024-02-02T00:00:00'],
  ['2024-01-31T23:59:59.999', '00:00', '2024-01-31T00:00:00', '2024-02-01T00:00:00'],
  ['2024-02-29T21:29:59', '21:30', '2024-02-28T21:30:00', '2024-02-29T21:30:00'],
  ['2024-02-29T21:30:00', '21:30', '2024-02-29T21:30:00', '2024-03-01T21:30:00'],
  ['2023-12-31T23:00:05', '23:00:05', '2023-12-31T23:00:05', '2024-01-01T23:00:05'],
])('at %s with a cut-off at %s the last was %s, the next is %s', (now, time, last, next) => {
  expect(new Date(lastCutOff(at(now), timeOfDay(time)))).toEqual(new Date(at(last)));
  expect(new Date(nextCutOff(at(now), timeOfDay(time)))).toEqual(new Date(at(next)));
});
