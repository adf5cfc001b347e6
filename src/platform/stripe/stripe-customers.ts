import { Inject, Injectable } from '@nestjs/common';
import type { ProviderAnswer, ProviderCustomer } from './provider.types.js';
import { askStripe } from './stripe-answer.js';
import { toProviderCustomer } from './stripe-translate.js';
import { STRIPE_CLIENT, type StripeClient } from './stripe.client.js';

@Injectable()
export class StripeCustomers {
  constructor(@Inject(STRIPE_CLIENT) private readonly stripe: StripeClient) {}

  /** With metadata only (ruling 15): name and e-mail may change between two tries under one key. */
  create(
    metadata: Readonly<Record<string, string>>,
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderCustomer>> {
    return askStripe(
      () => this.stripe.customers.create({ metadata: { ...metadata } }, { idempotencyKey }),
      toProviderCustomer,
    );
  }

  retrieve(customerId: string): Promise<ProviderAnswer<ProviderCustomer>> {
    return askStripe(() => this.stripe.customers.retrieve(customerId), toProviderCustomer);
  }

  /** Mirrors what a person may change about themselves. */
  update(
    customerId: string,
    contact: { name: string; email: string },
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderCustomer>> {
    return askStripe(
      () => this.stripe.customers.update(customerId, { ...contact }, { idempotencyKey }),
      toProviderCustomer,
    );
  }
}
