import type { BalanceTransaction } from '../../objects/balance.js';
import type { World } from '../../world.js';
import { availableIn, midnight, planSettlement, release } from '../balance/balance.book.js';
import { announceAvailable } from '../charges/charge.book.js';
import { bankAccountFor, makePayout } from './payout.make.js';

/** Job: a midnight. Pending money of that day becomes available; with a daily schedule all available money is paid out. */
export function settleDay(world: World, day: string): void {
  if (release(world, day).length > 0) announceAvailable(world);
  if (world.settings.payout_schedule !== 'daily') return;
  for (const { id: currency } of [...world.tables.balance.oldest()]) payOutAll(world, currency);
}

/** After the schedule was changed: money that is there already goes out at the next midnight. */
export function followSchedule(world: World): void {
  if (world.settings.payout_schedule === 'daily') planSettlement(world, midnight(world));
}

/** One payout of everything available in a currency; a debt waits until there is more. */
function payOutAll(world: World, currency: string): void {
  const amount = availableIn(world, currency);
  if (amount <= 0) return;
  const included = unpaid(world, currency);
  const payout = makePayout(world, {
    amount,
    automatic: true,
    currency,
    description: 'STRIPE PAYOUT',
    destination: bankAccountFor(world, currency),
    metadata: {},
    method: 'standard',
    sourceType: 'card',
    statementDescriptor: null,
  });
  for (const { id } of included) world.store.put(world.tables.payoutEntry, { id, payout: payout.id });
  world.store.put(world.tables.payoutEntry, { id: payout.balance_transaction, payout: payout.id });
}

/** What is available and in no automatic payout yet, manual payouts among it: together it is the available balance. */
function unpaid(world: World, currency: string): BalanceTransaction[] {
  const { balanceTransaction, payoutEntry } = world.tables;
  return [...balanceTransaction.oldest()].filter(
    (transaction) =>
      transaction.currency === currency &&
      transaction.status === 'available' &&
      payoutEntry.get(transaction.id) === undefined,
  );
}
