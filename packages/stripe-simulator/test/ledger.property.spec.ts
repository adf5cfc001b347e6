import fc from 'fast-check';
import type Stripe from 'stripe';
import { createIntent, idOf, RETURN_URL, type Running, start } from './support.js';

const DAY = 24 * 3_600_000;

type Step =
  | {
      do: 'charge';
      amount: number;
      currency: string;
      card: string;
      capture: 'automatic' | 'automatic_async' | 'manual';
    }
  | { do: 'capture'; pick: number; part: number }
  | { do: 'refund'; pick: number; part: number }
  | { do: 'answer'; pick: number; text: string }
  | { do: 'payout'; part: number; method: 'instant' | 'standard'; currency: string }
  | { do: 'cancel' | 'reverse'; pick: number }
  | { do: 'wait'; ms: number }
  | { do: 'settings'; payout_schedule: 'daily' | 'manual'; payout_account: string };

const pick = fc.nat(1000);
const part = fc.integer({ min: 1, max: 100 });
const currency = fc.constantFrom('usd', 'eur', 'jpy');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('charge' as const),
      amount: fc.integer({ min: 50, max: 99_999_999 }),
      currency,
      card: fc.constantFrom(
        'pm_card_visa',
        'pm_card_bypassPending',
        'pm_card_createDispute',
        'pm_card_createDisputeInquiry',
        'pm_card_refundFail',
        'pm_card_pendingRefund',
        'pm_card_chargeDeclined',
      ),
      capture: fc.constantFrom('automatic' as const, 'automatic_async' as const, 'manual' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('capture' as const), pick, part }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('refund' as const), pick, part }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      pick,
      text: fc.constantFrom('winning_evidence', 'losing_evidence', 'escalate_inquiry_evidence', 'close'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('payout' as const),
      part,
      method: fc.constantFrom('instant' as const, 'standard' as const),
      currency,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'reverse' as const), pick }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(3_000, DAY / 2, DAY, 3 * DAY, 12 * DAY),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('settings' as const),
      payout_schedule: fc.constantFrom('daily' as const, 'daily' as const, 'manual' as const),
      payout_account: fc.constantFrom('000123456789', '000123456789', '000111111113'),
    }),
  },
);

describe('the ledger', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  /** One of many, or undefined when there is none. */
  const one = <T>(many: T[], index: number): T | undefined => many[index % many.length];
  const share = (whole: number, percent: number) => Math.max(1, Math.floor((whole * percent) / 100));

  async function run(done: Step): Promise<void> {
    switch (done.do) {
      case 'charge':
        await createIntent(stripe, {
          amount: done.amount,
          capture_method: done.capture,
          confirm: true,
          currency: done.currency,
          payment_method: done.card,
          return_url: RETURN_URL,
        });
        return;
      case 'capture': {
        const waiting = (await stripe.paymentIntents.list({ limit: 100 })).data.filter(
          ({ status }) => status === 'requires_capture',
        );
        const intent = one(waiting, done.pick);
        if (intent === undefined) return;
        await stripe.paymentIntents.capture(intent.id, { amount_to_capture: share(intent.amount, done.part) });
        return;
      }
      case 'refund': {
        const charge = one((await stripe.charges.list({ limit: 100 })).data, done.pick);
        if (charge === undefined) return;
        await stripe.refunds.create({
          charge: charge.id,
          amount: share(charge.amount - charge.amount_refunded, done.part),
        });
        return;
      }
      case 'answer': {
        const dispute = one((await stripe.disputes.list({ limit: 100 })).data, done.pick);
        if (dispute === undefined) return;
        if (done.text === 'close') await stripe.disputes.close(dispute.id);
        else await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: done.text } });
        return;
      }
      case 'payout': {
        const { available } = await stripe.balance.retrieve();
        const amount = share(available.find((entry) => entry.currency === done.currency)?.amount ?? 0, done.part);
        await stripe.payouts.create({ amount, currency: done.currency, method: done.method });
        return;
      }
      case 'cancel':
      case 'reverse': {
        const payout = one((await stripe.payouts.list({ limit: 100 })).data, done.pick);
        if (payout !== undefined) await stripe.payouts[done.do](payout.id);
        return;
      }
      case 'wait':
        await running.sim('POST', 'clock', { advance: done.ms });
        return;
      case 'settings':
        await running.sim('POST', 'settings', {
          payout_schedule: done.payout_schedule,
          payout_account: done.payout_account,
        });
    }
  }

  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

  /** @returns how many automatic payouts there were */
  async function check(): Promise<number> {
    const transactions = await stripe.balanceTransactions.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });
    const { available, pending } = await stripe.balance.retrieve();
    const total = (status: string, wanted: string) =>
      sum(transactions.filter((t) => t.status === status && t.currency === wanted).map(({ net }) => net));
    for (const entry of available) expect(entry.amount).toBe(total('available', entry.currency));
    for (const entry of pending) expect(entry.amount).toBe(total('pending', entry.currency));
    expect(sum(transactions.map(({ net }) => net))).toBe(sum([...available, ...pending].map(({ amount }) => amount)));
    for (const { amount, fee, fee_details, net } of transactions) {
      expect(net).toBe(amount - fee);
      expect(sum(fee_details.map((detail) => detail.amount))).toBe(fee);
    }
    const paidOut = new Set<string>();
    let automatic = 0;
    for (const payout of await stripe.payouts.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })) {
      const own = transactions.find(({ id }) => id === payout.balance_transaction);
      expect(own).toMatchObject({ amount: -payout.amount, net: -payout.amount, source: payout.id });
      if (!payout.automatic) continue;
      automatic++;
      const listed = await stripe.balanceTransactions
        .list({ payout: payout.id, limit: 100 })
        .autoPagingToArray({ limit: 10_000 });
      const inside = listed.filter(({ id }) => id !== own?.id);
      expect(listed).toHaveLength(inside.length + 1);
      expect(sum(inside.map(({ net }) => net))).toBe(payout.amount);
      for (const { currency: paid, id, status } of inside) {
        expect({ paid, status, twice: paidOut.has(id) }).toEqual({
          paid: payout.currency,
          status: 'available',
          twice: false,
        });
        paidOut.add(id);
      }
    }
    await checkSources(transactions);
    return automatic;
  }

  /** Each object moved exactly its own amount, and what failed moved it back. */
  async function checkSources(transactions: Stripe.BalanceTransaction[]): Promise<void> {
    const amountsOf = (source: string) => transactions.filter((t) => t.source === source).map(({ amount }) => amount);
    // Newest first, as they are listed.
    for (const { id, amount, status } of await stripe.payouts.list({ limit: 100 }).autoPagingToArray({ limit: 1000 })) {
      const back = status === 'failed' || status === 'canceled' ? [amount] : [];
      expect(amountsOf(id)).toEqual([...back, -amount]);
    }
    for (const { id, amount, status } of (await stripe.refunds.list({ limit: 100 })).data) {
      expect(amountsOf(id)).toEqual(status === 'failed' ? [amount, -amount] : [-amount]);
    }
    for (const { id, amount, status } of (await stripe.disputes.list({ limit: 100 })).data) {
      const withdrawn = status.startsWith('warning') ? [] : [-amount];
      expect(amountsOf(id)).toEqual(status === 'won' ? [amount, -amount] : withdrawn);
    }
    for (const charge of (await stripe.charges.list({ limit: 100 })).data) {
      const booked = charge.balance_transaction === null ? [] : [charge.amount_captured];
      expect(amountsOf(charge.id)).toEqual(booked);
      expect(charge.amount_refunded).toBeGreaterThanOrEqual(0);
      expect(charge.amount_refunded).toBeLessThanOrEqual(charge.amount);
    }
  }

  it('balances to the cent after any mix of charges, captures, refunds, disputes, payouts and time', async () => {
    let automatic = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
        await running.sim('POST', 'reset', { seed: 'ledger' });
        await running.sim('POST', 'clock', { freeze: true });
        for (const each of steps) {
          await run(each).catch((error: unknown) => {
            // Stripe refuses some of what is tried; a mistake of its own would be a 500.
            if (!isRefusal(error)) throw error;
          });
        }
        automatic += await check();
      }),
      { numRuns: 60, seed: 20270310 },
    );
    expect(automatic).toBeGreaterThan(25);
  }, 300_000);

  it('keeps the totals of an event as they were', async () => {
    await running.sim('POST', 'reset', { seed: 'ledger' });
    const { latest_charge } = await createIntent(stripe, {
      confirm: true,
      payment_method: 'pm_card_bypassPending',
      return_url: RETURN_URL,
    });
    await stripe.refunds.create({ charge: idOf(latest_charge) });
    const [event] = (await stripe.events.list({ type: 'balance.available' })).data;
    expect(event?.data.object).toMatchObject({ available: [{ amount: 1999 - 88, currency: 'usd' }] });
  });
});

function isRefusal(error: unknown): boolean {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 0;
  return status >= 400 && status < 500;
}
