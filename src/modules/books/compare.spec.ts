import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderEntry, ProviderPaymentStatus, ProviderRefund } from '../../platform/stripe/provider.types.js';
import { derivedId } from '../../platform/common/id.js';
import type { BookedPayment } from '../payment/record/payment.repository.js';
import { PAYMENT_STATES } from '../payment/record/payment.types.js';
import { compare, isZero, totalsOf } from './compare.js';
import { dayOf, daysLater, lengthOf, SETTLING_MS, spanOf, whyNoRange } from './day-range.js';
import { wordsFor } from './difference-words.js';
import { DIFFERENCE_KINDS, type JudgingContext, type Pairing } from './reconciliation.types.js';

const DEPLOYMENT = 'd'.repeat(24);
const USER = 'a'.repeat(24);
const CONTEXT: JudgingContext = {
  span: { from: new Date('2026-11-01'), until: new Date('2026-11-04') },
  deploymentId: DEPLOYMENT,
  orphansBefore: new Date('2026-11-03T12:00:00Z'),
};

interface Facts {
  cuid?: string;
  id?: string;
  status?: ProviderPaymentStatus;
  amountMinor?: number;
  currency?: string;
  at?: Date;
  createdAt?: Date;
  captured?: boolean;
  refundedMinor?: number;
  metadata?: Record<string, string>;
}

const NOON = new Date('2026-11-02T12:00:00Z');
const paymentIdOf = (cuid: string) => derivedId('pay', `${DEPLOYMENT}:storefront:${USER}`, cuid);
const cuidOf = (n: number) => `c${String(n).padStart(24, '0')}`;

function entryOf(facts: Facts = {}): ProviderEntry {
  const { cuid = cuidOf(1), id = 'pi_1', amountMinor = 2000, currency = 'usd', at = NOON, refundedMinor = 0 } = facts;
  const { captured = true, status = captured ? 'succeeded' : 'requires_payment_method', createdAt = at } = facts;
  const scope = `${DEPLOYMENT}:storefront:${USER}`;
  const ours = { payment_id: paymentIdOf(cuid), deployment_id: DEPLOYMENT, scope, userId: USER, cuid, fp: 'x' };
  const payment = {
    id,
    status,
    amountMinor,
    currency,
    customerId: 'cus_1',
    paymentMethodId: null,
    description: null,
    clientSecret: null,
    nextAction: null,
    redirectUrl: null,
    latestChargeId: null,
    receivedMinor: captured ? amountMinor : 0,
    lastDecline: null,
    metadata: facts.metadata ?? ours,
    livemode: false,
    createdAt,
  };
  return { payment, capture: captured ? { chargeId: 'ch_1', amountMinor, currency, at, refundedMinor } : null };
}

function booked(over: Partial<BookedPayment> = {}, cuid = cuidOf(1)): BookedPayment {
  return {
    _id: paymentIdOf(cuid),
    state: 'SUCCEEDED',
    providerPaymentId: 'pi_1',
    amountMinor: 2000,
    currency: 'usd',
    customerId: 'cus_1',
    scope: `${DEPLOYMENT}:storefront:${USER}`,
    cuid,
    createdAt: NOON,
    finalAt: NOON,
    ...over,
  };
}

function refundOf(over: Partial<ProviderRefund> = {}): ProviderRefund {
  const at = NOON;
  const named = { id: 're_1', providerPaymentId: 'pi_1', metadata: {}, status: 'succeeded', entry: null } as const;
  return { ...named, amountMinor: 500, currency: 'usd', at, counts: true, ...over };
}

const pairing = (over: Partial<Pairing>): Pairing => ({ entry: null, refunds: [], named: null, own: null, ...over });
const kinds = (...pairings: Pairing[]) =>
  compare(pairings, CONTEXT).differences.map(({ kind, cure }) => `${kind} ${cure}`);

describe('what is no difference', () => {
  it.each<[string, Partial<Pairing>]>([
    ['both say paid', { entry: entryOf(), named: booked() }],
    ['we learned of it the day after', { entry: entryOf(), named: booked({ finalAt: new Date('2026-11-03') }) }],
    [
      'open on both sides',
      { entry: entryOf({ captured: false }), named: booked({ state: 'DECLINED', finalAt: null }) },
    ],
    ['open and unsettled', { entry: entryOf({ captured: false }), named: booked({ state: 'CONFIRMING' }) }],
    ['a recorded refund', { entry: entryOf(), refunds: [refundOf()], named: booked({ refunds: [refundOf()] }) }],
    ['a refund that failed', { entry: entryOf(), refunds: [refundOf({ counts: false })], named: booked() }],
    ['a second payment refunded in full', { entry: entryOf({ refundedMinor: 2000 }), own: booked() }],
    ['an orphan that is canceled', { entry: entryOf({ captured: false, status: 'canceled' }) }],
    ['a young orphan', { entry: entryOf({ captured: false, at: new Date('2026-11-03T13:00:00Z') }) }],
    [
      'one that its payment may still store',
      { entry: entryOf({ captured: false }), own: booked({ state: 'NEW', providerPaymentId: undefined }) },
    ],
    ['a held amount let go', { entry: entryOf({ captured: false, status: 'canceled' }), refunds: [refundOf()] }],
    ['another day', { entry: entryOf({ at: new Date('2026-10-31T23:59:59Z') }), named: booked({ state: 'CANCELED' }) }],
  ])('%s', (_what, one) => {
    const { differences, rows } = compare([pairing(one)], CONTEXT);
    expect(differences).toEqual([]);
    expect(rows.filter(({ difference }) => difference !== 0)).toEqual([]);
  });
});

describe('what is one', () => {
  it.each<[string, Partial<Pairing>]>([
    ['missing repair', { entry: entryOf() }],
    ['paid_elsewhere repair', { entry: entryOf(), own: booked({ state: 'CANCELED', providerPaymentId: 'pi_2' }) }],
    ['paid_elsewhere sweep', { entry: entryOf(), own: booked({ state: 'PI_CREATED', providerPaymentId: 'pi_2' }) }],
    ['paid_elsewhere person', { entry: entryOf(), own: booked({ providerPaymentId: undefined }) }],
    ['paid_twice person', { entry: entryOf(), own: booked({ providerPaymentId: 'pi_2' }) }],
    ['paid_twice person', { entry: entryOf({ refundedMinor: 1999 }), own: booked({ providerPaymentId: 'pi_2' }) }],
    ['inconsistent person', { entry: entryOf({ metadata: { deployment_id: DEPLOYMENT } }) }],
    ['orphan sweep', { entry: entryOf({ captured: false }) }],
    ['orphan repair', { entry: entryOf({ captured: false, status: 'requires_action' }) }],
    ['not_at_stripe person', { named: booked() }],
    ['wrong_payment person', { entry: entryOf({ cuid: cuidOf(2) }), named: booked() }],
    ['paid_at_stripe repair', { entry: entryOf(), named: booked({ state: 'CANCELED' }) }],
    ['not_paid_at_stripe person', { entry: entryOf({ captured: false }), named: booked() }],
    [
      'canceled_at_stripe repair',
      { entry: entryOf({ captured: false, status: 'canceled' }), named: booked({ state: 'DECLINED' }) },
    ],
    ['open_at_stripe person', { entry: entryOf({ captured: false }), named: booked({ state: 'CANCELED' }) }],
    ['currency repair', { entry: entryOf(), named: booked({ currency: 'eur' }) }],
    ['amount repair', { entry: entryOf(), named: booked({ amountMinor: 1 }) }],
    ['customer repair', { entry: entryOf(), named: booked({ customerId: 'cus_2' }) }],
    ['refund repair', { entry: entryOf(), named: booked(), refunds: [refundOf()] }],
    [
      'refund_undone repair',
      { entry: entryOf(), named: booked({ refunds: [refundOf()] }), refunds: [refundOf({ counts: false })] },
    ],
  ])('%s', (expected, one) => {
    expect(kinds(pairing(one))).toEqual([expected]);
  });

  it('every kind has words, and they say who is to act', () => {
    for (const kind of DIFFERENCE_KINDS)
      for (const cure of ['repair', 'sweep', 'person'] as const) {
        const { what, todo } = wordsFor({ kind, cure });
        expect(what).toMatch(/^[A-Z].*\.$/);
        expect(todo.length).toBeGreaterThan(20);
      }
  });

  it('a swap of two payments is one, with both PaymentIntents, and moves no sum', () => {
    const [a, b] = [booked({ providerPaymentId: 'pi_2' }), booked({ providerPaymentId: 'pi_1' }, cuidOf(2))];
    const [first, second] = [entryOf(), entryOf({ id: 'pi_2', cuid: cuidOf(2) })];
    const { differences } = compare(
      [pairing({ entry: second, named: a }), pairing({ entry: first, named: b })],
      CONTEXT,
    );
    expect(differences).toMatchObject([{ kind: 'wrong_payment', gaps: [] }]);
    expect([differences[0]?.providerPaymentId, ...(differences[0]?.related ?? [])]).toEqual(
      expect.arrayContaining(['pi_1', 'pi_2']),
    );
  });

  it('a payment that names a wrong one is not told to have been paid twice', () => {
    const wrong = booked({ providerPaymentId: 'pi_2' });
    const { differences } = compare(
      [
        pairing({ entry: entryOf(), own: wrong }),
        pairing({ entry: entryOf({ id: 'pi_2', cuid: cuidOf(2) }), named: wrong }),
      ],
      CONTEXT,
    );
    expect(differences).toMatchObject([
      { kind: 'wrong_payment', gaps: [{ day: '2026-11-02', currency: 'usd', minor: 2000 }] },
    ]);
  });
});

it('the runbook has every kind', () => {
  const runbook = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8');
  const [, section = ''] = runbook.split('\n## Reconcile\n');
  for (const kind of DIFFERENCE_KINDS) expect(section).toMatch(new RegExp(`^\\|.*\`${kind}\`.*\\|`, 'm'));
});

describe('the sums', () => {
  const day = fc.integer({ min: -2, max: 5 }).map((n) => new Date(Date.parse('2026-11-01T10:00:00Z') + n * 86_400_000));
  const currency = fc.constantFrom('usd', 'eur', 'jpy');
  const minor = fc.integer({ min: 1, max: 5_000 });
  const cuid = fc.integer({ min: 1, max: 4 }).map(cuidOf);
  const refund = fc.record({ id: fc.constantFrom('re_1', 're_2'), amountMinor: minor, currency, at: day });
  const refunds = fc.uniqueArray(refund, { maxLength: 2, selector: ({ id }) => id });
  const entry = fc
    .record({
      cuid,
      id: fc.constantFrom('pi_1', 'pi_2', 'pi_3'),
      amountMinor: minor,
      currency,
      at: day,
      captured: fc.boolean(),
      refundedMinor: fc.integer({ min: 0, max: 5_000 }),
    })
    .map(entryOf);
  const record = fc
    .record({
      over: fc.record({
        state: fc.constantFrom(...PAYMENT_STATES),
        amountMinor: minor,
        currency,
        customerId: fc.constantFrom('cus_1', 'cus_2'),
        finalAt: fc.option(day),
        createdAt: day,
        refunds,
      }),
      cuid,
    })
    .map(({ over, cuid: of }) => booked(over, of));
  const anyPairing = fc.oneof(
    fc.record({ entry, refunds: refunds.map((all) => all.map(refundOf)), named: record, own: fc.constant(null) }),
    fc.record({
      entry,
      refunds: refunds.map((all) => all.map(refundOf)),
      named: fc.constant(null),
      own: fc.option(record),
    }),
    fc.record({
      entry: fc.constant(null),
      refunds: fc.constant([]),
      // Without an entry there is only what our books call paid.
      named: record.map((one) => ({ ...one, state: 'SUCCEEDED' as const })),
      own: fc.constant(null),
    }),
  );

  it('of the differences’ gaps are the table’s differences, by day and currency, to the cent', () => {
    fc.assert(
      fc.property(fc.array(anyPairing, { maxLength: 12 }), (pairings) => {
        const { rows, differences } = compare(pairings, CONTEXT);
        const gaps = new Map<string, number>();
        for (const gap of differences.flatMap((one) => one.gaps)) {
          const key = `${gap.day} ${gap.currency}`;
          gaps.set(key, (gaps.get(key) ?? 0) + gap.minor);
        }
        const table = new Map(rows.map((row) => [`${row.day} ${row.currency}`, row.difference]));
        for (const key of new Set([...gaps.keys(), ...table.keys()]))
          expect([key, gaps.get(key) ?? 0]).toEqual([key, table.get(key) ?? 0]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of the days are the totals, net is captured less refunded, and nothing is outside the days', () => {
    fc.assert(
      fc.property(fc.array(anyPairing, { maxLength: 12 }), (pairings) => {
        const { rows } = compare(pairings, CONTEXT);
        for (const row of rows) {
          expect(row.net).toBe(row.captured - row.refunded);
          expect(row.difference).toBe(row.net - row.books);
          expect(row.day >= '2026-11-01' && row.day <= '2026-11-03').toBe(true);
        }
        for (const { currency: of, captured, books } of totalsOf(rows)) {
          const mine = rows.filter((row) => row.currency === of);
          expect(captured).toBe(mine.reduce((sum, row) => sum + row.captured, 0));
          expect(books).toBe(mine.reduce((sum, row) => sum + row.books, 0));
        }
      }),
    );
  });

  it('differ nowhere where no item does', () => {
    fc.assert(
      fc.property(fc.array(anyPairing, { maxLength: 3 }), (pairings) => {
        const { rows, differences } = compare(pairings, CONTEXT);
        if (differences.length > 0) return;
        expect(isZero({ rows, differences, counts: { unreadable: 0 } })).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are not zero while something could not be read', () => {
    expect(isZero({ rows: [], differences: [], counts: { unreadable: 1 } })).toBe(false);
  });
});

describe('days', () => {
  const now = Date.parse('2026-11-25T16:00:00Z');

  it.each([
    ['2026-11-01', '2026-11-30', null],
    ['2026-11-25', '2026-11-25', null],
    ['2024-02-29', '2024-02-29', null],
    ['2026-02-30', '2026-03-01', 'from must be a day'],
    ['2026-11-01', '2026-11-31', 'to must be a day'],
    ['yesterday', '2026-11-30', 'from must be a day'],
    ['2026-11-02', '2026-11-01', 'from must not be later'],
    ['2024-11-02', '2026-11-01', 'at most 366 days'],
    ['2026-11-26', '2026-11-26', 'not be in the future'],
  ])('%s to %s: %s', (from, to, problem) => {
    const told = whyNoRange({ from, to }, now);
    if (problem === null) expect(told).toBeNull();
    else expect(told).toContain(problem);
  });

  it('end where the last of them does, or where money has settled', () => {
    const range = { from: '2026-11-24', to: '2026-11-24' };
    expect(spanOf(range, now)).toEqual({ from: new Date('2026-11-24'), until: new Date('2026-11-25') });
    expect(spanOf({ ...range, to: '2026-11-30' }, now).until.getTime()).toBe(now - SETTLING_MS);
  });

  it('are counted over months and years', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.nat(400),
        (date, n) => {
          const from = dayOf(date);
          const to = daysLater(from, n);
          expect([lengthOf({ from, to }), daysLater(to, -n)]).toEqual([n + 1, from]);
        },
      ),
    );
  });
});
