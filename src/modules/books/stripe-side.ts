import { Injectable } from '@nestjs/common';
import type {
  ProviderAnswer,
  ProviderEntry,
  ProviderPage,
  ProviderRefund,
} from '../../platform/stripe/provider.types.js';
import { StripeBooks } from '../../platform/stripe/stripe-books.js';
import type { RequestBudget } from './request-budget.js';
import type { Span } from './reconciliation.types.js';

/** Stripe's payments in the span by PaymentIntent, ours or not. */
export interface StripeSide {
  readonly entries: ReadonlyMap<string, ProviderEntry>;
  readonly refunds: ReadonlyMap<string, readonly ProviderRefund[]>;
  readonly unreadable: number;
}

/** Reads three lists: a PaymentIntent may be made, paid and refunded on three different days. */
@Injectable()
export class StripeSideReader {
  constructor(private readonly books: StripeBooks) {}

  async read(span: Span, budget: RequestBudget): Promise<StripeSide> {
    const entries = new Map<string, ProviderEntry>();
    const refunds = new Map<string, ProviderRefund[]>();
    const keep = (entry: ProviderEntry | null): void => {
      // A refund tells of no charge in a few corners; the charge that is known stays.
      if (entry !== null && (entry.capture !== null || !entries.has(entry.payment.id)))
        entries.set(entry.payment.id, entry);
    };
    let unreadable = 0;
    unreadable += await pages(budget, (after) => this.books.paymentsCreated(span, after), keep);
    unreadable += await pages(budget, (after) => this.books.chargesCreated(span, after), keep);
    unreadable += await pages(
      budget,
      (after) => this.books.refundsCreated(span, after),
      (refund) => {
        if (refund.entry === null) return;
        const { id } = refund.entry.payment;
        refunds.set(id, [...(refunds.get(id) ?? []), refund]);
        keep(refund.entry);
      },
    );
    return { entries, refunds, unreadable };
  }

  /** @returns null when Stripe does not know it. */
  find(providerPaymentId: string, budget: RequestBudget): Promise<ProviderEntry | null> {
    return budget.find(() => this.books.retrieve(providerPaymentId));
  }
}

/** @returns how many objects could not be read. */
async function pages<T>(
  budget: RequestBudget,
  list: (after: string | null) => Promise<ProviderAnswer<ProviderPage<T>>>,
  keep: (item: T) => void,
): Promise<number> {
  let unreadable = 0;
  for (let after: string | null = null; ;) {
    const page: ProviderPage<T> = await budget.read(() => list(after));
    page.items.forEach(keep);
    unreadable += page.unreadable;
    if (!page.more || page.last === null) return unreadable;
    after = page.last;
  }
}
