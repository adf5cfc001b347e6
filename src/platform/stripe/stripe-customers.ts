import { Injectable } from '@nestjs/common';
import type { ProviderAnswer, ProviderCustomer } from './provider.types.js';
import { toProviderCustomer } from './stripe-translate.js';
import { StripeCalls } from './stripe-calls.js';

@Injectable()
export class StripeCustomers {
  constructor(private readonly calls: StripeCalls) {}

  /** With metadata only (ruling 15): name and e-mail may change between two tries under one key. */
  create(
    metadata: Readonly<Record<string, string>>,
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderCustomer>> {
    return this.calls.ask(
      'customer_create',
      (stripe) => stripe.customers.create({ metadata: { ...metadata } }, { idempotencyKey }),
      toProviderCustomer,
    );
  }

  retrieve(customerId: string): Promise<ProviderAnswer<ProviderCustomer>> {
    return this.calls.ask('customer_retrieve', (stripe) => stripe.customers.retrieve(customerId), toProviderCustomer);
  }

  /** Mirrors what a person may change about themselves. */
  update(
    customerId: string,
    contact: { name: string; email: string },
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderCustomer>> {
    return this.calls.ask(
      'customer_update',
      (stripe) => stripe.customers.update(customerId, { ...contact }, { idempotencyKey }),
      toProviderCustomer,
    );
  }
}
