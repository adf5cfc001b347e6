import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { isLeased } from '../../../platform/common/lease.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { StripeCustomers } from '../../../platform/stripe/stripe-customers.js';
import { withoutCards } from '../record/pending-work.js';
import { ProviderCustomers } from './provider-customers.js';
import { TwinFinder } from './twin-finder.js';
import { VaultCustomerRepository } from '../record/vault-customer.repository.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultRecords } from '../record/vault-records.js';

/** Ends a record: first here, where nobody sees it any more, then its Customer at Stripe with all that it has saved. */
@Injectable()
export class VaultRemoval {
  private readonly logger = new Logger(VaultRemoval.name);

  constructor(
    private readonly records: VaultRecords,
    private readonly repository: VaultCustomerRepository,
    private readonly customers: ProviderCustomers,
    private readonly twins: TwinFinder,
    private readonly stripe: StripeCustomers,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Deletes the customer: no look-up finds it from now on. Its id is free once the Customer is deleted at Stripe, now or later by
   * the resolver.
   * @returns the record, in which nothing of its payment methods is left.
   * @throws AppError vault_customer_not_found when it was gone, or is being created.
   */
  async remove(id: string): Promise<VaultCustomer> {
    const gone = await this.begin(id, 'active');
    if (gone === null) throw new AppError('vault_customer_not_found', 'there is no such customer');
    await this.finishIfPossible(gone);
    return gone;
  }

  private async finishIfPossible(record: VaultCustomer): Promise<void> {
    await this.finish(record).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'a vault customer is deleted here, at Stripe later');
    });
  }

  /** @returns the record, which nobody sees any more; null when it is in another state than `from`. */
  async begin(id: string, from: 'active' | 'creating'): Promise<VaultCustomer | null> {
    const nextCheckAt = new Date(this.records.now().getTime() + this.config.payments.leaseMs);
    let begins = false;
    const record = await atFailpoint('removal.begin', () =>
      this.records.change(id, (seen) => {
        begins = seen.state === from;
        const defaults = { ...seen.defaults, methodId: null, methodType: null };
        const erased = { creation: null, methods: [], defaults, pending: withoutCards(seen.pending) };
        return begins ? { state: 'deleting', ...erased, nextCheckAt } : null;
      }),
    );
    return begins ? record : null;
  }

  /** Completes a deletion that waited for this request, which was saving a method when it began. */
  async resume(id: string): Promise<void> {
    const record = await this.records.load(id);
    if (record?.state === 'deleting') await this.finishIfPossible(record);
  }

  /**
   * Deletes the Customer at Stripe and then the record; when Stripe does not answer, the resolver repeats it. It does not begin
   * while a request is saving a method, which might create the Customer after it was looked for: that request calls `resume`.
   */
  async finish(seen: VaultCustomer): Promise<void> {
    const now = this.records.now();
    if (seen.pending.some((work) => work.kind === 'save' && isLeased(work, now))) return;
    const mayHaveAsked =
      seen.providerCustomerId === null && seen.pending.some(({ kind }) => kind === 'save' || kind === 'twins');
    const record = mayHaveAsked ? await this.customers.ensure(seen) : seen;
    if (record === null) return;
    for (const work of record.pending) {
      if (work.kind !== 'twins') continue;
      // Goes by `since`, because every claim of the resolver moves `dueAt` on: it would be waited for for ever.
      const allHaveArrived = new Date(work.since.getTime() + this.config.payments.quietAfterMs);
      if (allHaveArrived > this.records.now()) return this.later(record, allHaveArrived);
      if (!(await this.twins.find(record, work))) return;
    }
    const { providerCustomerId } = record;
    if (providerCustomerId !== null) {
      const answer = await atFailpoint('removal.send', () => this.stripe.remove(providerCustomerId));
      if (answer.outcome !== 'done' && !(answer.outcome === 'refused' && answer.status === 404)) return;
    }
    const last = await this.records.load(record._id);
    if (last !== null) await atFailpoint('removal.end', () => this.repository.remove(last));
  }

  private async later({ _id: id }: VaultCustomer, nextCheckAt: Date): Promise<void> {
    await atFailpoint('removal.later', () => this.records.change(id, () => ({ nextCheckAt })));
  }
}
