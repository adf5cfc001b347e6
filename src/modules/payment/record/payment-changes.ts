import { SECOND } from '../../../platform/common/duration.js';
import type {
  Decline,
  ProviderEntry,
  ProviderPayment,
  ProviderPaymentStatus,
} from '../../../platform/stripe/provider.types.js';
import type { ProviderConfirm } from '../../../platform/stripe/stripe-payments.js';
import { withEvent } from './payment-events.js';
import { isFinal, isUnsettled } from './payment-states.js';
import { hasOpenDispute } from './refund-changes.js';
import type { Attempt, AttemptResult, Payment, PaymentChange, PaymentState, SettledAttempt } from './payment.types.js';

/** Pure: what a fact means for the document. Nothing here reads or writes. */

type Unversioned = Omit<Payment, 'v' | 'w'>;

function becomesFinal(
  payment: Unversioned,
  state: 'SUCCEEDED' | 'CANCELED',
  provider: ProviderPayment,
  now: Date,
): PaymentChange {
  const settled = settledByEnd(payment, state, provider, now);
  return {
    state,
    providerStatus: provider.status,
    nextAction: null,
    paymentMethodId: provider.paymentMethodId,
    cancelRequested: false,
    // A dispute that was known before the success is still to be followed.
    ...(hasOpenDispute(payment) ? {} : { nextCheckAt: null }),
    finalAt: now,
    ...(settled === null ? {} : { settled }),
    ...(provider.receivedMinor > 0 && provider.receivedMinor < provider.amountMinor
      ? { capturedMinor: provider.receivedMinor }
      : {}),
    ...withEvent(payment, endOf(state, settled ?? payment.settled), now),
    ...(state === 'SUCCEEDED' && isFinal(payment) ? { lateSuccessAt: now } : {}),
  };
}

/**
 * How the end of a payment settles an attempt that was not settled yet. Only where nobody but us can have tried: then its
 * success is ours, and so is the decline that the PaymentIntent tells of. Null otherwise.
 */
function settledByEnd(
  payment: Unversioned,
  state: 'SUCCEEDED' | 'CANCELED',
  { lastDecline, latestChargeId: chargeId }: ProviderPayment,
  now: Date,
): readonly SettledAttempt[] | null {
  if (!isUnsettled(payment) || payment.attempt === null || payment.terms === undefined) return null;
  const { attempt } = payment;
  if (state === 'SUCCEEDED') return settling(payment, attempt, { result: 'succeeded', at: now, chargeId });
  return lastDecline === null
    ? settling(payment, attempt, { result: 'canceled', at: now, chargeId })
    : settling(payment, attempt, { result: 'declined', at: now, chargeId, decline: reasonOf(lastDecline) });
}

function endOf(state: 'SUCCEEDED' | 'CANCELED', settled: readonly SettledAttempt[]) {
  if (state === 'SUCCEEDED') return { type: 'payment.succeeded', id: 'succeeded' } as const;
  const last = settled.at(-1);
  return last?.result === 'declined' || last?.result === 'failed_later'
    ? ({ type: 'payment.failed', id: `failed:${last.n}` } as const)
    : ({ type: 'payment.canceled', id: 'canceled' } as const);
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
 * Takes over what a GET says. It ends an unsettled attempt only when it is final: an open status does not tell whose attempt made it
 * so, ours or the browser's (rulings 2 and 3). Where there is no browser, it does.
 */
export function afterReading(payment: Unversioned, provider: ProviderPayment, now: Date): PaymentChange {
  if (payment.state === 'SUCCEEDED') return {};
  if (provider.status === 'succeeded') return becomesFinal(payment, 'SUCCEEDED', provider, now);
  if (isFinal(payment)) return {};
  if (provider.status === 'canceled') return becomesFinal(payment, 'CANCELED', provider, now);
  const seen = {
    providerStatus: provider.status,
    nextAction: provider.nextAction,
    paymentMethodId: provider.paymentMethodId,
  };
  if (cameBackUnpaid(payment, provider)) return { ...seen, ...afterFailingLater(payment, provider, now) };
  if (!isUnsettled(payment)) return { ...seen, state: openState(provider.status, payment.settled) };
  const { attempt, terms } = payment;
  if (terms === undefined || attempt === null || !isTakenUp(provider)) return seen;
  return { ...seen, ...afterTakingUp(payment, attempt, provider, now) };
}

/**
 * A debit was under way and is not any more, and nothing was paid: nothing else can have come between. While a later attempt
 * is unsettled it may be that one's, and a GET does not end it.
 */
function cameBackUnpaid(payment: Unversioned, { status }: ProviderPayment): boolean {
  const { providerStatus, settled, terms } = payment;
  // A payment with `terms` is confirmed by us alone, so one that its payer left open at a wallet's page or with a voucher, and
  // that is unpaid now, came back: nobody else can have tried another method meanwhile.
  const isOurs = providerStatus === 'processing' || (providerStatus === 'requires_action' && terms !== undefined);
  const wasUnderWay = isOurs && settled.at(-1)?.result === 'action';
  return wasUnderWay && status === 'requires_payment_method' && !isUnsettled(payment);
}

/** The bank's reason is told only where nobody else can have tried since (ruling 3). */
function afterFailingLater(payment: Unversioned, { lastDecline }: ProviderPayment, now: Date): PaymentChange {
  const before = payment.settled.slice(0, -1);
  const last = payment.settled.at(-1)!;
  const decline = payment.terms === undefined || lastDecline === null ? null : reasonOf(lastDecline);
  const settled = [...before, { ...last, result: 'failed_later', at: now, decline } as const];
  return {
    settled,
    ...withEvent(payment, { type: 'payment.failed', id: `failed:${last.n}` }, now),
    ...(payment.terms === undefined ? { state: 'PI_CREATED' } : { state: 'DECLINED', ...ending(now) }),
  };
}

/** The PaymentIntent has gone on with an attempt. */
function isTakenUp({ status }: ProviderPayment): boolean {
  return status === 'processing' || status === 'requires_capture' || status === 'requires_action';
}

/** Returns what a charge in one call becomes with an attempt that Stripe took up and that has not ended. */
function afterTakingUp(payment: Unversioned, attempt: Attempt, provider: ProviderPayment, now: Date): PaymentChange {
  // The payer would have to be there, and nobody can send them: the client secret never left this process.
  const wantsPayer = provider.status === 'requires_action' && provider.nextAction !== 'money_under_way';
  if (wantsPayer && payment.terms?.returnUrl === undefined) {
    const settled = settling(payment, attempt, { result: 'declined', at: now, decline: AUTHENTICATION_REQUIRED });
    return { state: 'DECLINED', settled, ...ending(now), ...failedEvent(payment, attempt, now) };
  }
  const settled = settling(payment, attempt, { result: 'action', at: now, chargeId: provider.latestChargeId });
  const held = provider.status === 'requires_capture';
  return {
    state: openState(provider.status, settled),
    settled,
    ...(held ? withEvent(payment, { type: 'payment.authorized', id: 'authorized' }, now) : {}),
  };
}

const AUTHENTICATION_REQUIRED = {
  reason: 'authentication_required',
  message: 'The card was declined because it requires authentication.',
} as const;

/** A charge that was declined has ended, and its PaymentIntent is canceled: the resolver is to do it now. */
function ending(now: Date): PaymentChange {
  return { cancelRequested: true, nextCheckAt: now };
}

function failedEvent(payment: Unversioned, { n }: Attempt, now: Date): PaymentChange {
  return withEvent(payment, { type: 'payment.failed', id: `failed:${n}` }, now);
}

function reasonOf({ code, declineCode, message }: Decline) {
  return { reason: declineCode ?? code, message };
}

/** A PaymentIntent that the record did not name, found at Stripe: from now on it is this payment's. */
export function afterAdopting(payment: Unversioned, provider: ProviderPayment, now: Date): PaymentChange {
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
  with_: ProviderConfirm & { readonly ref?: string },
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

/** Number of attempts that were not sent which a record keeps: they count for nothing, and a record must not grow without end. */
const NOT_SENT_KEPT = 20;

function withoutOldNotSent(settled: readonly SettledAttempt[]): readonly SettledAttempt[] {
  let surplus = settled.filter(({ result }) => result === 'not_sent').length - (NOT_SENT_KEPT - 1);
  return settled.filter(({ result }) => result !== 'not_sent' || surplus-- <= 0);
}

/** How an attempt ended; without a charge where Stripe made none, or nobody said. */
interface AttemptEnd {
  readonly result: AttemptResult;
  readonly at: Date;
  readonly chargeId?: string | null;
  readonly decline?: SettledAttempt['decline'];
}

function settling(
  payment: Unversioned,
  { n, ref, paymentMethodId }: Attempt,
  { result, at, chargeId = null, decline = null }: AttemptEnd,
): readonly SettledAttempt[] {
  const named = ref === undefined ? {} : { ref };
  // The charge is kept where it is read again: an account's answers show what the issuer said of it.
  const charged = chargeId === null || payment.terms === undefined ? {} : { chargeId };
  return [...withoutOldNotSent(payment.settled), { n, ...named, paymentMethodId, result, at, ...charged, decline }];
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
  const settled = settling(payment, attempt, { result, at: now, chargeId: provider.latestChargeId });
  if (final) return { ...afterReading(payment, provider, now), settled, leaseUntil: null };
  const seen = {
    providerStatus: provider.status,
    nextAction: provider.nextAction,
    paymentMethodId: provider.paymentMethodId,
    nextCheckAt,
    leaseUntil: null,
  };
  if (payment.terms !== undefined && isTakenUp(provider))
    return { ...seen, ...afterTakingUp(payment, attempt, provider, now) };
  return { ...seen, state: openState(provider.status, settled), settled };
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
  const chargeId = provider?.latestChargeId ?? null;
  const settled = settling(payment, attempt, { result: 'declined', at: now, chargeId, decline: reasonOf(decline) });
  if (provider?.status === 'canceled') return { ...afterReading(payment, provider, now), settled, leaseUntil: null };
  return {
    state: 'DECLINED',
    providerStatus: 'requires_payment_method',
    nextAction: null,
    paymentMethodId: provider?.paymentMethodId ?? null,
    settled,
    nextCheckAt,
    leaseUntil: null,
    ...failedEvent(payment, attempt, now),
    ...(payment.terms === undefined ? {} : ending(now)),
  };
}

/** Settles an attempt that did not run: the request itself was refused, or the PaymentIntent was in no state for it. */
export function afterNotRun(
  payment: Payment,
  attempt: Attempt,
  result: 'refused' | 'not_sent',
  now: Date,
  nextCheckAt: Date,
): PaymentChange {
  const settled = settling(payment, attempt, { result, at: now });
  return {
    state: openState(payment.providerStatus ?? 'requires_payment_method', payment.settled),
    settled,
    nextCheckAt,
    leaseUntil: null,
  };
}

/** Ends a payment without a PaymentIntent: there is nothing to cancel at Stripe. */
export function endedUnpaid(now: Date): PaymentChange {
  return { state: 'CANCELED', nextCheckAt: null, leaseUntil: null, finalAt: now };
}

/** Corrects amount, currency and Customer to what Stripe has. */
export function afterCorrecting({ payment, capture }: ProviderEntry): PaymentChange {
  const isPart = capture !== null && capture.amountMinor < payment.amountMinor;
  return {
    amountMinor: payment.amountMinor,
    currency: capture?.currency ?? payment.currency,
    customerId: payment.customerId ?? '',
    ...(isPart ? { capturedMinor: capture.amountMinor } : {}),
  };
}
