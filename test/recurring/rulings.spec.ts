import { billingMethodOf, withNewCard } from '../../src/modules/recurring/billing-engine/attempts.js';
import { failureKindOf } from '../../src/modules/recurring/billing-engine/failure-kinds.js';
import { withMissedDecided } from '../../src/modules/recurring/billing-engine/parked-dates.js';
import { withPush } from '../../src/modules/recurring/billing-engine/plan-push.js';
import { standingOf, withReleased } from '../../src/modules/recurring/billing-engine/reversals.js';
import { withDeleted } from '../../src/modules/recurring/billing-engine/status-changes.js';
import { expirationDay, previewOf, shownDay } from '../../src/modules/recurring/billing-engine/subscription-view.js';
import type { PlanTerms } from '../../src/modules/recurring/billing-engine/subscription-wish.js';
import { item } from './item.js';
import { Life, noonOf, SETTINGS } from './life.js';

/** The pure ones of the rulings RC1 to RC37 (docs/billing.md). */

const PLAN: PlanTerms = {
  amount: 1_500,
  schedule: { frequency: 'monthly', interval: 1, days: '10' },
  chargeOnDay: false,
  duration: 12,
  addOns: [],
  discounts: [],
  pushes: 0,
};
const newCard = (life: Life, card: string): Life => {
  life.card = card;
  life.value = withNewCard(life.value);
  return life;
};

it.each([
  ['2024-02-30', false],
  ['2024-02-14', false],
  ['soon', false],
  ['2024-02-15', true],
  ['2024-12-31', true],
])('RC1: next_bill_date %s is taken on 2024-02-15: %s', (nextDay, isTaken) => {
  const life = new Life('2024-02-15', { days: '20' }).updates('2024-02-15', { nextDay });
  expect(life.refused === null).toBe(isTaken);
  expect(life.turns('2024-02-15', 'paused').turns('2024-02-15', 'active', nextDay).refused === null).toBe(isTaken);
});

it('RC1: the stored date is unchanged when it is repeated, also when it is past', () => {
  const life = new Life('2024-02-15').turns('2024-02-15', 'paused');
  life.updates('2024-06-10', { nextDay: '2024-03-01', amount: 5 });
  expect([life.refused, life.value.nextDay, life.value.amount]).toEqual([null, '2024-03-01', 5]);
});

it('RC2: a daily one that recovers on +1 bills +1 too, and nothing in between', () => {
  const life = new Life('2024-03-01', { frequency: 'daily' }).on('2024-03-01', 'declined').on('2024-03-02');
  expect(life.billings).toEqual(['2024-03-01 paid', '2024-03-02 paid']);
  const later = new Life('2024-03-01', { frequency: 'daily' }).on('2024-03-01', 'declined').on('2024-03-04');
  expect(later.billings).toEqual(['2024-03-01 paid', '2024-03-04 paid']);
});

it('RC3: a date that was billed is billed once, sent or not', () => {
  const life = new Life('2024-03-01').on('2024-03-01').turns('2024-03-01', 'paused');
  expect(life.turns('2024-03-01', 'active', '2024-03-01').refused).toBe(
    'next_bill_date names a date that has been billed',
  );
  const done = new Life('2024-03-01', { frequency: 'daily', duration: 1 })
    .on('2024-03-01')
    .updates('2024-03-01', { duration: 2 });
  expect(done.turns('2024-03-01', 'active').value.nextDay).toBe('2024-03-02');
});

it('RC4: a date that is given makes its month a billing month; without one the months stay', () => {
  const life = () => new Life('2024-01-10', { interval: 3, days: '10' }).on('2024-01-10').turns('2024-02-01', 'paused');
  const given = life().turns('2024-05-20', 'active', '2024-05-20').on('2024-05-20').on('2024-08-10');
  expect([given.billings.length, given.value.nextDay]).toEqual([3, '2024-11-10']);
  expect(life().turns('2024-05-20', 'active').value.nextDay).toBe('2024-07-10');
});

it('RC5: frequency, interval and days are checked as a whole after merging', () => {
  expect(new Life('2024-01-10').updates('2024-01-10', { frequency: 'twice_monthly' }).refused).toBe(
    'billing_days must be two days with twice_monthly',
  );
  expect(() => new Life('2024-01-10', { interval: 121 })).toThrow('billing_cycle_interval');
});

it('RC7: monthly to yearly in March bills 04-01, then 04-01 next year', () => {
  const life = new Life('2024-03-01').on('2024-03-01').updates('2024-03-10', { interval: 12 }).on('2024-04-01');
  expect([life.billings.length, life.value.nextDay]).toEqual([2, '2025-04-01']);
});

describe('RC8', () => {
  it('with a date only the days are of today', () => {
    const life = new Life('2024-01-31', { chargeOnDay: true, nextDay: '2024-02-10' });
    expect(life.value).toMatchObject({ schedule: { days: '31' }, nextDay: '2024-02-10' });
  });

  it('only false to true acts on an update, and not on the date', () => {
    const life = new Life('2024-01-15').updates('2024-01-20', { chargeOnDay: true, days: '7' });
    expect(life.value).toMatchObject({ schedule: { days: '20' }, nextDay: '2024-02-01' });
    expect(life.updates('2024-01-25', { chargeOnDay: true }).value.schedule.days).toBe('20');
  });

  it.each([
    [{ days: '7' }, '7'],
    [{ days: null }, '15'],
    [{ days: '7', chargeOnDay: true }, '15'],
    [{ days: '7', chargeOnDay: false }, '7'],
  ])('%j under a plan with the flag: %s', (wish, days) => {
    const plan = { ...PLAN, chargeOnDay: true, schedule: { ...PLAN.schedule, days: null } };
    expect(new Life('2024-01-15', wish, SETTINGS, plan).value.schedule.days).toBe(days);
  });
});

it.each([
  [0, 0],
  [null, 12],
  [3, 3],
])('RC9: duration %s beside a plan of 12 is %d', (duration, stored) => {
  expect(new Life('2024-01-15', { duration }, SETTINGS, PLAN).value.duration).toBe(stored);
});

it('RC10: no fourth debit while three are under way; one that fails gives its place back', () => {
  const life = new Life('2024-03-01', {
    frequency: 'daily',
    duration: 3,
    addOns: [item('once', { amount: 1, duration: 1 })],
  });
  for (const day of ['2024-03-01', '2024-03-02', '2024-03-03', '2024-03-04']) life.on(day, 'processing');
  expect(life.totals).toEqual([1_001, 1_000, 1_000]);
  life.fails('2024-03-05', 1, 'debit_returned');
  expect([life.value.status, previewOf(life.value)?.total]).toEqual(['past_due', 1_001]);
  life.turns('2024-03-05', 'active').on('2024-03-05', 'processing');
  expect(life.totals).toEqual([1_001, 1_000, 1_000, 1_001]);
});

it('RC11: a duration that is used up completes; a larger one leaves completed as it is until activated', () => {
  const life = new Life('2024-03-01').on('2024-03-01').on('2024-04-01').updates('2024-04-02', { duration: 2 });
  expect([life.value.status, shownDay(life.value)]).toEqual(['completed', '']);
  expect(life.updates('2024-04-02', { duration: 5 }).value.status).toBe('completed');
  expect(life.turns('2024-04-02', 'active').value).toMatchObject({ status: 'active', nextDay: '2024-05-01' });
});

describe('RC12', () => {
  const days = (failure: 'debit_unfunded' | 'declined') => {
    const life = new Life('2024-03-01').on('2024-03-01', 'processing').fails('2024-03-05', 1, failure);
    for (let day = 5; day <= 30; day++) life.on(`2024-03-${String(day).padStart(2, '0')}`, failure);
    return life.value.events.slice(1).map(({ at }) => new Date(at).getUTCDate());
  };

  it('a failure that is known on day 4 is tried on 5, 7 and 11', () => {
    expect(days('declined')).toEqual([6, 8, 12]);
  });

  it('a debit that came back for want of money is tried again twice', () => {
    expect(days('debit_unfunded')).toEqual([6, 8]);
  });
});

it('RC13: retry days that were missed are one attempt, later ones keep their dates', () => {
  const life = new Life('2024-03-01')
    .on('2024-03-01', 'declined')
    .on('2024-03-06', 'declined')
    .on('2024-03-07', 'declined');
  expect([life.value.events.length, life.due('2024-03-07')]).toEqual([2, '2024-03-08T08']);
});

describe('RC14', () => {
  it.each([
    [200, {}, 'declined'],
    [202, {}, 'declined'],
    [202, { isDebit: true }, 'debit_unfunded'],
    [200, { isDebit: true }, 'debit_returned'],
    [205, {}, 'authentication_required'],
    [204, {}, 'never_again'],
    [222, {}, 'never_again'],
    [223, {}, 'never_again'],
    [250, {}, 'never_again'],
    [262, {}, 'never_again'],
    [263, {}, 'declined'],
    [201, { doNotRetry: true }, 'never_again'],
    [300, {}, 'declined'],
    [300, { isDebit: true }, 'declined'],
    [410, {}, 'error'],
  ])('code %d %j is %s', (responseCode, more, kind) => {
    expect(failureKindOf({ responseCode, isDebit: false, doNotRetry: false, ...more })).toBe(kind);
  });

  it('a hard decline: the dates pass, and nobody is asked with that number again', () => {
    const life = new Life('2024-03-01').on('2024-03-01', 'never_again').on('2024-03-02').on('2024-03-09');
    expect(life.value).toMatchObject({ status: 'past_due', events: [{ status: 'declined' }] });
    life.turns('2024-03-10', 'active').on('2024-04-01');
    expect(life.value).toMatchObject({ status: 'past_due', events: [{}, { status: 'declined' }] });
  });

  it('authentication: told, and the payer pays on the page of the same payment', () => {
    const life = new Life('2024-03-01').on('2024-03-01', 'authentication_required').on('2024-03-02').on('2024-03-08');
    expect([life.told, life.billing(1).k]).toEqual([['authentication_required 1'], 1]);
    expect(life.pays('2024-03-09', 1).value).toMatchObject({ status: 'active', count: 1 });
  });
});

describe('RC15', () => {
  it('a new card: every failed billing at once, one attempt each, no later date moves', () => {
    const life = new Life('2024-03-01').on('2024-03-01', 'declined').on('2024-03-02', 'declined');
    newCard(life, 'new').on('2024-03-03', 'declined').on('2024-03-03', 'declined');
    expect([life.value.events.length, life.due('2024-03-03')]).toEqual([3, '2024-03-04T08']);
  });

  it('stops at a hard decline', () => {
    const life = new Life('2024-03-01', { frequency: 'daily' })
      .on('2024-03-01', 'processing')
      .on('2024-03-02', 'processing');
    life.fails('2024-03-03', 1, 'debit_returned').fails('2024-03-03', 2, 'debit_returned');
    newCard(life, 'new').on('2024-03-03', 'never_again');
    expect([life.billing(1).k, life.billing(2).k, life.starts('2024-03-09')]).toEqual([2, 1, null]);
  });

  it('never a billing that was reversed', () => {
    const life = new Life('2024-03-01').on('2024-03-01').takenBack('2024-03-20', 1, 'lost');
    expect(newCard(life, 'new').starts('2024-03-20')).toBeNull();
  });
});

describe('RC16', () => {
  it('active by itself only once no other is failed', () => {
    const life = new Life('2024-03-01', { frequency: 'daily' })
      .on('2024-03-01', 'processing')
      .on('2024-03-02', 'processing');
    life.fails('2024-03-03', 1, 'declined').fails('2024-03-03', 2, 'declined').on('2024-03-04', 'approved', 'declined');
    expect(life.value).toMatchObject({ status: 'past_due', count: 1 });
    expect(life.on('2024-03-06').value.status).toBe('active');
  });

  it('past due by hand is ended by hand', () => {
    const life = new Life('2024-03-01').on('2024-03-01', 'processing').turns('2024-03-02', 'past_due');
    expect(life.pays('2024-03-05', 1).value).toMatchObject({ status: 'past_due', count: 1 });
  });
});

describe('RC17', () => {
  it.each(['active', 'cancelled', 'completed'] as const)('%s: what is unpaid is never charged again', (to) => {
    const life = new Life('2024-03-01').on('2024-03-01', 'declined').turns('2024-03-02', to).on('2024-03-02');
    expect(life.billings).toEqual(['2024-03-01 ended']);
  });

  it('paused: held; past due from there goes on', () => {
    const life = new Life('2024-03-01').on('2024-03-01', 'declined').turns('2024-03-01', 'paused').on('2024-03-02');
    expect(life.billings).toEqual(['2024-03-01 failed']);
    expect(life.turns('2024-03-03', 'past_due').on('2024-03-03').value).toMatchObject({ status: 'active', count: 1 });
  });

  it('a success that comes anyway is recorded, counted and told', () => {
    const life = new Life('2024-03-01')
      .on('2024-03-01', 'declined')
      .turns('2024-03-02', 'cancelled')
      .pays('2024-03-02', 1);
    expect(life.on('2024-03-02').value).toMatchObject({
      status: 'cancelled',
      count: 1,
      events: [{}, { status: 'success' }],
    });
    expect(life.told).toContain('late_success 1');
    expect(life.pays('2024-03-03', 1).value.count).toBe(1);
  });

  it('what is under way is not touched, and counts whatever the status; what is not is fenced', () => {
    const life = () => new Life('2024-03-01', { duration: 1 }).on('2024-03-01', 'unknown');
    expect(life().turns('2024-03-01', 'paused').pays('2024-03-01', 1).value.status).toBe('completed');
    expect(life().turns('2024-03-01', 'cancelled', null, [1]).pays('2024-03-01', 1).value).toMatchObject({
      status: 'cancelled',
      count: 1,
    });
    expect(life().turns('2024-03-01', 'cancelled').on('2024-03-01').billings).toEqual(['2024-03-01 ended']);
  });

  it('activating lifts the want of authentication only', () => {
    const life = (failure: 'authentication_required' | 'never_again') =>
      new Life('2024-03-01').on('2024-03-01', failure).turns('2024-03-02', 'active').on('2024-04-01');
    expect(life('authentication_required').value.count).toBe(1);
    expect(life('never_again').value.count).toBe(0);
  });

  it('F1: canceled means that it did not happen, and the same attempt goes on', () => {
    const life = new Life('2024-03-01').on('2024-03-01', 'unknown').hears('2024-03-01', 1, { kind: 'canceled' });
    expect(life.billing(1)).toMatchObject({ state: 'charging', g: 2, k: 1, attempt: { k: 1 } });
    expect(life.hears('2024-03-01', 1, { kind: 'canceled' }, 1).billing(1).g).toBe(2);
  });
});

describe('RC18', () => {
  it.each([
    ['needs_response', 1_000, 'open'],
    ['under_review', 1_000, 'open'],
    ['lost', 1_000, 'lost'],
    ['won', 1_000, 'won'],
    ['warning_needs_response', 1_000, null],
    ['warning_closed', 1_000, null],
    ['prevented', 1_000, null],
    ['lost', 999, null],
  ] as const)('%s over %d of 1000: %s', (status, amountMinor, standing) => {
    expect(standingOf({ status, amountMinor }, 1_000)).toBe(standing);
  });

  const reversed = () => new Life('2024-03-01').on('2024-03-01').takenBack('2024-03-20', 1, 'open');

  it('unpaid again, past due, never collected by itself', () => {
    const life = reversed().takenBack('2024-03-20', 1, 'open').on('2024-03-20').on('2024-03-28').on('2024-04-02');
    expect(life.value).toMatchObject({
      status: 'past_due',
      count: 0,
      lastNumber: 1,
      events: [{}, { status: 'declined' }],
    });
    expect(life.told).toEqual(['paid 1', 'reversed 1']);
  });

  it('released by the merchant once it is lost, under the next generation', () => {
    const life = reversed();
    expect(life.take(withReleased(life.value, 1)).refused).toBe('its dispute is open');
    life
      .takenBack('2024-03-25', 1, 'lost')
      .take(withReleased(life.value, 1))
      .take(withReleased(life.value, 1))
      .on('2024-03-25', 'declined');
    expect([life.billing(1).g, life.starts('2024-04-09')]).toEqual([2, null]);
    expect(life.take(withReleased(life.value, 1)).on('2024-03-26').value).toMatchObject({ status: 'active', count: 1 });
    expect(life.takenBack('2024-03-27', 1, 'won').value.count).toBe(1);
  });

  it('won: paid again, and what is older changes nothing', () => {
    const life = reversed().takenBack('2024-03-25', 1, 'won').takenBack('2024-03-26', 1, 'open');
    expect(life.on('2024-03-26').value).toMatchObject({ status: 'active', count: 1 });
  });

  it('in cancelled and completed the count falls, the status stays, nothing is collected', () => {
    const life = new Life('2024-03-01', { duration: 1 })
      .on('2024-03-01')
      .takenBack('2024-03-20', 1, 'lost')
      .on('2024-03-20');
    expect([life.value.status, life.value.count, life.billings]).toEqual(['completed', 0, ['2024-03-01 ended']]);
    expect(life.turns('2024-03-21', 'active').refused).toBeNull();
  });

  it('paid twice is an alarm and counts once', () => {
    const life = reversed().takenBack('2024-03-25', 1, 'lost');
    life.take(withReleased(life.value, 1)).on('2024-03-25').takenBack('2024-03-25', 1, 'won', 1, 'other');
    life.hears('2024-03-26', 1, { kind: 'approved', transactionId: 'x', instrument: '' }, 3).on('2024-03-26');
    expect([life.value.count, life.told.filter((one) => one.startsWith('double'))]).toEqual([1, ['double_charge 1']]);
  });
});

describe('RC19', () => {
  const life = () =>
    new Life('2024-03-01', {
      addOns: [
        item('a', { amount: 10, duration: 2 }),
        item('a', { amount: 10, duration: 2 }),
        item('b', { percentage: 1_000 }),
      ],
    }).on('2024-03-01');

  it('what is re-posted keeps copy and count, whatever became of the source', () => {
    const gone = ['a', 'a', 'b'].map((id) => ({ wish: { id }, source: null }));
    const before = life();
    expect(life().updates('2024-03-02', { addOns: gone }).value.addOns).toEqual(before.value.addOns);
  });

  it('the nth of an id is the stored nth, a new one starts at 0, the rest goes', () => {
    const again = life().updates('2024-03-02', {
      addOns: [{ ...item('a', {}), wish: { id: 'a', amount: 7 } }, item('c', { amount: 1 })],
    });
    expect(again.value.addOns).toMatchObject([
      { id: 'a', key: 1, amount: 7, used: 1, duration: 2 },
      { id: 'c', amount: 1, used: 0 },
    ]);
    expect(again.value.addOns).toHaveLength(2);
  });

  it('an amount makes a percentage a fixed one; what does not exist is refused', () => {
    const fixed = life().updates('2024-03-02', { addOns: [{ wish: { id: 'b', amount: 5 }, source: null }] });
    expect(fixed.value.addOns).toMatchObject([{ amount: 5, percentage: null }]);
    expect(fixed.updates('2024-03-02', { addOns: [{ wish: { id: 'x' }, source: null }] }).refused).toBe(
      'add_ons there is no add-on x',
    );
  });
});

describe('RC20', () => {
  it('a sum that is too great with all add-ons is refused', () => {
    const life = new Life('2024-03-01');
    expect(life.updates('2024-03-01', { amount: 99_999_999, addOns: [item('a', { amount: 1 })] }).refused).toContain(
      'amount',
    );
  });

  it('one that a push made too great is parked until the merchant lowers it', () => {
    const life = new Life('2024-03-01', { addOns: [item('a', { amount: 1 })] });
    life.value = withPush(life.value, { n: 1, amount: 99_999_999 });
    expect(life.on('2024-03-01').value).toMatchObject({ parked: 'amount_too_great', lastNumber: 0 });
    expect(life.updates('2024-03-02', { amount: 5 }).on('2024-03-02').value).toMatchObject({ parked: null, count: 1 });
  });

  it('below the least that can be charged: error, past due, no retries', () => {
    const life = new Life('2024-03-01').on('2024-03-01', 'amount_too_small').on('2024-03-02');
    expect(life.value).toMatchObject({ status: 'past_due', events: [{ status: 'error' }] });
    expect([life.told, newCard(life, 'new').starts('2024-03-09')]).toEqual([['amount_too_small 1'], null]);
  });
});

describe('RC21', () => {
  it('each missed date is billed, oldest first; a decline stops those after it until it is paid', () => {
    const life = new Life('2024-03-01', { frequency: 'daily' }).on('2024-03-03', 'approved', 'declined');
    expect(life.billings).toEqual(['2024-03-01 paid', '2024-03-02 failed', '2024-03-03 waiting']);
    expect(life.on('2024-03-04').billings).toEqual([
      '2024-03-01 paid',
      '2024-03-02 paid',
      '2024-03-03 paid',
      '2024-03-04 paid',
    ]);
  });

  const parked = () => new Life('2024-03-01', { frequency: 'daily' }).on('2024-03-13');

  it('twelve are billed, thirteen are nobody’s to bill but an operator’s', () => {
    expect(new Life('2024-03-01', { frequency: 'daily' }).on('2024-03-12').billings).toHaveLength(12);
    expect(parked().value).toMatchObject({ parked: 'too_many_missed', lastNumber: 0, status: 'active' });
  });

  it.each([
    ['bill_each', 13, 1_000],
    ['merge', 1, 13_000],
    ['skip', 1, 1_000],
  ] as const)('%s: %d billings', (way, billings, total) => {
    const life = parked();
    life.take(withMissedDecided(life.value, way, noonOf('2024-03-13'))).on('2024-03-13');
    expect([life.billings.length, life.totals.at(-1), life.value.nextDay]).toEqual([billings, total, '2024-03-14']);
  });

  it('nothing is decided of dates that are not missed any more', () => {
    const life = parked();
    life.turns('2024-03-13', 'paused').turns('2024-03-20', 'active');
    expect(life.take(withMissedDecided(life.value, 'skip', noonOf('2024-03-20'))).refused).toBe('no dates were missed');
  });
});

it('RC22: a push reaches those who are not over, the others keep their price', () => {
  const push = { n: 2, amount: 7 };
  const over = new Life('2024-03-01').turns('2024-03-01', 'cancelled');
  over.value = withPush(over.value, push);
  expect(over.turns('2024-03-02', 'active').value).toMatchObject({ amount: 1_000, pushesSeen: 2 });
  const paused = new Life('2024-03-01').turns('2024-03-01', 'paused');
  expect(withPush(paused.value, push)).toMatchObject({ amount: 7, pushesSeen: 2 });
  expect(withPush(withPush(paused.value, push), { n: 1, amount: 9 }).amount).toBe(7);
});

it('RC23: with another plan, what equals the stored value was not said; the count goes on, the date stays', () => {
  const life = new Life('2024-03-01').on('2024-03-01');
  const { amount, duration } = life.value;
  life.updates(
    '2024-03-02',
    { amount, duration, frequency: 'monthly', interval: 1, days: '1', nextDay: '2024-04-01' },
    { ...PLAN, pushes: 4 },
  );
  expect(life.value).toMatchObject({ amount: 1_500, duration: 12, count: 1, nextDay: '2024-04-01', pushesSeen: 4 });
  expect(life.on('2024-04-01').value.nextDay).toBe('2024-04-10');
});

it('RC24: completed by count shows no date, by hand the stored one; expiration counts what is open', () => {
  const life = new Life('2024-03-01', { duration: 2 }).on('2024-03-01').on('2024-04-01');
  expect([shownDay(life.value), expirationDay(life.value)]).toEqual(['', '2024-04-01']);
  expect(shownDay(new Life('2024-03-01').turns('2024-03-01', 'completed').value)).toBe('2024-03-01');
  const open = new Life('2024-03-01', { duration: 3 }).on('2024-03-01', 'processing');
  expect(expirationDay(open.value)).toBe('2024-05-01');
});

it('RC25: initial until one has succeeded; the newest 100 events', () => {
  const life = new Life('2024-03-01', { frequency: 'daily' }).on('2024-03-01', 'declined');
  expect(billingMethodOf(life.value)).toBe('initial_recurring');
  for (let day = 0; day < 120; day++) life.on(new Date(Date.UTC(2024, 2, 2 + day)).toISOString().slice(0, 10));
  expect([billingMethodOf(life.value), life.value.events.length]).toEqual(['recurring', 100]);
});

it('RC27: an unverified account is an error, and due when it is verified', () => {
  const life = new Life('2024-03-01').on('2024-03-01', 'method_unverified').on('2024-03-02').on('2024-03-08');
  expect(life.value.events.map(({ status }) => status)).toEqual(['error']);
  expect(newCard(life, 'card').on('2024-03-09').value.status).toBe('active');
});

it('RC30: an activation of what is active changes the date, and nothing else', () => {
  const life = new Life('2024-03-02').turns('2024-03-02', 'active', '2024-03-20');
  expect(life.value).toMatchObject({ status: 'active', nextDay: '2024-03-20', billingMonth: '2024-03' });
});

it('RC31: what is deleted is never charged again', () => {
  const life = new Life('2024-03-01').on('2024-03-01', 'declined');
  life.value = withDeleted(life.value, []);
  expect(life.on('2024-03-02').on('2024-04-01').billings).toEqual(['2024-03-01 ended']);
  expect(life.value.deleted).toBe(true);
});

it('RC33: the preview is the billing that follows', () => {
  const life = new Life('2024-03-01', {
    addOns: [item('a', { percentage: 33_333 })],
    discounts: [item('d', { amount: 90 })],
  });
  const { day, lines, total } = previewOf(life.value) ?? {};
  expect(life.on('2024-03-01').billing(1)).toMatchObject({ day, lines, total });
});

it('RC35: nothing left, no activation', () => {
  const life = new Life('2024-03-01', { duration: 1 }).on('2024-03-01');
  expect(life.turns('2024-03-02', 'active').refused).toBe('no billings are left');
});

describe('RC36', () => {
  const missed = (catchUp: 'skip' | 'merge', day: string) =>
    new Life(
      '2024-03-01',
      { frequency: 'daily', duration: 9, addOns: [item('a', { amount: 5, duration: 2 })] },
      { ...SETTINGS, catchUp },
    ).on(day);

  it('skip: the dates pass without a number', () => {
    expect(missed('skip', '2024-03-04').billings).toEqual(['2024-03-04 paid']);
  });

  it('skip: a date that is a day late is billed, an older one passes', () => {
    const monthly = (day: string) => new Life('2024-03-01', {}, { ...SETTINGS, catchUp: 'skip' }).on(day);
    expect(monthly('2024-03-02').billings).toEqual(['2024-03-01 paid']);
    expect(monthly('2024-03-03').value).toMatchObject({ lastNumber: 0, nextDay: '2024-04-01' });
  });

  it('merge: one billing dated the last one, with the lines of each, counting as many', () => {
    const life = missed('merge', '2024-03-04');
    expect(life.billings).toEqual(['2024-03-04 paid']);
    expect(life.billing(1)).toMatchObject({ total: 4_010, periods: 4 });
    expect(life.value).toMatchObject({ count: 4, addOns: [{ used: 2 }] });
  });
});
