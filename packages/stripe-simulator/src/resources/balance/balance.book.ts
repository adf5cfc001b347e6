import type { Balance, BalanceAmount, BalanceTotal, BalanceTransaction } from '../../objects/balance.js';
import type { World } from '../../world.js';
import { onceAt } from '../jobs.js';

const DAY_SECONDS = 24 * 60 * 60;
/** Card payments can be paid out two days later. https://docs.stripe.com/payouts#payout-speed; weekends are not kept. */
const SETTLEMENT_DAYS = 2;

export type Booking = Pick<BalanceTransaction, 'amount' | 'currency' | 'description' | 'source' | 'type'> & {
  reporting_category: string;
  /** Taken by Stripe; negative when it is given back. */
  fee?: { amount: number; description: string };
  /** When it counts as available, in epoch seconds. */
  availableOn: number;
};

/** Midnight (UTC) behind this moment, or `days - 1` days later. Epoch seconds. */
export function midnight(world: World, days = 1): number {
  return (Math.floor(world.clock.seconds() / DAY_SECONDS) + days) * DAY_SECONDS;
}

/** When money taken now becomes available. */
export function settlementDay(world: World): number {
  return midnight(world, SETTLEMENT_DAYS);
}

/** The only way money moves: one balance transaction, and its net on the account's pending or available total. */
export function book(world: World, booking: Booking): BalanceTransaction {
  const { amount, availableOn, currency, description, fee, reporting_category, source, type } = booking;
  const pending = availableOn > world.clock.seconds();
  const transaction = world.store.put(world.tables.balanceTransaction, {
    id: world.ids.next('txn'),
    object: 'balance_transaction',
    amount,
    available_on: availableOn,
    balance_type: 'payments',
    created: world.clock.seconds(),
    currency,
    description,
    exchange_rate: null,
    fee: fee?.amount ?? 0,
    fee_details: fee === undefined ? [] : [{ ...fee, application: null, currency, type: 'stripe_fee' }],
    net: amount - (fee?.amount ?? 0),
    reporting_category,
    source,
    status: pending ? 'pending' : 'available',
    type,
  });
  add(world, currency, pending ? { pending: transaction.net } : { available: transaction.net });
  if (pending) planSettlement(world, availableOn);
  else if (world.settings.payout_schedule === 'daily') planSettlement(world, midnight(world));
  return transaction;
}

/** Lets the money of `at` (a midnight, epoch seconds) become available, and payouts be made where they are automatic. */
export function planSettlement(world: World, at: number): void {
  onceAt(world, at * 1000, 'settle_day', String(at));
}

/** Makes the pending money of that midnight available. @returns the currencies in which there is more than before */
export function release(world: World, day: string): string[] {
  const gained = new Map<string, number>();
  for (const transaction of [...world.tables.balanceTransaction.oldest('pending_until', day)]) {
    const { currency, net } = transaction;
    world.store.put(world.tables.balanceTransaction, { ...transaction, status: 'available' });
    gained.set(currency, (gained.get(currency) ?? 0) + net);
  }
  for (const [currency, net] of gained) add(world, currency, { available: net, pending: -net });
  return [...gained].filter(([, net]) => net > 0).map(([currency]) => currency);
}

export function balanceOf(world: World): Balance {
  const totals: BalanceTotal[] = [...world.tables.balance.oldest()];
  if (totals.length === 0) totals.push({ id: 'usd', available: 0, pending: 0 });
  const nothing = () => [shown(0, 'usd')];
  return {
    object: 'balance',
    available: totals.map(({ id, available }) => shown(available, id)),
    livemode: false,
    pending: totals.map(({ id, pending }) => shown(pending, id)),
    refund_and_dispute_prefunding: { available: nothing(), pending: nothing() },
  };
}

export function availableIn(world: World, currency: string): number {
  return world.tables.balance.get(currency)?.available ?? 0;
}

/**
 * Brings the totals of a journal of release 0.1.0 up to date, when there was no pending money: it counted everything as
 * available, and planned no day on which it would become so.
 */
export function adoptOldTotals(world: World): void {
  const { balance, balanceTransaction } = world.tables;
  if ([...balance.oldest()].every((total) => Object.hasOwn(total, 'pending'))) return;
  for (const { id } of [...balance.oldest()]) world.store.put(balance, { id, available: 0, pending: 0 });
  for (const { available_on, currency, net, status } of balanceTransaction.oldest()) {
    add(world, currency, status === 'pending' ? { pending: net } : { available: net });
    if (status === 'pending') planSettlement(world, available_on);
  }
}

function add(world: World, currency: string, change: { available?: number; pending?: number }): void {
  const { available = 0, pending = 0 } = world.tables.balance.get(currency) ?? {};
  world.store.put(world.tables.balance, {
    id: currency,
    available: available + (change.available ?? 0),
    pending: pending + (change.pending ?? 0),
  });
}

function shown(amount: number, currency: string): BalanceAmount {
  return { amount, currency, source_types: { card: amount } };
}
