import fc from 'fast-check';
import { type BillingCalendar, billingDayAfter, billingDayFrom, firstBillingDay } from './billing-calendar.js';
import {
  billingTimeAt,
  dayAt,
  dayOfMonth,
  daysAfter,
  daysIn,
  instantOf,
  isBillingDay,
  LAST_BILLING_DAY,
  monthIndex,
  monthOf,
} from './billing-day.js';
import type { BillingFrequency, BillingSchedule } from './billing-schedule.js';

const DAY_MS = 86_400_000;
const schedule = (frequency: BillingFrequency, interval: number, days: string): BillingSchedule => ({
  frequency,
  interval,
  days,
});

function datesFrom(calendar: BillingCalendar, first: string, many: number): string[] {
  const dates = [first];
  while (dates.length < many) dates.push(billingDayAfter(calendar, dates.at(-1) ?? first));
  return dates;
}

const datesOf = (of: BillingSchedule, created: string, sent: string | null, many: number): string[] => {
  const first = sent ?? firstBillingDay(of, created);
  return datesFrom({ schedule: of, billingMonth: monthOf(first) }, first, many);
};

describe('B2, worked examples', () => {
  it.each([
    ['1', 'monthly', 1, '0', '2024-01-15', null, ['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30']],
    ['2', 'monthly', 1, '31', '2024-01-15', null, ['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30']],
    [
      '3',
      'twice_monthly',
      1,
      '1,15',
      '2017-11-20',
      '2017-11-22',
      ['2017-11-22', '2017-12-01', '2017-12-15', '2018-01-01'],
    ],
    ['3 without a date', 'twice_monthly', 1, '1,15', '2017-11-20', null, ['2017-12-01', '2017-12-15', '2018-01-01']],
    ['4', 'twice_monthly', 1, '15,0', '2024-02-10', null, ['2024-02-15', '2024-02-29', '2024-03-15', '2024-03-31']],
    ['5', 'monthly', 3, '10', '2024-01-15', null, ['2024-02-10', '2024-05-10', '2024-08-10', '2024-11-10']],
    ['6', 'twice_monthly', 2, '1,15', '2024-01-15', null, ['2024-01-15', '2024-03-01', '2024-03-15', '2024-05-01']],
    ['B3', 'monthly', 1, '31', '2024-01-31', null, ['2024-01-31', '2024-02-29', '2024-03-31']],
    ['RC6', 'twice_monthly', 1, '30,0', '2023-01-15', null, ['2023-01-30', '2023-01-31', '2023-02-28', '2023-03-30']],
    ['RC6', 'twice_monthly', 1, '29,31', '2023-01-30', null, ['2023-01-31', '2023-02-28', '2023-03-29', '2023-03-31']],
    [
      'leap day',
      'monthly',
      12,
      '29',
      '2024-02-01',
      null,
      ['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29'],
    ],
    ['daily', 'daily', 1, '', '2024-02-28', null, ['2024-02-28', '2024-02-29', '2024-03-01']],
  ] as const)('%s: %s every %d on %s', (_rule, frequency, interval, days, created, sent, dates) => {
    expect(datesOf(schedule(frequency, interval, days), created, sent, dates.length)).toEqual(dates);
  });

  it('RC4: the months stay without a date, and are counted from one that is given', () => {
    const everyThree = schedule('monthly', 3, '10');
    expect(billingDayFrom({ schedule: everyThree, billingMonth: '2024-01' }, '2024-05-20')).toBe('2024-07-10');
    const given = { schedule: everyThree, billingMonth: '2024-05' };
    expect(datesFrom(given, '2024-05-20', 3)).toEqual(['2024-05-20', '2024-08-10', '2024-11-10']);
  });
});

it('nothing comes after the last day that is written in four digits', () => {
  const calendar = { schedule: schedule('monthly', 120, '1'), billingMonth: '2024-01' };
  expect(billingDayAfter(calendar, '2024-01-01', 1_000_000_000)).toBe(LAST_BILLING_DAY);
  expect(daysAfter('9999-12-30', 5)).toBe(LAST_BILLING_DAY);
});

it.each([
  ['2024-02-29', true],
  ['2023-02-29', false],
  ['1900-02-29', false],
  ['2000-02-29', true],
  ['2024-04-31', false],
  ['2024-00-10', false],
  ['2024-13-01', false],
  ['2024-01-00', false],
  ['2024-1-01', false],
  ['2024-01-01T00:00:00Z', false],
  [' 2024-01-01', false],
  ['', false],
])('RC1: "%s" is a day: %s', (text, isOne) => {
  expect(isBillingDay(text)).toBe(isOne);
});

it('RC28: a day is due at its hour in UTC, and today is the UTC day', () => {
  const at = (text: string) => billingTimeAt(Date.parse(text), 8);
  expect(instantOf('2024-03-01', 8)).toBe(Date.parse('2024-03-01T08:00:00Z'));
  expect(at('2024-03-01T07:59:59.999Z')).toMatchObject({ today: '2024-03-01', dueDay: '2024-02-29' });
  expect(at('2024-03-01T08:00:00Z')).toMatchObject({ today: '2024-03-01', dueDay: '2024-03-01' });
});

const dayNumber = fc.integer({ min: -25_000, max: 2_900_000 });

it('days are those of the calendar, counted forth and back', () => {
  fc.assert(
    fc.property(dayNumber, fc.integer({ min: -5_000, max: 5_000 }), (number, more) => {
      const written = (of: number) => new Date(of * DAY_MS).toISOString().slice(0, 10);
      expect(dayAt(number * DAY_MS + 1)).toBe(written(number));
      if (number + more < 2_932_897) expect(daysAfter(written(number), more)).toBe(written(number + more));
      expect(instantOf(written(number), 0)).toBe(number * DAY_MS);
    }),
  );
});

const drawn = fc.record({
  frequency: fc.constantFrom('monthly' as const, 'twice_monthly' as const),
  interval: fc.integer({ min: 1, max: 120 }),
  days: fc.tuple(fc.nat({ max: 31 }), fc.nat({ max: 31 })),
  month: fc.integer({ min: 2020 * 12, max: 2060 * 12 }),
  from: fc.integer({ min: 18_262, max: 40_000 }),
});

it('dates only grow, anchors never drift, and the months are whole intervals apart', () => {
  fc.assert(
    fc.property(drawn, ({ frequency, interval, days, month, from }) => {
      const anchors = frequency === 'monthly' ? days.slice(0, 1) : days;
      const billingMonth = `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
      const calendar = { schedule: schedule(frequency, interval, anchors.join(',')), billingMonth };
      const dates = datesFrom(calendar, billingDayFrom(calendar, dayAt(from * DAY_MS)), 8);
      expect(dates).toEqual([...new Set(dates)].toSorted());
      for (const [index, date] of dates.entries()) {
        const last = daysIn(monthIndex(date));
        expect(anchors.map((anchor) => (anchor === 0 ? last : Math.min(anchor, last)))).toContain(dayOfMonth(date));
        expect(Math.abs(monthIndex(date) - month) % interval).toBe(0);
        if (index > 0) expect(billingDayAfter(calendar, dates[0] ?? '', index)).toBe(date);
      }
    }),
  );
});
