import { Injectable } from '@nestjs/common';
import type { ProviderAnswer, ProviderPage, ProviderPayment } from './provider.types.js';
import { toPage, toProviderPayment } from './stripe-translate.js';
import { StripeCalls } from './stripe-calls.js';

/** Everything a PaymentIntent is created with; stored with the payment before the call, so a repeat sends the same bytes. */
export interface NewProviderPayment {
  readonly amountMinor: number;
  readonly currency: string;
  readonly customerId: string;
  readonly description?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** PaymentIntents. Each write takes the idempotency key of a stored record; none is ever made up here. */
@Injectable()
export class StripePayments {
  constructor(private readonly calls: StripeCalls) {}

  /** Nothing would come of a call now: Stripe has not answered lately, or does not take our key. */
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
            customer: payment.customerId,
            automatic_payment_methods: { enabled: true },
            ...(payment.description === undefined ? {} : { description: payment.description }),
            metadata: { ...payment.metadata },
          },
          { idempotencyKey },
        ),
      toProviderPayment,
    );
  }

  confirm(
    paymentIntentId: string,
    confirm: { paymentMethodId: string; returnUrl: string },
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderPayment>> {
    return this.calls.ask(
      'payment_confirm',
      (stripe) =>
        stripe.paymentIntents.confirm(
          paymentIntentId,
          { payment_method: confirm.paymentMethodId, return_url: confirm.returnUrl },
          { idempotencyKey },
        ),
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

  /** Every PaymentIntent of the account that was created since, newest first, a hundred at a time. */
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
