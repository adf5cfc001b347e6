import { SECOND } from '../../../platform/common/duration.js';
import type {
  Decline,
  ProviderEntry,
  ProviderPayment,
  ProviderPaymentStatus,
  ProviderRefund,
} from '../../../platform/stripe/provider.types.js';
import { isFinal, isUnsettled } from './payment-states.js';
import type { Attempt, AttemptResult, Payment, PaymentChange, PaymentState, SettledAttempt } from './payment.types.js';

/** Pure: what a fact means for the document. Nothing here reads or writes. */

function becomesFinal(
  payment: Omit<Payment, 'v' | 'w'>,
  state: 'SUCCEEDED' | 'CANCELED',
  provider: ProviderPayment,
  now: Date,
): PaymentChange {
  const effect = { id: `${payment._id}:succeeded`, type: 'payment.succeeded', doneAt: null } as const;
  return {
    state,
    providerStatus: provider.status,
    nextAction: null,
    paymentMethodId: provider.paymentMethodId,
    cancelRequested: false,
    nextCheckAt: null,
    finalAt: now,
    // One effect a name, whatever happened to the state since: its consumer knows it by its id.
    ...(state === 'SUCCEEDED' && payment.effects.every(({ id }) => id !== effect.id)
      ? { effects: [...payment.effects, effect], effectsDueAt: now }
      : {}),
    ...(state === 'SUCCEEDED' && isFinal(payment) ? { lateSuccessAt: now } : {}),
  };
}

function openState(status: ProviderPaymentStatus, settled: readonly SettledAttempt[]): PaymentState {
  switch (status) {
    case 'requires_payment_method':
    case 'requires_confirmation':
      return settled.at(-1)?.result === 'declined' ? 'DECLINED' : 'PI_CREATED';
    case 'requires_action':
      return 'REQUIRES_ACTION';
    case 'processing':
      return 'PROCESSING';
    case 'requires_capture':
      return 'REQUIRES_CAPTURE';
    case 'succeeded':
      return 'SUCCEEDED';
    case 'canceled':
      return 'CANCELED';
  }
}

/**
 * What a GET says. It ends an unsettled attempt only when it is final: an open status does not tell whose attempt made it
 * so, ours or the browser's (rulings 2 and 3).
 */
export function afterReading(payment: Omit<Payment, 'v' | 'w'>, provider: ProviderPayment, now: Date): PaymentChange {
  if (payment.state === 'SUCCEEDED') return {};
  if (provider.status === 'succeeded') return becomesFinal(payment, 'SUCCEEDED', provider, now);
  if (isFinal(payment)) return {};
  if (provider.status === 'canceled') return becomesFinal(payment, 'CANCELED', provider, now);
  const seen = {
    providerStatus: provider.status,
    nextAction: provider.nextAction,
    paymentMethodId: provider.paymentMethodId,
  };
  return isUnsettled(payment) ? seen : { ...seen, state: openState(provider.status, payment.settled) };
}

/** A PaymentIntent that the record did not name, found at Stripe: from now on it is this payment's. */
export function afterAdopting(payment: Omit<Payment, 'v' | 'w'>, provider: ProviderPayment, now: Date): PaymentChange {
  return {
    providerPaymentId: provider.id,
    leaseUntil: null,
    ...afterEarlierLife(now),
    ...afterReading(payment, provider, now),
  };
}

/** Attempts that we have forgotten have used keys that Stripe still knows: new ones begin where none can have been. */
function afterEarlierLife(now: Date): PaymentChange {
  const unused = Math.floor(now.getTime() / SECOND);
  return { firstGeneration: unused, cancelGeneration: unused };
}

export function changesNothing(payment: Payment, change: PaymentChange): boolean {
  return Object.entries(change).every(([field, value]) => payment[field as keyof Payment] === value);
}

/** `replayed`: the create's key had been used before, maybe by a record that a restored backup does not have. */
export function afterStoring(
  provider: ProviderPayment,
  replayed: boolean,
  now: Date,
  nextCheckAt: Date,
): PaymentChange {
  return {
    ...(replayed ? afterEarlierLife(now) : {}),
    state: 'PI_CREATED',
    providerPaymentId: provider.id,
    providerStatus: provider.status,
    paymentMethodId: provider.paymentMethodId,
    activeAt: now,
    nextCheckAt,
    leaseUntil: null,
  };
}

export function startingAttempt(
  payment: Payment,
  with_: { paymentMethodId: string; returnUrl: string },
  now: Date,
  times: { recheckAt: Date; backoffMs: number; leaseUntil: Date },
): PaymentChange {
  const n = (payment.attempt?.n ?? 0) + 1;
  return {
    state: 'CONFIRMING',
    attempt: { n, generation: payment.firstGeneration ?? 0, ...with_, startedAt: now },
    activeAt: now,
    nextCheckAt: times.recheckAt,
    backoffMs: times.backoffMs,
    leaseUntil: times.leaseUntil,
  };
}

/** What was not sent counts for nothing: of it the last are kept, so that a record cannot grow without end. */
const NOT_SENT_KEPT = 20;

function withoutOldNotSent(settled: readonly SettledAttempt[]): readonly SettledAttempt[] {
  let surplus = settled.filter(({ result }) => result === 'not_sent').length - (NOT_SENT_KEPT - 1);
  return settled.filter(({ result }) => result !== 'not_sent' || surplus-- <= 0);
}

function settling(
  payment: Payment,
  attempt: Attempt,
  result: AttemptResult,
  now: Date,
  decline: SettledAttempt['decline'],
): readonly SettledAttempt[] {
  return [
    ...withoutOldNotSent(payment.settled),
    { n: attempt.n, paymentMethodId: attempt.paymentMethodId, result, at: now, decline },
  ];
}

/** A 200 to the attempt's own key. */
export function afterAccepted(
  payment: Payment,
  attempt: Attempt,
  provider: ProviderPayment,
  now: Date,
  nextCheckAt: Date,
): PaymentChange {
  const final = provider.status === 'succeeded' || provider.status === 'canceled';
  const result = provider.status === 'succeeded' ? 'succeeded' : provider.status === 'canceled' ? 'canceled' : 'action';
  const settled = settling(payment, attempt, result, now, null);
  if (final) return { ...afterReading(payment, provider, now), settled, leaseUntil: null };
  return {
    state: openState(provider.status, settled),
    providerStatus: provider.status,
    nextAction: provider.nextAction,
    paymentMethodId: provider.paymentMethodId,
    settled,
    nextCheckAt,
    leaseUntil: null,
  };
}

/** A 402 to the attempt's own key. The PaymentIntent stays open unless Stripe itself has canceled it (ruling 1). */
export function afterDeclined(
  payment: Payment,
  attempt: Attempt,
  decline: Decline,
  provider: ProviderPayment | null,
  now: Date,
  nextCheckAt: Date,
): PaymentChange {
  const settled = settling(payment, attempt, 'declined', now, {
    reason: decline.declineCode ?? decline.code,
    message: decline.message,
  });
  if (provider?.status === 'canceled') return { ...afterReading(payment, provider, now), settled, leaseUntil: null };
  return {
    state: 'DECLINED',
    providerStatus: 'requires_payment_method',
    nextAction: null,
    paymentMethodId: provider?.paymentMethodId ?? null,
    settled,
    nextCheckAt,
    leaseUntil: null,
  };
}

/** Nothing ran: the request itself was refused, or the PaymentIntent was in no state for it. */
export function afterNotRun(
  payment: Payment,
  attempt: Attempt,
  result: 'refused' | 'not_sent',
  now: Date,
  nextCheckAt: Date,
): PaymentChange {
  const settled = settling(payment, attempt, result, now, null);
  return {
    state: openState(payment.providerStatus ?? 'requires_payment_method', payment.settled),
    settled,
    nextCheckAt,
    leaseUntil: null,
  };
}

/** Without a PaymentIntent there is nothing to cancel at Stripe. */
export function endedUnpaid(now: Date): PaymentChange {
  return { state: 'CANCELED', nextCheckAt: null, leaseUntil: null, finalAt: now };
}

/** What was charged, in what and to whom, as Stripe has it. */
export function afterCorrecting({ payment, capture }: ProviderEntry): PaymentChange {
  return {
    amountMinor: capture?.amountMinor ?? payment.amountMinor,
    currency: capture?.currency ?? payment.currency,
    customerId: payment.customerId ?? '',
  };
}

/** The refunds that Stripe knows; one that failed is none. */
export function afterRefunds(refunds: readonly ProviderRefund[]): PaymentChange {
  const counted = refunds.filter(({ counts }) => counts);
  return { refunds: counted.map(({ id, amountMinor, currency, at }) => ({ id, amountMinor, currency, at })) };
}
