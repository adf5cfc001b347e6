import type Stripe from 'stripe';
import {
  type Decline,
  PROVIDER_CHECKS,
  PROVIDER_DISPUTE_STATUSES,
  PROVIDER_PAYMENT_STATUSES,
  type ProviderCapture,
  type ProviderCheck,
  type ProviderCustomer,
  type ProviderDispute,
  type ProviderNextAction,
  type ProviderPage,
  type ProviderPayment,
  type ProviderPaymentStatus,
} from './provider.types.js';

export const idOf = (reference: string | { id: string } | null | undefined): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null);

/** Field by field, so that a new field of Stripe's never leaks further by itself. */
export function toProviderPayment(intent: Stripe.PaymentIntent): ProviderPayment {
  return {
    id: intent.id,
    status: toStatus(intent.status),
    amountMinor: intent.amount,
    currency: intent.currency,
    customerId: idOf(intent.customer),
    paymentMethodId: idOf(intent.payment_method),
    description: intent.description,
    clientSecret: intent.client_secret,
    nextAction:
      intent.next_action === null || intent.next_action === undefined ? null : toNextAction(intent.next_action.type),
    redirectUrl: toRedirectUrl(intent.next_action),
    latestChargeId: idOf(intent.latest_charge),
    receivedMinor: intent.amount_received,
    lastDecline: toLastDecline(intent.last_payment_error),
    metadata: intent.metadata,
    livemode: intent.livemode,
    createdAt: new Date(intent.created * 1000),
  };
}

/** A simulator or an old API version may leave the code out. */
function toLastDecline(error: Stripe.PaymentIntent.LastPaymentError | null | undefined): Decline | null {
  if (error === null || error === undefined) return null;
  return {
    code: error.code ?? 'card_declined',
    declineCode: error.decline_code ?? null,
    message: error.message ?? 'The payment was declined.',
    ofCard: error.type === 'card_error',
  };
}

export function toProviderDispute(dispute: Stripe.Dispute): ProviderDispute {
  return {
    id: dispute.id,
    providerPaymentId: idOf(dispute.payment_intent),
    amountMinor: dispute.amount,
    currency: dispute.currency,
    reason: dispute.reason,
    status: knownWord(PROVIDER_DISPUTE_STATUSES, dispute.status, 'dispute status'),
    at: new Date(dispute.created * 1000),
  };
}

/** Returns the word if this release knows it; throws UnknownProviderWord. */
export function knownWord<W extends string>(words: readonly W[], word: string | null, what: string): W {
  const known = words.find((one) => one === word);
  if (known === undefined) throw new UnknownProviderWord(`${what} ${word}`);
  return known;
}

export function toCheck(word: string | null | undefined): ProviderCheck {
  return word === null || word === undefined ? null : knownWord(PROVIDER_CHECKS, word, 'check');
}

/** Translates a page: one object that cannot be read must not hide the rest. */
export function toPage<S extends { id: string }, T>(
  list: Pick<Stripe.ApiList<S>, 'data' | 'has_more'>,
  translate: (object: S) => T,
): ProviderPage<T> {
  const items: T[] = [];
  for (const object of list.data) {
    try {
      items.push(translate(object));
    } catch (error) {
      if (!(error instanceof UnknownProviderWord)) throw error;
    }
  }
  const unreadable = list.data.length - items.length;
  return { items, unreadable, last: list.data.at(-1)?.id ?? null, more: list.has_more };
}

/** A word of the provider's that this release does not know. The call it came with counts as unknown, never as failed. */
export class UnknownProviderWord extends Error {}

function toStatus(status: string): ProviderPaymentStatus {
  return knownWord(PROVIDER_PAYMENT_STATUSES, status, 'PaymentIntent status');
}

/** The payer's step in the browser. */
const IN_THE_BROWSER =
  /^(redirect_to_url|use_stripe_sdk|alipay_|blik_|card_await_|cashapp_|klarna_|swish_|wechat_pay_)/;

/**
 * Vouchers, transfers and microdeposits take days: canceling them would refuse money that is on its way (ruling 4). A type
 * that Stripe invents later counts as such, because an open payment harms less than refused money.
 */
function toNextAction(type: string): ProviderNextAction {
  return IN_THE_BROWSER.test(type) ? 'customer' : 'money_under_way';
}

/** Where in a next action its page is: https://docs.stripe.com/api/payment_intents/object#payment_intent_object-next_action */
function toRedirectUrl(next: Stripe.PaymentIntent.NextAction | null | undefined): string | null {
  return (
    next?.redirect_to_url?.url ??
    next?.alipay_handle_redirect?.url ??
    next?.wechat_pay_display_qr_code?.hosted_instructions_url ??
    next?.oxxo_display_details?.hosted_voucher_url ??
    null
  );
}

export function toProviderCustomer(customer: Stripe.Customer | Stripe.DeletedCustomer): ProviderCustomer {
  return customer.deleted === true
    ? { id: customer.id, metadata: {}, deleted: true }
    : { id: customer.id, metadata: customer.metadata, deleted: false };
}

/** A held amount is no money yet, and a failed charge never was. */
export function toCapture(charge: Stripe.Charge | null): ProviderCapture | null {
  if (charge === null || charge.status !== 'succeeded' || !charge.captured) return null;
  return {
    chargeId: charge.id,
    amountMinor: charge.amount_captured,
    currency: charge.currency,
    at: new Date(charge.created * 1000),
    refundedMinor: charge.amount_refunded,
  };
}
