import { Injectable } from '@nestjs/common';
import type { ProviderAnswer, ProviderDispute, ProviderPage } from './provider.types.js';
import { StripeCalls } from './stripe-calls.js';
import { toPage, toProviderDispute } from './stripe-translate.js';

/** Disputes of charges and returns of bank debits. Read only: who answers a dispute does it in Stripe's dashboard. */
@Injectable()
export class StripeDisputes {
  constructor(private readonly calls: StripeCalls) {}

  /** https://docs.stripe.com/api/disputes/retrieve */
  retrieve(disputeId: string): Promise<ProviderAnswer<ProviderDispute>> {
    return this.calls.ask('dispute_retrieve', (stripe) => stripe.disputes.retrieve(disputeId), toProviderDispute);
  }

  /** Disputes by their creation, newest first, a hundred at a time. https://docs.stripe.com/api/disputes/list */
  listCreatedSince(from: Date, after: string | null): Promise<ProviderAnswer<ProviderPage<ProviderDispute>>> {
    return this.calls.ask(
      'dispute_list',
      (stripe) =>
        stripe.disputes.list({
          created: { gte: Math.floor(from.getTime() / 1000) },
          limit: 100,
          ...(after === null ? {} : { starting_after: after }),
        }),
      (list) => toPage(list, toProviderDispute),
    );
  }
}
