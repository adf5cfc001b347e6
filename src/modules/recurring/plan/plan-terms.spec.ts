import { changedPlan, newPlan, planTotals } from './plan-terms.js';
import type { PlanUpdate } from './plan.types.js';

const NONE = { addOns: [], discounts: [] };
const MONTHLY = { name: 'Gym', amountMinor: 1_000, interval: 1, days: '1' };
const plan = newPlan(MONTHLY, NONE);
const changed = (asked: PlanUpdate, of = plan) => changedPlan(of, asked, of);
const refusal = (message: string) =>
  expect.objectContaining({ code: 'validation_failed', messages: [message] }) as Error;
const item = (type: 'flat' | 'percentage', value: number) => ({
  ...{ id: 'a', name: '', description: '', duration: 0 },
  figure: { type, value },
});

it('a new plan is monthly, without an end, and has pushed nothing', () => {
  expect(plan).toEqual({
    name: 'Gym',
    description: '',
    amountMinor: 1_000,
    schedule: { frequency: 'monthly', interval: 1, days: '1' },
    chargeOnDay: false,
    duration: 0,
    addOns: [],
    discounts: [],
    push: null,
  });
});

it('what is not sent stays', () => {
  expect(changed({})).toEqual(plan);
  expect(changed({ days: '2' })).toEqual({ ...plan, schedule: { ...plan.schedule, days: '2' } });
});

it.each<[PlanUpdate, string]>([
  [{ frequency: 'twice_monthly' }, 'billing_days must be two days with twice_monthly'],
  [{ days: '1,15' }, 'billing_days must be one day with monthly'],
  [{ frequency: 'daily', interval: 2 }, 'billing_cycle_interval must be 1 with daily'],
  [{ frequency: 'daily', chargeOnDay: true }, 'charge_on_day is for monthly only'],
])('ruling RC5: %j is judged with what is stored', (asked, message) => {
  expect(() => changed(asked)).toThrow(refusal(message));
});

it('rule B3: only a plan that bills on the day of subscription needs no days', () => {
  const { days: _days, ...withoutDays } = MONTHLY;
  expect(() => newPlan(withoutDays, NONE)).toThrow(refusal('billing_days is required'));
  const onDay = newPlan({ ...withoutDays, chargeOnDay: true }, NONE);
  expect(onDay.schedule.days).toBeNull();
  expect(() => changed({ chargeOnDay: false }, onDay)).toThrow(refusal('billing_days is required'));
  expect(changed({ chargeOnDay: false, days: '3' }, onDay)).toMatchObject({
    chargeOnDay: false,
    schedule: { days: '3' },
  });
});

describe('ruling RC22', () => {
  it('a push has the amount that the plan has afterwards, and the next number', () => {
    const once = changed({ amountMinor: 1_200, pushAmount: true });
    expect([once.amountMinor, once.push]).toEqual([1_200, { n: 1, amountMinor: 1_200 }]);
    expect(changed({ pushAmount: true }, once).push).toEqual({ n: 2, amountMinor: 1_200 });
  });

  it('without one the latest stays', () => {
    const once = changed({ pushAmount: true });
    expect(changed({ amountMinor: 5 }, once).push).toEqual({ n: 1, amountMinor: 1_000 });
  });
});

describe('totals', () => {
  it('percentages are of the amount only, discounts may be more than everything', () => {
    const items = { addOns: [item('flat', 200), item('percentage', 10_000)], discounts: [item('flat', 5_000)] };
    expect(planTotals(newPlan(MONTHLY, items))).toEqual({ addOns: 300, discounts: 5_000 });
  });

  it('ruling RC20: no charge is more than an amount may be, whichever discounts have run out', () => {
    const most = { ...MONTHLY, amountMinor: 99_999_899 };
    const items = (value: number) => ({ addOns: [item('flat', value)], discounts: [item('flat', 500)] });
    expect(planTotals(newPlan(most, items(100)))).toEqual({ addOns: 100, discounts: 500 });
    expect(() => newPlan(most, items(101))).toThrow(refusal('amount with add_ons must not be greater than 99999999'));
    const tooMany = { addOns: [], discounts: [item('flat', 99_999_999), item('flat', 1)] };
    expect(() => newPlan(MONTHLY, tooMany)).toThrow(refusal('total_discounts must not be greater than 99999999'));
    expect(() => changedPlan(newPlan(MONTHLY, items(100)), { amountMinor: 99_999_900 }, items(100))).toThrow(
      refusal('amount with add_ons must not be greater than 99999999'),
    );
  });
});
