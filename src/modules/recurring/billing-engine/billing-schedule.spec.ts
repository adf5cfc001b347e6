import fc from 'fast-check';
import { anchorsOf, checkSchedule, type ScheduleRequest } from './billing-schedule.js';

const asked = (changes: Partial<ScheduleRequest>) =>
  checkSchedule({ frequency: 'monthly', interval: 1, days: '1', chargeOnDay: false, ...changes });
const daysOf = (frequency: string, days: string | null) => {
  const check = asked({ frequency, days });
  return check.ok ? check.schedule.days : check.refusal.field;
};
const fieldOf = (changes: Partial<ScheduleRequest>) => {
  const check = asked(changes);
  return check.ok ? null : check.refusal.field;
};

it.each([
  ['monthly', '1', '1'],
  ['monthly', '31', '31'],
  ['monthly', '0', '0'],
  ['monthly', ' 07 ', '7'],
  ['monthly', '00', '0'],
  ['twice_monthly', '1,15', '1,15'],
  ['twice_monthly', '1, 15', '1,15'],
  ['twice_monthly', '15,0', '15,0'],
  ['twice_monthly', '15,01', '15,1'],
  ['twice_monthly', '30,0', '30,0'],
  ['twice_monthly', '29,31', '29,31'],
  ['daily', '', ''],
  ['daily', '0', '0'],
  ['daily', ' any, day ', ' any, day '],
  ['daily', null, null],
])('B1, RC6: %s "%s" is stored as "%s"', (frequency, days, stored) => {
  expect(daysOf(frequency, days)).toBe(stored);
});

it.each([
  ['monthly', '32'],
  ['monthly', 'x'],
  ['monthly', ''],
  ['monthly', null],
  ['monthly', '1,15'],
  ['monthly', '-1'],
  ['monthly', '1.5'],
  ['monthly', '1 5'],
  ['monthly', '1e1'],
  ['monthly', '١'],
  ['twice_monthly', '1'],
  ['twice_monthly', '1,1'],
  ['twice_monthly', '1,01'],
  ['twice_monthly', '1,15,20'],
  ['twice_monthly', '1,'],
  ['twice_monthly', '31,0'],
  ['twice_monthly', '0,31'],
  ['daily', '1'.repeat(51)],
])('B1, RC6: %s "%s" is refused', (frequency, days) => {
  expect(daysOf(frequency, days)).toBe('billing_days');
});

it.each([
  [{ interval: 0 }, 'billing_cycle_interval'],
  [{ interval: 121 }, 'billing_cycle_interval'],
  [{ interval: 1.5 }, 'billing_cycle_interval'],
  [{ interval: Number.NaN }, 'billing_cycle_interval'],
  [{ interval: 120 }, null],
  [{ frequency: 'daily', interval: 2 }, 'billing_cycle_interval'],
  [{ frequency: 'weekly' }, 'billing_frequency'],
  [{ frequency: 'Monthly' }, 'billing_frequency'],
  [{ frequency: 'twice_monthly', days: '1' }, 'billing_days'],
])('RC5: %j is judged as a whole: %s', (changes, field) => {
  expect(fieldOf(changes)).toBe(field);
});

it.each([
  [{ chargeOnDay: true, days: null }, null],
  [{ chargeOnDay: true, frequency: 'twice_monthly', days: '1,15' }, 'charge_on_day'],
  [{ chargeOnDay: true, frequency: 'daily' }, 'charge_on_day'],
  [{ chargeOnDay: true, days: '32' }, 'billing_days'],
])('B3: %j of a plan that bills on the day of the subscription: %s', (changes, field) => {
  expect(fieldOf(changes)).toBe(field);
});

it('names the field in the reason', () => {
  const check = asked({ days: '32' });
  expect(check).toEqual({
    ok: false,
    refusal: { field: 'billing_days', reason: 'billing_days must be days from 0 to 31, separated by commas' },
  });
});

it('reads what it stores as the same again', () => {
  const day = fc.nat({ max: 31 });
  const blank = fc.constantFrom('', ' ', '0', ' 0');
  fc.assert(
    fc.property(day, day, blank, (first, second, before) => {
      const check = asked({ frequency: 'twice_monthly', days: `${before}${first},${before}${second}` });
      const [a, b] = [first, second].map((one) => (one === 31 ? 0 : one));
      expect(check.ok).toBe(a !== b);
      if (!check.ok) return;
      expect(anchorsOf(check.schedule)).toEqual([first, second]);
      expect(checkSchedule({ ...check.schedule, chargeOnDay: false })).toEqual(check);
    }),
  );
});
