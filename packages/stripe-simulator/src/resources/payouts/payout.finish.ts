import { invalidRequest } from '../../api/errors.js';
import { mergeMetadata, type MetadataChange } from '../../api/common-params.js';
import { payoutFailure, type PayoutFailure } from '../../cards/payout-accounts.js';
import type { BalanceTransaction } from '../../objects/balance.js';
import type { Payout } from '../../objects/payout.js';
import type { World } from '../../world.js';
import { book } from '../balance/balance.book.js';
import { emit } from '../events/events.js';
import { destinationParam, storePayout } from './payout.make.js';

/** Job: the bank took the order. */
export function sendPayout(world: World, id: string): void {
  const before = world.tables.payout.get(id);
  if (before?.status !== 'pending') return;
  const sent = world.store.put(world.tables.payout, { ...before, status: 'in_transit' });
  emit(world, 'payout.updated', sent, before);
}

/** Job: the money is there, or the bank sent it back. */
export function arrivePayout(world: World, id: string): void {
  const before = world.tables.payout.get(id);
  // With the clock moved past both, arrival and dispatch are due at once.
  if (before === undefined || (before.status !== 'in_transit' && before.status !== 'pending')) return;
  const failure = payoutFailure(world.tables.bankAccount.get(before.destination)?.last4 ?? '');
  if (failure === null) pay(world, before);
  else fail(world, before, failure);
}

function pay(world: World, before: Payout): void {
  const value = world.ids.letters('payout_trace', 15).toUpperCase();
  const paid = world.store.put(world.tables.payout, {
    ...before,
    status: 'paid',
    trace_id: { status: 'supported', value },
  });
  emit(world, 'payout.paid', paid);
  reconcile(world, paid);
}

/** All transactions of an automatic payout are known. */
export function reconcile(world: World, before: Payout): Payout {
  if (before.reconciliation_status !== 'in_progress') return before;
  const completed = world.store.put(world.tables.payout, { ...before, reconciliation_status: 'completed' });
  emit(world, 'payout.reconciliation_completed', completed);
  return completed;
}

function fail(world: World, before: Payout, failure: PayoutFailure): void {
  const failed = world.store.put(world.tables.payout, {
    ...before,
    failure_balance_transaction: bringBack(world, before, 'payout_failure').id,
    failure_code: failure.code,
    failure_message: failure.message,
    status: 'failed',
  });
  emit(world, 'payout.failed', failed);
  reconcile(world, failed);
}

/** Stops a payout that the bank has not been told of. */
export function cancelPayout(world: World, before: Payout): Payout {
  if (before.automatic || before.status !== 'pending') {
    throw invalidRequest('Payouts can only be canceled while they are pending.');
  }
  const canceled = world.store.put(world.tables.payout, {
    ...before,
    failure_balance_transaction: bringBack(world, before, 'payout_cancel').id,
    status: 'canceled',
  });
  emit(world, 'payout.canceled', canceled);
  return canceled;
}

/** Takes the money of a paid payout back from the bank, as a payout of the negative amount. */
export function reversePayout(world: World, before: Payout, metadata: MetadataChange | undefined): Payout {
  if (before.reversed_by !== null) throw invalidRequest(`Payout ${before.id} has already been reversed.`);
  if (before.status !== 'paid' || before.amount < 0) {
    throw invalidRequest('Payouts can only be reversed once they are paid.');
  }
  const reversal = storePayout(world, {
    amount: -before.amount,
    arrival: world.clock.seconds(),
    automatic: false,
    currency: before.currency,
    description: before.description,
    destination: destinationParam(world, before.destination, before.currency),
    metadata: mergeMetadata({}, metadata),
    method: before.method,
    originalPayout: before.id,
    sourceType: before.source_type,
    statementDescriptor: before.statement_descriptor,
    status: 'paid',
  });
  const reversed = world.store.put(world.tables.payout, { ...before, reversed_by: reversal.id });
  emit(world, 'payout.created', reversal);
  emit(world, 'payout.updated', reversed, before);
  emit(world, 'payout.paid', reversal);
  return reversal;
}

function bringBack(world: World, payout: Payout, type: 'payout_cancel' | 'payout_failure'): BalanceTransaction {
  return book(world, {
    amount: payout.amount,
    availableOn: world.clock.seconds(),
    currency: payout.currency,
    description: type === 'payout_cancel' ? 'STRIPE PAYOUT CANCELLATION' : 'STRIPE PAYOUT FAILURE',
    reporting_category: 'payout_reversal',
    source: payout.id,
    type,
  });
}
