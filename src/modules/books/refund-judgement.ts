import type { RecordedRefund } from '../payment/record/payment.types.js';
import { dayOf, isWithin } from './day-range.js';
import { refundFacts } from './facts.js';
import { gapsOf, type Movement } from './movements.js';
import type { Difference, Pairing, Span } from './reconciliation.types.js';

/** Stripe's and ours of one refund. */
interface RefundPair {
  readonly id: string;
  readonly atStripe: RecordedRefund | null;
  readonly inBooks: RecordedRefund | null;
}

/** The refunds within the span that only one side knows, or that the sides tell differently. */
export function refundDifferences(pairing: Pairing, span: Span): readonly Difference[] {
  return pairsOf(pairing, span).flatMap((pair) => {
    const gaps = gapsOf([...movement('stripe', pair.atStripe), ...movement('books', pair.inBooks)]);
    return gaps.length === 0 ? [] : [difference(pairing, pair, gaps)];
  });
}

function pairsOf({ entry, refunds, named }: Pairing, span: Span): readonly RefundPair[] {
  const recorded = named?.state === 'SUCCEEDED' ? (named.refunds ?? []) : [];
  const moved = (entry?.capture ?? null) === null ? [] : refunds;
  const counted = moved.filter(({ counts, at }) => counts && isWithin(span, at));
  const booked = recorded.filter(({ at }) => isWithin(span, at));
  const ids = new Set([...counted, ...booked].map(({ id }) => id));
  const find = (list: readonly RecordedRefund[], id: string) => list.find((one) => one.id === id) ?? null;
  return [...ids].map((id) => ({ id, atStripe: find(counted, id), inBooks: find(booked, id) }));
}

function movement(side: Movement['side'], refund: RecordedRefund | null): readonly Movement[] {
  if (refund === null) return [];
  const { at, currency, amountMinor: minor } = refund;
  return [{ side, type: 'refunded', at, currency, minor }];
}

function difference({ entry, named }: Pairing, pair: RefundPair, gaps: Difference['gaps']): Difference {
  const { id, atStripe, inBooks } = pair;
  return {
    kind: atStripe === null ? 'refund_undone' : 'refund',
    cure: 'repair',
    day: dayOf((atStripe ?? inBooks)?.at ?? new Date(0)),
    paymentId: named?._id ?? null,
    providerPaymentId: entry?.payment.id ?? null,
    related: [id],
    atStripe: refundFacts(atStripe),
    inBooks: refundFacts(inBooks),
    gaps,
  };
}
