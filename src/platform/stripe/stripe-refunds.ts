import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import {
  PROVIDER_REFUND_STATUSES,
  type ProviderAnswer,
  type ProviderPage,
  type ProviderRefund,
} from './provider.types.js';
import { StripeCalls } from './stripe-calls.js';
import { idOf, knownWord, toCapture, toPage, toProviderPayment } from './stripe-translate.js';

/** The SDK wants an end; nobody refunds a payment so often. */
const MOST_REFUNDS = 10_000;

/** Everything a refund is created with; stored with its payment before the call. */
export interface NewProviderRefund {
  readonly providerPaymentId: string;
  readonly amountMinor: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Refunds. Nothing at Stripe keeps two equal partial refunds apart but the idempotency key, which it forgets after a day:
 * whoever repeats one later looks at the list first.
 */
@Injectable()
export class StripeRefunds {
  constructor(private readonly calls: StripeCalls) {}

  /** https://docs.stripe.com/api/refunds/create */
  create(refund: NewProviderRefund, idempotencyKey: string): Promise<ProviderAnswer<ProviderRefund>> {
    const { providerPaymentId: payment_intent, amountMinor: amount, metadata } = refund;
    return this.calls.ask(
      'refund_create',
      (stripe) => stripe.refunds.create({ payment_intent, amount, metadata: { ...metadata } }, { idempotencyKey }),
      toProviderRefund,
    );
  }

  /** Reads all refunds of one PaymentIntent: one that is overlooked would be made again. */
  listOf(paymentIntentId: string): Promise<ProviderAnswer<ProviderPage<ProviderRefund>>> {
    return this.calls.ask(
      'refund_list',
      (stripe) =>
        stripe.refunds.list({ payment_intent: paymentIntentId, limit: 100 }).autoPagingToArray({ limit: MOST_REFUNDS }),
      (data) => toPage({ data, has_more: data.length === MOST_REFUNDS }, toProviderRefund),
    );
  }
}

export function toProviderRefund(refund: Stripe.Refund): ProviderRefund {
  const { charge, payment_intent: intent } = refund;
  const expanded = typeof intent === 'object' && intent !== null;
  const status = knownWord(PROVIDER_REFUND_STATUSES, refund.status, 'refund status');
  return {
    id: refund.id,
    providerPaymentId: idOf(intent),
    amountMinor: refund.amount,
    currency: refund.currency,
    at: new Date(refund.created * 1000),
    status,
    counts: status !== 'failed' && status !== 'canceled' && !isRelease(refund),
    metadata: refund.metadata ?? {},
    entry: expanded
      ? { payment: toProviderPayment(intent), capture: typeof charge === 'object' ? toCapture(charge) : null }
      : null,
  };
}

/**
 * Stripe makes a refund, too, of what is held and not captured: of the rest after a partial capture, of all after a cancel.
 * That money was never taken, so no balance has changed.
 */
function isRelease({ status, balance_transaction: moved }: Stripe.Refund): boolean {
  return status === 'succeeded' && moved === null;
}
