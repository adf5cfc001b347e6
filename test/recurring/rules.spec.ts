import { itemTotals } from '../../src/modules/recurring/billing-engine/billing-amounts.js';
import { withPush } from '../../src/modules/recurring/billing-engine/plan-push.js';
import { expirationDay, previewOf, shownDay } from '../../src/modules/recurring/billing-engine/subscription-view.js';
import { item } from './item.js';
import { Life, SETTINGS } from './life.js';

/** The worked examples of contract gateway 8, each on the decisions that bill. */

it('8.3: one charge under the plan is 100 + 100 - 50', () => {
  const life = new Life('2017-11-20', {
    amount: 100,
    frequency: 'twice_monthly',
    days: '1,15',
    addOns: [item('locker', { amount: 100 })],
    discounts: [item('student', { amount: 50 })],
  });
  expect(itemTotals(life.value)).toEqual({ adds: 100, discounts: 50 });
  expect(previewOf(life.value)).toMatchObject({ day: '2017-12-01', total: 150 });
});

it('8.3, update_subscriptions: plan 1000 to 1200 with a discount of 10 %: 900, then 1080', () => {
  const life = new Life('2024-01-01', { discounts: [item('ten', { percentage: 10_000 })] }).on('2024-01-01');
  life.value = withPush(life.value, { n: 1, amount: 1_200 });
  expect(life.on('2024-02-01').totals).toEqual([900, 1_080]);
});

it('8.4: a date that is sent comes first, then those of the schedule', () => {
  const life = new Life('2017-11-20', { frequency: 'twice_monthly', days: '1,15', nextDay: '2017-11-22' });
  for (const day of ['2017-11-21', '2017-11-22', '2017-12-01', '2017-12-15']) life.on(day);
  expect(life.billings).toEqual(['2017-11-22 paid', '2017-12-01 paid', '2017-12-15 paid']);
  expect(shownDay(life.value)).toBe('2018-01-01');
});

describe('B3', () => {
  it('charge_on_day: the day of the creation, and the first bill today', () => {
    const life = new Life('2024-01-31', { chargeOnDay: true, days: null });
    expect(life.value).toMatchObject({ schedule: { days: '31' }, chargeOnDay: true, nextDay: '2024-01-31' });
    for (const day of ['2024-01-31', '2024-02-29', '2024-03-31']) life.on(day);
    expect(life.billings).toEqual(['2024-01-31 paid', '2024-02-29 paid', '2024-03-31 paid']);
  });

  it('only with monthly', () => {
    expect(() => new Life('2024-01-31', { chargeOnDay: true, frequency: 'daily' })).toThrow('charge_on_day');
  });
});

describe('B4', () => {
  it('a charge of 0 makes no transaction but counts as a billing', () => {
    const life = new Life('2024-03-01', { amount: 500, discounts: [item('all', { amount: 800 })], duration: 1 }).on(
      '2024-03-01',
    );
    expect(life.value).toMatchObject({ count: 1, status: 'completed', hasCharged: false });
    expect(life.value.events).toEqual([expect.objectContaining({ status: 'success', transactionId: '', amount: 0 })]);
    expect(life.billing(1)).toMatchObject({ total: 0, k: 0, lines: [{ amount: 500 }, { amount: -500 }] });
  });

  it.each([
    [1_000, 12_345, 123],
    [1_000, 50, 1],
    [999, 50, 0],
    [1, 50_000, 1],
    [99_999_999, 100_000, 99_999_999],
    [1_000, 0, 0],
  ])('percentages are of the amount, half up: %d at %d is %d', (amount, percentage, figure) => {
    const life = new Life('2024-03-01', { amount, discounts: [item('some', { percentage })] });
    expect(itemTotals(life.value).discounts).toBe(figure);
  });
});

it('B5: amount 1000, duration 4, add-on 200 once, discount 10 % twice', () => {
  const life = new Life('2024-01-01', {
    duration: 4,
    addOns: [item('add', { amount: 200, duration: 1 })],
    discounts: [item('off', { percentage: 10_000, duration: 2 })],
  });
  life.on('2024-01-01').on('2024-02-01').on('2024-03-01', 'declined').on('2024-03-02').on('2024-04-01');
  expect(life.totals).toEqual([1_100, 900, 1_000, 1_000]);
  expect(life.value).toMatchObject({ status: 'completed', count: 4 });
  expect(life.value.events.map(({ status }) => status)).toEqual([
    'success',
    'success',
    'declined',
    'success',
    'success',
  ]);
  expect(life.on('2024-05-01').totals).toHaveLength(4);
});

it('B6: retried on +1, +3, +7, then it stays past due; success makes it active, the schedule unchanged', () => {
  const life = new Life('2024-03-01').on('2024-03-01', 'declined');
  for (let day = 2; day <= 28; day++) life.on(`2024-03-${String(day).padStart(2, '0')}`, 'declined');
  expect(life.value.events.map(({ at }) => new Date(at).getUTCDate())).toEqual([1, 2, 4, 8]);
  expect(life.on('2024-04-01').value).toMatchObject({ status: 'past_due', lastNumber: 1 });
  const saved = new Life('2024-03-01').on('2024-03-01', 'declined').on('2024-03-02', 'declined').on('2024-03-04');
  expect(saved.value).toMatchObject({ status: 'active', nextDay: '2024-04-01', count: 1 });
  expect(saved.told).toEqual(['failed 1', 'failed 1', 'paid 1']);
});

it.each(['paused', 'cancelled', 'completed'] as const)(
  'B7: nothing is billed while %s, nor made up afterwards',
  (status) => {
    const life = new Life('2024-03-01').on('2024-03-01').turns('2024-03-10', status).on('2024-04-01').on('2024-05-02');
    expect(life.billings).toHaveLength(1);
    life.turns('2024-05-10', 'active').on('2024-05-10').on('2024-06-01');
    expect(life.billings).toEqual(['2024-03-01 paid', '2024-06-01 paid']);
  },
);

it('B8: monthly, first 2024-03-01, duration 3: expires 2024-05-01', () => {
  const life = new Life('2024-03-01', { duration: 3 });
  for (const day of ['2024-03-01', '2024-04-01', '2024-05-01']) {
    expect(expirationDay(life.value)).toBe('2024-05-01');
    life
      .on(day, 'processing')
      .hears(day, life.value.lastNumber, { kind: 'approved', transactionId: 't', instrument: '' });
  }
  expect(life.on('2024-05-02').value.status).toBe('completed');
  expect([expirationDay(life.value), shownDay(life.value)]).toEqual(['2024-05-01', '']);
  expect(expirationDay(new Life('2024-03-01').value)).toBe('');
});

describe('8.5', () => {
  it('walks paused, cancelled, active, completed', () => {
    const life = new Life('2024-02-19');
    for (const to of ['paused', 'cancelled', 'active', 'completed'] as const) {
      life.turns('2024-02-19', to);
      expect([life.refused, life.value.status]).toEqual([null, to]);
    }
  });

  it.each([
    ['cancelled', 'paused'],
    ['cancelled', 'past_due'],
    ['completed', 'paused'],
    ['completed', 'past_due'],
  ] as const)('%s cannot become %s', (from, to) => {
    const life = new Life('2024-02-19').turns('2024-02-19', from).turns('2024-02-19', to);
    expect([life.refused, life.value.status]).toEqual([`a subscription that is ${from} cannot become ${to}`, from]);
  });

  it('stored 2024-02-01, activated 2024-04-10: 2024-05-01, or the date that is sent and then 2024-05-01', () => {
    const paused = () => new Life('2024-01-15').turns('2024-01-20', 'paused');
    expect(paused().turns('2024-04-10', 'active').value.nextDay).toBe('2024-05-01');
    const sent = paused().turns('2024-04-10', 'active', '2024-04-12').on('2024-04-12');
    expect([sent.billings, sent.value.nextDay]).toEqual([['2024-04-12 paid'], '2024-05-01']);
  });

  it('keeps a date that is to come', () => {
    const life = new Life('2024-01-15').turns('2024-01-20', 'paused').turns('2024-01-25', 'active');
    expect(life.value.nextDay).toBe('2024-02-01');
  });
});

it('is due at its hour, and by nothing while nothing comes by itself', () => {
  const life = new Life('2024-03-02');
  expect(life.due('2024-03-02')).toBe('2024-04-01T08');
  expect(life.due('2024-04-02')).toBe('2024-04-02T12');
  expect(life.turns('2024-03-02', 'paused').due('2024-03-02')).toBeNull();
  const failed = new Life('2024-03-01').on('2024-03-01', 'declined');
  expect([failed.due('2024-03-01'), SETTINGS.hour]).toEqual(['2024-03-02T08', 8]);
});
