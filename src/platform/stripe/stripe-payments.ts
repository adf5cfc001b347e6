import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import type { ProviderAnswer, ProviderPage, ProviderPayment } from './provider.types.js';
import { toPage, toProviderPayment } from './stripe-translate.js';
import { StripeCalls } from './stripe-calls.js';

/** Everything a PaymentIntent is created with; stored with the payment before the call, so a repeat sends the same bytes. */
export interface NewProviderPayment {
  readonly amountMinor: number;
  readonly currency: string;
  /** `cus_…`; absent for a payer who is no Customer. */
  readonly customerId?: string;
  readonly description?: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** The only types of payment method that may pay it; absent: those that are switched on in the dashboard. */
  readonly methodTypes?: readonly PayableType[];
  /** Text on the payer's statement; for cards it follows the merchant's own name. */
  readonly statementDescriptor?: string;
  /** Way of taking the money; absent: as soon as it is approved. */
  readonly captureMethod?: 'manual';
}

/** Stripe's words for the types of payment method that the payer pays with on a page of their own, or with a voucher. */
export const REDIRECT_TYPES = ['alipay', 'wechat_pay', 'klarna', 'oxxo'] as const;

export type RedirectType = (typeof REDIRECT_TYPES)[number];

/** Stripe's words for the types of payment method that we charge. */
export const PAYABLE_TYPES = ['card', 'us_bank_account', 'sepa_debit', 'card_present', ...REDIRECT_TYPES] as const;

export type PayableType = (typeof PAYABLE_TYPES)[number];

/** Way in which the payer agreed that a bank account of theirs is debited. */
export type MandateAcceptance =
  { readonly kind: 'offline' } | { readonly kind: 'online'; readonly ipAddress: string; readonly userAgent: string };

/** Everything a confirm sends; stored as the payment's attempt before the call. */
export interface ProviderConfirm {
  readonly paymentMethodId: string;
  /** Page that a redirect comes back to; absent where no payer is there to be redirected. */
  readonly returnUrl?: string | null;
  /** The payer is not there: an issuer who wants to see them declines. */
  readonly offSession?: boolean;
  readonly mandate?: MandateAcceptance;
  /** The method may be charged later without the payer: it is attached to the PaymentIntent's Customer, if it has one. */
  readonly keepsMethod?: boolean;
}

/** PaymentIntents. Each write takes the idempotency key of a stored record; none is ever made up here. */
@Injectable()
export class StripePayments {
  constructor(private readonly calls: StripeCalls) {}

  /** True when nothing would come of a call now: Stripe has not answered lately, or does not take our key. */
  get isUnusable(): boolean {
    return this.calls.isUnusable;
  }

  /** Unconfirmed: it can never move money until a confirm names it. */
  create(payment: NewProviderPayment, idempotencyKey: string): Promise<ProviderAnswer<ProviderPayment>> {
    return this.calls.ask(
      'payment_create',
      (stripe) =>
        stripe.paymentIntents.create(
          {
            amount: payment.amountMinor,
            currency: payment.currency,
            ...(payment.customerId === undefined ? {} : { customer: payment.customerId }),
            ...(payment.methodTypes === undefined
              ? { automatic_payment_methods: { enabled: true } }
              : { allowed_payment_method_types: [...payment.methodTypes] }),
            ...toOptions(payment),
            ...(payment.captureMethod === undefined ? {} : { capture_method: payment.captureMethod }),
            ...(payment.description === undefined ? {} : { description: payment.description }),
            ...toDescriptor(payment),
            metadata: { ...payment.metadata },
          },
          { idempotencyKey },
        ),
      toProviderPayment,
    );
  }

  confirm(
    paymentIntentId: string,
    confirm: ProviderConfirm,
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderPayment>> {
    return this.calls.ask(
      'payment_confirm',
      (stripe) =>
        stripe.paymentIntents.confirm(
          paymentIntentId,
          {
            payment_method: confirm.paymentMethodId,
            ...(confirm.returnUrl == null ? {} : { return_url: confirm.returnUrl }),
            ...(confirm.offSession === true ? { off_session: true } : {}),
            ...(confirm.keepsMethod === true ? { setup_future_usage: 'off_session' as const } : {}),
            ...(confirm.mandate === undefined ? {} : { mandate_data: toMandateData(confirm.mandate) }),
          },
          { idempotencyKey },
        ),
      toProviderPayment,
    );
  }

  /**
   * Takes the money of an approved payment, once; what is not taken is released.
   * https://docs.stripe.com/api/payment_intents/capture
   */
  capture(
    paymentIntentId: string,
    { amountMinor }: { readonly amountMinor: number },
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderPayment>> {
    return this.calls.ask(
      'payment_capture',
      (stripe) =>
        stripe.paymentIntents.capture(paymentIntentId, { amount_to_capture: amountMinor }, { idempotencyKey }),
      toProviderPayment,
    );
  }

  retrieve(paymentIntentId: string): Promise<ProviderAnswer<ProviderPayment>> {
    return this.calls.ask(
      'payment_retrieve',
      (stripe) => stripe.paymentIntents.retrieve(paymentIntentId),
      toProviderPayment,
    );
  }

  /** Reads every PaymentIntent of the account that was created since, newest first, a hundred at a time. */
  listCreatedSince(from: Date, after: string | null): Promise<ProviderAnswer<ProviderPage<ProviderPayment>>> {
    return this.calls.ask(
      'payment_list',
      (stripe) =>
        stripe.paymentIntents.list({
          created: { gte: Math.floor(from.getTime() / 1000) },
          limit: 100,
          ...(after === null ? {} : { starting_after: after }),
        }),
      (list) => toPage(list, toProviderPayment),
    );
  }

  /** The fence: once accepted, no earlier confirm can take effect any more. */
  cancel(paymentIntentId: string, idempotencyKey: string): Promise<ProviderAnswer<ProviderPayment>> {
    return this.calls.ask(
      'payment_cancel',
      (stripe) => stripe.paymentIntents.cancel(paymentIntentId, {}, { idempotencyKey }),
      toProviderPayment,
    );
  }
}

/** Cards take a suffix only: https://docs.stripe.com/get-started/account/statement-descriptors */
function toDescriptor({ statementDescriptor: text, methodTypes }: NewProviderPayment) {
  if (text === undefined) return {};
  return methodTypes?.includes('card') === true
    ? { statement_descriptor_suffix: text }
    : { statement_descriptor: text };
}

/** WeChat Pay must know where its code is shown: https://docs.stripe.com/payments/wechat-pay/accept-a-payment */
function toOptions({ methodTypes }: NewProviderPayment) {
  if (methodTypes?.includes('wechat_pay') !== true) return {};
  return { payment_method_options: { wechat_pay: { client: 'web' as const } } };
}

function toMandateData(mandate: MandateAcceptance): Stripe.PaymentIntentConfirmParams.MandateData {
  if (mandate.kind === 'offline') return { customer_acceptance: { type: 'offline', offline: {} } };
  const online = { ip_address: mandate.ipAddress, user_agent: mandate.userAgent };
  return { customer_acceptance: { type: 'online', online } };
}
