import { Injectable, Logger } from '@nestjs/common';
import { MINUTE } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { ProviderCustomer, ProviderPage } from '../../../platform/stripe/provider.types.js';
import { StripeCustomers } from '../../../platform/stripe/stripe-customers.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultRecords } from '../record/vault-records.js';
import { withoutWork } from '../record/pending-work.js';
import type { TwinsWork } from '../record/pending-work.types.js';

/** Stripe's clock and ours are not the same. */
const MARGIN_MS = 5 * MINUTE;
const MOST_PAGES = 50;

/**
 * Customers of a record that a 500 hid: Stripe keeps it under the key, so the next key made another one. What the record
 * does not name is deleted; nothing was ever saved with it.
 */
@Injectable()
export class TwinFinder {
  private readonly logger = new Logger(TwinFinder.name);

  constructor(
    private readonly records: VaultRecords,
    private readonly stripe: StripeCustomers,
  ) {}

  /**
   * @param record with its Customer: before that is known, nobody can tell a twin from it
   * @returns whether it is done; otherwise it is due again.
   */
  async find(record: VaultCustomer, work: TwinsWork): Promise<boolean> {
    let after: string | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page: ProviderPage<ProviderCustomer> | null = await this.page(work, after);
      if (page === null) return false;
      for (const customer of page.items) {
        if (customer.metadata['vault_customer_id'] !== record._id) continue;
        if (!(await this.removeIfTwin(record._id, customer.id))) return false;
      }
      if (!page.more) return this.forget(record, work);
      after = page.last;
    }
    this.logger.warn(
      { detail: `more than ${MOST_PAGES} pages of Customers` },
      'a vault customer’s twins were not found',
    );
    return this.forget(record, work);
  }

  private async page(work: TwinsWork, after: string | null): Promise<ProviderPage<ProviderCustomer> | null> {
    const from = new Date(work.since.getTime() - MARGIN_MS);
    const until = new Date(work.dueAt.getTime() + MARGIN_MS);
    const answer = await atFailpoint('twins.list', () => this.stripe.createdBetween(from, until, after));
    return answer.outcome === 'done' ? answer.value : null;
  }

  /** @returns false when it cannot be told now, or not be removed. */
  private async removeIfTwin(id: string, providerCustomerId: string): Promise<boolean> {
    const current = await this.records.load(id);
    if (current === null || current.providerCustomerId === null) return false;
    return current.providerCustomerId === providerCustomerId || this.remove(providerCustomerId);
  }

  private async remove(providerCustomerId: string): Promise<boolean> {
    const answer = await atFailpoint('twins.remove', () => this.stripe.remove(providerCustomerId));
    return answer.outcome === 'done' || (answer.outcome === 'refused' && answer.status === 404);
  }

  private async forget({ _id: id }: VaultCustomer, work: TwinsWork): Promise<boolean> {
    await atFailpoint('twins.forget', () => this.records.change(id, (seen) => withoutWork(seen, work.id)));
    return true;
  }
}
