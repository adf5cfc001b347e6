import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import {
  PROVIDER_PAYOUT_STATUSES,
  type ProviderAnswer,
  type ProviderEntry,
  type ProviderMovement,
  type ProviderPage,
  type ProviderPayout,
  type ProviderRefund,
} from './provider.types.js';
import { StripeCalls } from './stripe-calls.js';
import { toProviderRefund } from './stripe-refunds.js';
import { idOf, knownWord, toCapture, toPage, toProviderPayment, UnknownProviderWord } from './stripe-translate.js';

/** Whole seconds, as Stripe counts them. */
export interface ProviderSpan {
  readonly from: Date;
  /** End of the span, not included. */
  readonly until: Date;
}

/**
 * The account as an accountant reads it; nothing here writes. Each list is read a hundred at a time, newest first, and
 * brings what it refers to along (`expand`), so that a page is one request.
 */
@Injectable()
export class StripeBooks {
  constructor(private readonly calls: StripeCalls) {}

  /** PaymentIntents by their own creation. https://docs.stripe.com/api/payment_intents/list */
  paymentsCreated(span: ProviderSpan, after: string | null): Promise<ProviderAnswer<ProviderPage<ProviderEntry>>> {
    return this.calls.ask(
      'payment_list',
      (stripe) => stripe.paymentIntents.list({ ...page(span, after), expand: ['data.latest_charge'] }),
      (list) => toPage(list, toEntry),
    );
  }

  /**
   * PaymentIntents by the charge that took their money; null for a charge that took none or has none. The day of a charge is
   * the day of its PaymentIntent's money. https://docs.stripe.com/api/charges/list
   */
  chargesCreated(
    span: ProviderSpan,
    after: string | null,
  ): Promise<ProviderAnswer<ProviderPage<ProviderEntry | null>>> {
    return this.calls.ask(
      'charge_list',
      (stripe) => stripe.charges.list({ ...page(span, after), expand: ['data.payment_intent'] }),
      (list) => toPage(list, toEntryOfCharge),
    );
  }

  /** https://docs.stripe.com/api/refunds/list */
  refundsCreated(span: ProviderSpan, after: string | null): Promise<ProviderAnswer<ProviderPage<ProviderRefund>>> {
    return this.calls.ask(
      'refund_list',
      (stripe) => stripe.refunds.list({ ...page(span, after), expand: ['data.charge', 'data.payment_intent'] }),
      (list) => toPage(list, toProviderRefund),
    );
  }

  /** https://docs.stripe.com/api/payouts/list */
  payoutsCreated(span: ProviderSpan, after: string | null): Promise<ProviderAnswer<ProviderPage<ProviderPayout>>> {
    return this.calls.ask(
      'payout_list',
      (stripe) => stripe.payouts.list(page(span, after)),
      (list) => toPage(list, toPayout),
    );
  }

  /** https://docs.stripe.com/api/payouts/retrieve */
  payout(payoutId: string): Promise<ProviderAnswer<ProviderPayout>> {
    return this.calls.ask('payout_retrieve', (stripe) => stripe.payouts.retrieve(payoutId), toPayout);
  }

  /** Entries that an itemised payout is made of. https://docs.stripe.com/api/balance_transactions/list */
  movementsOf(payoutId: string, after: string | null): Promise<ProviderAnswer<ProviderPage<ProviderMovement>>> {
    return this.calls.ask(
      'balance_list',
      (stripe) =>
        stripe.balanceTransactions.list({
          payout: payoutId,
          limit: 100,
          expand: ['data.source'],
          ...(after === null ? {} : { starting_after: after }),
        }),
      (list) => toPage(list, toMovement),
    );
  }

  retrieve(paymentIntentId: string): Promise<ProviderAnswer<ProviderEntry>> {
    return this.calls.ask(
      'payment_retrieve',
      (stripe) => stripe.paymentIntents.retrieve(paymentIntentId, { expand: ['latest_charge'] }),
      toEntry,
    );
  }
}

function page({ from, until }: ProviderSpan, after: string | null) {
  const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
  return {
    created: { gte: seconds(from), lt: seconds(until) },
    limit: 100,
    ...(after === null ? {} : { starting_after: after }),
  };
}

/** A PaymentIntent succeeds once, so the latest charge of a paid one is the one that paid it. */
function toEntry(intent: Stripe.PaymentIntent): ProviderEntry {
  const { latest_charge: charge } = intent;
  if (typeof charge === 'string') throw new UnknownProviderWord('latest_charge was not expanded');
  return { payment: toProviderPayment(intent), capture: toCapture(charge) };
}

function toEntryOfCharge(charge: Stripe.Charge): ProviderEntry | null {
  const { payment_intent: intent } = charge;
  if (typeof intent === 'string') throw new UnknownProviderWord('payment_intent was not expanded');
  const capture = toCapture(charge);
  return intent === null || capture === null ? null : { payment: toProviderPayment(intent), capture };
}

const ITEMISED = { completed: 'yes', in_progress: 'not_yet', not_applicable: 'never' } as const;
const RECONCILIATION = ['completed', 'in_progress', 'not_applicable'] as const;

function toPayout(payout: Stripe.Payout): ProviderPayout {
  return {
    id: payout.id,
    status: knownWord(PROVIDER_PAYOUT_STATUSES, payout.status, 'payout status'),
    amountMinor: payout.amount,
    currency: payout.currency,
    arrivesAt: new Date(payout.arrival_date * 1000),
    itemised: ITEMISED[knownWord(RECONCILIATION, payout.reconciliation_status, 'reconciliation status')],
  };
}

function toMovement({ id, source, net, fee, currency }: Stripe.BalanceTransaction): ProviderMovement {
  if (typeof source === 'string') throw new UnknownProviderWord('source was not expanded');
  const money = source?.object === 'charge' || source?.object === 'refund' ? source : null;
  return {
    id,
    providerPaymentId: idOf(money?.payment_intent),
    providerRefundId: money?.object === 'refund' ? money.id : null,
    netMinor: net,
    feeMinor: fee,
    currency,
  };
}
