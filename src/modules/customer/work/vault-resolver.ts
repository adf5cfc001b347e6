import { Inject, Injectable, Logger } from '@nestjs/common';
import { DueWorker } from '../../../platform/common/due-worker.js';
import { Clock } from '../../../platform/common/clock.js';
import { SECOND } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Metrics } from '../../../platform/operations/metrics.js';
import { Readiness } from '../../../platform/operations/readiness.js';
import { ContactSender } from './contact-sender.js';
import { MethodChanger } from './method-changer.js';
import { MethodDetacher } from './method-detacher.js';
import { withoutCards } from '../record/pending-work.js';
import type { PendingWork } from '../record/pending-work.types.js';
import { ProviderCustomers } from './provider-customers.js';
import { SaveUndoer } from './save-undoer.js';
import { TwinFinder } from './twin-finder.js';
import { VaultCustomerRepository } from '../record/vault-customer.repository.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultRemoval } from './vault-removal.js';

/**
 * Ends the work at Stripe that a crash or a lost answer left in a record. Saved methods and new customers whose client did not
 * come back are undone; changes, detachments, deletions and contacts that Stripe has not got are completed.
 */
@Injectable()
export class VaultResolver extends DueWorker<VaultCustomer> {
  /** Pace of one after the other: nobody waits for them, and Stripe's rate limit is left to payers. */
  protected override readonly pace = { batch: 50, lanes: 1 };
  private readonly logger = new Logger(VaultResolver.name);

  constructor(
    private readonly customers: VaultCustomerRepository,
    private readonly owners: ProviderCustomers,
    private readonly undoer: SaveUndoer,
    private readonly changer: MethodChanger,
    private readonly detacher: MethodDetacher,
    private readonly contacts: ContactSender,
    private readonly twins: TwinFinder,
    private readonly removal: VaultRemoval,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(config.role, readiness, 'vault-resolver', config.payments.resolverTickMs);
  }

  protected override due(limit: number): Promise<readonly VaultCustomer[]> {
    return atFailpoint('vault_resolver.due', () => this.customers.due(this.clock.date(), limit));
  }

  protected override showDue(due: readonly VaultCustomer[]): void {
    this.metrics.gauge('vault_due', due.length);
    const oldest = Math.min(this.clock.now(), ...due.map(unfinishedSince));
    this.metrics.gauge('vault_work_oldest_seconds', (this.clock.now() - oldest) / SECOND);
  }

  protected override async work(record: VaultCustomer): Promise<boolean> {
    const now = this.clock.date();
    const due = record.pending.filter(({ dueAt }) => dueAt <= now);
    try {
      const claimed = await this.claim(record, now);
      if (claimed === null) return false;
      if (claimed.state === 'deleting') await this.removal.finish(claimed);
      else if (claimed.state === 'creating') await this.abandon(claimed);
      else for (const work of due) await this.resolve(claimed, work);
      this.metrics.count('vault_resolver_runs_total', { result: 'looked' });
    } catch (error) {
      this.metrics.count('vault_resolver_runs_total', { result: 'failed' });
      this.logger.warn({ err: error, version: record.v }, 'a vault customer could not be resolved yet');
    }
    return true;
  }

  /** Moves the due times first: what is not finished now is looked at again, by whatever instance is alive then. */
  private claim(record: VaultCustomer, now: Date): Promise<VaultCustomer | null> {
    const dueAt = new Date(now.getTime() + this.config.payments.unansweredRecheckMs);
    // A deletion that an earlier release began has them still.
    const left = record.state === 'deleting' ? withoutCards(record.pending) : record.pending;
    const pending = left.map((work) => (work.dueAt <= now ? { ...work, dueAt } : work));
    const first = Math.min(dueAt.getTime(), ...pending.map((work) => work.dueAt.getTime()));
    return atFailpoint('vault_resolver.claim', () =>
      this.customers.swap(record, { pending, nextCheckAt: new Date(first) }),
    );
  }

  /** Deletes a customer whose creation was not completed; no client has been told of it. */
  private async abandon(record: VaultCustomer): Promise<void> {
    const gone = await this.removal.begin(record._id, 'creating');
    if (gone !== null) await this.removal.finish(gone);
  }

  private async resolve(record: VaultCustomer, work: PendingWork): Promise<void> {
    switch (work.kind) {
      case 'save':
        return this.undoer.undo(record, work);
      case 'change':
        await this.changer.change(record, work);
        return;
      case 'detach':
        return this.detacher.detach(record, work);
      case 'contact':
        return this.contacts.send(record, work);
      case 'twins': {
        const owned = await this.owners.ensure(record);
        if (owned !== null) await this.twins.find(owned, work);
        return;
      }
    }
  }
}

/**
 * Returns the time since which work is unfinished, in epoch milliseconds; without pending work (a deletion, a creation)
 * the last change.
 */
function unfinishedSince({ pending, updatedAt }: VaultCustomer): number {
  return pending.length === 0 ? updatedAt.getTime() : Math.min(...pending.map(({ since }) => since.getTime()));
}
