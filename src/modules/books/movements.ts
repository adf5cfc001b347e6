import { takenMinor } from '../payment/record/payment-states.js';
import { dayOf, isWithin } from './day-range.js';
import type { DaySums, Gap, Pairing, Span } from './reconciliation.types.js';

/** Money that moved on one day, according to one side. */
export interface Movement {
  readonly side: 'stripe' | 'books';
  readonly type: 'captured' | 'refunded';
  readonly at: Date;
  readonly currency: string;
  readonly minor: number;
}

/**
 * All of a pairing within the span. Both sides of a payment stand on Stripe's day of its charge: when we learned of it is
 * another day now and then, and no difference. Only what Stripe never charged stands on our own day.
 */
export function movementsOf(pairing: Pairing, span: Span): readonly Movement[] {
  const atStripe = stripeMovements(pairing);
  const all = isRefundedTwin(pairing) ? [...atStripe, ...mirrored(atStripe)] : [...atStripe, ...bookMovements(pairing)];
  return all.filter(({ at }) => isWithin(span, at));
}

/** A second payment that was given back in full: nothing is left to record, so the books count it as Stripe does. */
export function isRefundedTwin({ entry, named, own }: Pairing): boolean {
  const capture = entry?.capture ?? null;
  return (
    named === null && own?.state === 'SUCCEEDED' && capture !== null && capture.refundedMinor >= capture.amountMinor
  );
}

/** Letting go of a held amount makes a refund object too; where nothing was captured no money comes back. */
function stripeMovements({ entry, refunds }: Pairing): readonly Movement[] {
  const side = 'stripe';
  const capture = entry?.capture ?? null;
  if (capture === null) return [];
  const refunded = refunds
    .filter(({ counts }) => counts)
    .map(({ at, currency, amountMinor }) => ({ side, type: 'refunded', at, currency, minor: amountMinor }) as const);
  const { at, currency, amountMinor: minor } = capture;
  return [{ side, type: 'captured', at, currency, minor }, ...refunded];
}

function bookMovements({ entry, named }: Pairing): readonly Movement[] {
  if (named === null || named.state !== 'SUCCEEDED') return [];
  const side = 'books';
  const at = entry?.capture?.at ?? named.finalAt ?? named.createdAt;
  const refunded = (named.refunds ?? []).map(
    (refund) =>
      ({ side, type: 'refunded', at: refund.at, currency: refund.currency, minor: refund.amountMinor }) as const,
  );
  return [{ side, type: 'captured', at, currency: named.currency, minor: takenMinor(named) }, ...refunded];
}

function mirrored(movements: readonly Movement[]): readonly Movement[] {
  return movements.map((movement) => ({ ...movement, side: 'books' as const }));
}

/** Stripe minus books by day and currency, what is zero left out. */
export function gapsOf(movements: readonly Movement[]): readonly Gap[] {
  return tableOf(movements)
    .filter(({ difference }) => difference !== 0)
    .map(({ day, currency, difference }) => ({ day, currency, minor: difference }));
}

/** Returns the sums by day, then by currency. */
export function tableOf(movements: readonly Movement[]): readonly DaySums[] {
  const rows = new Map<string, Movement[]>();
  for (const movement of movements) {
    const key = `${dayOf(movement.at)} ${movement.currency}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, [movement]);
    else row.push(movement);
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, row]) => sumsOf(key, row));
}

function sumsOf(key: string, movements: readonly Movement[]): DaySums {
  const [day = '', currency = ''] = key.split(' ');
  const sum = (side: Movement['side'], type: Movement['type']) =>
    movements.reduce((total, one) => total + (one.side === side && one.type === type ? one.minor : 0), 0);
  const [captured, refunded] = [sum('stripe', 'captured'), sum('stripe', 'refunded')];
  const net = captured - refunded;
  const books = sum('books', 'captured') - sum('books', 'refunded');
  return { day, currency, captured, refunded, net, books, difference: net - books };
}
