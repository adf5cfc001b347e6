import { Injectable } from '@nestjs/common';
import type { ProviderAnswer, ProviderContact, ProviderCustomer, ProviderPage } from './provider.types.js';
import { toPage, toProviderCustomer } from './stripe-translate.js';
import { StripeCalls } from './stripe-calls.js';

@Injectable()
export class StripeCustomers {
  constructor(private readonly calls: StripeCalls) {}

  /** Creates a Customer with metadata only (ruling 15): name and e-mail may change before a retry under the same key. */
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
    contact: ProviderContact,
    idempotencyKey: string,
  ): Promise<ProviderAnswer<ProviderCustomer>> {
    return this.calls.ask(
      'customer_update',
      (stripe) => stripe.customers.update(customerId, { ...contact }, { idempotencyKey }),
      toProviderCustomer,
    );
  }

  /** Deletes a Customer with all that it has saved. A retry is answered 404, which says the same. */
  remove(customerId: string): Promise<ProviderAnswer<ProviderCustomer>> {
    return this.calls.ask('customer_delete', (stripe) => stripe.customers.del(customerId), toProviderCustomer);
  }

  /** Lists the account's Customers, newest first, a hundred at a time, before `until` and without deleted ones. */
  createdBetween(
    from: Date,
    until: Date,
    after: string | null,
  ): Promise<ProviderAnswer<ProviderPage<ProviderCustomer>>> {
    const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
    return this.calls.ask(
      'customer_list',
      (stripe) =>
        stripe.customers.list({
          created: { gte: seconds(from), lt: seconds(until) },
          limit: 100,
          ...(after === null ? {} : { starting_after: after }),
        }),
      (list) => toPage(list, toProviderCustomer),
    );
  }
}
