import type Stripe from 'stripe';
import {
  PROVIDER_PAYMENT_STATUSES,
  type ProviderCustomer,
  type ProviderNextAction,
  type ProviderPage,
  type ProviderPayment,
  type ProviderPaymentStatus,
} from './provider.types.js';

const idOf = (reference: string | { id: string } | null | undefined): string | null =>
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
    latestChargeId: idOf(intent.latest_charge),
    metadata: intent.metadata,
    livemode: intent.livemode,
    createdAt: new Date(intent.created * 1000),
  };
}

/** One object that cannot be read must not hide the rest of its page. */
export function toPage<S extends { id: string }, T>(
  list: Stripe.ApiList<S>,
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
  const known = PROVIDER_PAYMENT_STATUSES.find((word) => word === status);
  if (known === undefined) throw new UnknownProviderWord(`PaymentIntent status ${status}`);
  return known;
}

/** What the payer does in the browser, in one go. */
const IN_THE_BROWSER =
  /^(redirect_to_url|use_stripe_sdk|alipay_|blik_|card_await_|cashapp_|klarna_|swish_|wechat_pay_)/;

/**
 * Vouchers, transfers and microdeposits take days: canceling them would refuse money that is on its way (ruling 4). A type
 * that Stripe invents later counts as such, because an open payment harms less than refused money.
 */
function toNextAction(type: string): ProviderNextAction {
  return IN_THE_BROWSER.test(type) ? 'customer' : 'money_under_way';
}

export function toProviderCustomer(customer: Stripe.Customer | Stripe.DeletedCustomer): ProviderCustomer {
  return customer.deleted === true
    ? { id: customer.id, metadata: {}, deleted: true }
    : { id: customer.id, metadata: customer.metadata, deleted: false };
}
