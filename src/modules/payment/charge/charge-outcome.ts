import type { Payment, SettledAttempt } from '../record/payment.types.js';
import type { ChargeOutcome } from './charge.types.js';

/** Pure: what may be said of a charge. An unknown outcome is `pending`, never a failure. */
export function chargeOutcomeOf(payment: Pick<Payment, 'state' | 'settled' | 'cancelRequested'>): ChargeOutcome {
  const { state, settled, cancelRequested } = payment;
  switch (state) {
    case 'SUCCEEDED':
      return 'succeeded';
    case 'REJECTED':
      return 'rejected';
    case 'CANCELED':
    case 'DECLINED':
      return endOf(settled.at(-1)) ?? 'canceled';
    case 'REQUIRES_CAPTURE':
      return cancelRequested ? 'canceling' : 'authorized';
    case 'NEW':
    case 'PI_CREATED':
      return cancelRequested ? (endOf(settled.at(-1)) ?? 'pending') : 'pending';
    // Under way, and the attempts before it say nothing about its end.
    case 'CONFIRMING':
    case 'REQUIRES_ACTION':
    case 'PROCESSING':
      return 'pending';
  }
}

function endOf(last: SettledAttempt | undefined): 'declined' | 'failed' | 'rejected' | null {
  if (last?.result === 'declined') return 'declined';
  if (last?.result === 'failed_later') return 'failed';
  return last?.result === 'not_sent' ? 'rejected' : null;
}

/** Why a charge was declined or came back, in the bank's words; null when it was not, or nobody said. */
export function declineOf({ settled }: Pick<Payment, 'settled'>): SettledAttempt['decline'] {
  return settled.at(-1)?.decline ?? null;
}
