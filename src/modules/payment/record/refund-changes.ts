import type { ProviderDispute, ProviderRefund } from '../../../platform/stripe/provider.types.js';
import { withEvent } from './payment-events.js';
import { takenMinor } from './payment-states.js';
import type { Payment, PaymentChange, RefundRequest } from './payment.types.js';

/** Pure: money that goes back. Nothing here reads or writes. */

/**
 * Returns what may still be refunded: the money taken, less what Stripe has refunded and what is reserved for refunds asked
 * for.
 */
export function refundableMinor(payment: Payment): number {
  if (payment.state !== 'SUCCEEDED') return 0;
  const known = new Set((payment.refunds ?? []).map(({ id }) => id));
  const refunded = (payment.refunds ?? []).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const reserved = (payment.refundRequests ?? [])
    .filter(({ providerRefundId }) => providerRefundId === null || !known.has(providerRefundId))
    .filter(({ state }) => state !== 'refused' && state !== 'failed')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return takenMinor(payment) - refunded - reserved;
}

/** Reserves the amount, before anything is asked; the resolver finishes what nobody comes back for. */
export function reservingRefund(
  payment: Payment,
  { rid, amountMinor }: Pick<RefundRequest, 'rid' | 'amountMinor'>,
  now: Date,
  nextCheckAt: Date,
): PaymentChange {
  const request = { rid, amountMinor, state: 'asked', generation: 0, askedAt: now, sends: 0 } as const;
  const refundRequests = [...(payment.refundRequests ?? []), { ...request, providerRefundId: null, reason: null }];
  return { refundRequests, nextCheckAt };
}

/** Replaces the request of that name by what `change` makes of it. */
export function withRefundRequest(
  payment: Payment,
  rid: string,
  change: (request: RefundRequest) => RefundRequest,
): PaymentChange {
  return { refundRequests: (payment.refundRequests ?? []).map((one) => (one.rid === rid ? change(one) : one)) };
}

/**
 * Records the refunds that Stripe knows; one that failed is none. Those that were asked for here find themselves by the name in
 * their metadata, so that also a refund whose answer was lost is known as ours.
 */
export function afterRefunds(payment: Payment, refunds: readonly ProviderRefund[], now: Date): PaymentChange {
  const recorded = refunds
    .filter(({ counts }) => counts)
    .map(({ id, amountMinor, currency, at }) => ({ id, amountMinor, currency, at }));
  const requests = payment.refundRequests?.map((request) => afterAnswer(request, refunds));
  let next: Pick<Payment, '_id' | 'effects' | 'effectsDueAt'> = payment;
  for (const { id, status, counts } of refunds) {
    if (status === 'succeeded' && counts)
      next = { ...next, ...withEvent(next, { type: 'refund.succeeded', id: `refunded:${id}` }, now) };
    if (status === 'failed' || status === 'canceled')
      next = { ...next, ...withEvent(next, { type: 'refund.failed', id: `refund_failed:${id}` }, now) };
  }
  return {
    refunds: recorded,
    ...(requests === undefined ? {} : { refundRequests: requests }),
    ...(next === payment ? {} : { effects: next.effects, effectsDueAt: next.effectsDueAt }),
  };
}

/** Adds one refund as Stripe tells it to those that are recorded. */
export function afterRefund(payment: Payment, refund: ProviderRefund, now: Date): PaymentChange {
  const others = (payment.refunds ?? []).filter(({ id }) => id !== refund.id);
  const change = afterRefunds(payment, [refund], now);
  return { ...change, refunds: [...others, ...(change.refunds ?? [])] };
}

function afterAnswer(request: RefundRequest, refunds: readonly ProviderRefund[]): RefundRequest {
  const own = refunds.find(
    ({ id, metadata }) => id === request.providerRefundId || metadata['refund_id'] === request.rid,
  );
  if (own === undefined) return request;
  const state = own.status === 'succeeded' ? 'succeeded' : own.counts ? 'pending' : 'failed';
  // Differs in its amount only where a restored backup did not know it.
  return { ...request, state, providerRefundId: own.id, amountMinor: own.amountMinor };
}

/** Returns whether some refund has no known end yet. */
export function hasOpenRefund({ refundRequests }: Pick<Payment, 'refundRequests'>): boolean {
  return (refundRequests ?? []).some(({ state }) => state === 'asked' || state === 'pending');
}

/** Records a dispute as Stripe tells it now. */
export function afterDispute(payment: Payment, dispute: ProviderDispute, now: Date): PaymentChange {
  const { providerPaymentId: _, ...told } = dispute;
  const before = payment.disputes ?? [];
  const others = before.filter(({ id }) => id !== told.id);
  const disputes = [...others, told].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const opened = withEvent(payment, { type: 'dispute.opened', id: `disputed:${told.id}` }, now);
  const closed = isDisputeClosed(told)
    ? withEvent({ ...payment, ...opened }, { type: 'dispute.closed', id: `dispute_closed:${told.id}` }, now)
    : {};
  return { disputes, ...opened, ...closed };
}

/** Returns whether Stripe has decided, so that no look brings anything new. */
export function isDisputeClosed({ status }: Pick<ProviderDispute, 'status'>): boolean {
  return status === 'won' || status === 'lost' || status === 'warning_closed' || status === 'prevented';
}

/** Returns whether some dispute of the payment is undecided. */
export function hasOpenDispute({ disputes }: Pick<Payment, 'disputes'>): boolean {
  return (disputes ?? []).some((dispute) => !isDisputeClosed(dispute));
}
