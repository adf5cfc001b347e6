import { Inject, Injectable } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { newXid } from '../../../platform/common/xid.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { providerRefused } from '../../../platform/stripe/provider-failure.js';
import { StripeCustomers } from '../../../platform/stripe/stripe-customers.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import type { VaultCustomer } from '../vault/vault-customer.types.js';
import { VaultRecords } from '../vault/vault-records.js';
import { freshWork, withWork } from './pending-work.js';
import { Unanswered } from './provider-refusals.js';

const ROUNDS = 3;

/** A record's Customer at Stripe: made with its first payment method, never before. */
@Injectable()
export class ProviderCustomers {
  constructor(
    private readonly records: VaultRecords,
    private readonly stripe: StripeCustomers,
    private readonly deployment: DeploymentService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * With its `cus_…`. Some work of the record must be stored: it is what says that we may have asked.
   * @returns null when the record is gone.
   * @throws Unanswered, AppError provider_refused.
   */
  async ensure(seen: VaultCustomer): Promise<VaultCustomer | null> {
    let record: VaultCustomer | null = seen;
    for (let round = 0; round < ROUNDS && record !== null; round++) {
      if (record.providerCustomerId !== null) return record;
      const { _id: id, customerGeneration: generation } = record;
      const metadata = { vault_customer_id: id, deployment_id: this.deployment.id };
      const answer = await atFailpoint('vault_customer.send', () =>
        this.stripe.create(metadata, `vault:${id}:customer:${generation}`),
      );
      if (answer.outcome === 'done') record = await this.store(id, generation, answer.value.id);
      else if (answer.outcome === 'unknown' && answer.serverError) record = await this.nextKey(id, generation);
      else if (answer.outcome === 'refused') throw providerRefused(answer);
      else throw new Unanswered();
    }
    if (record !== null) throw new Unanswered();
    return null;
  }

  /** Whether somebody deleted the Customer in Stripe's dashboard. Nothing that it had can be charged any more. */
  async isGone(providerCustomerId: string): Promise<boolean> {
    const answer = await atFailpoint('vault_customer.look', () => this.stripe.retrieve(providerCustomerId));
    return (
      (answer.outcome === 'done' && answer.value.deleted) || (answer.outcome === 'refused' && answer.status === 404)
    );
  }

  /** The next method is saved with a new one. */
  forget(id: string, providerCustomerId: string): Promise<VaultCustomer | null> {
    return atFailpoint('vault_customer.forget', () =>
      this.records.change(id, (seen) =>
        seen.providerCustomerId === providerCustomerId
          ? { providerCustomerId: null, customerGeneration: seen.customerGeneration + 1 }
          : null,
      ),
    );
  }

  private store(id: string, generation: number, providerCustomerId: string): Promise<VaultCustomer | null> {
    return atFailpoint('vault_customer.store', () =>
      this.records.change(id, (seen) =>
        seen.providerCustomerId === null && seen.customerGeneration === generation ? { providerCustomerId } : null,
      ),
    );
  }

  /** The 500 may have been told after the Customer was made: noted, so that the resolver looks for it. */
  private nextKey(id: string, generation: number): Promise<VaultCustomer | null> {
    const now = this.records.now();
    const dueAt = new Date(now.getTime() + this.config.payments.quietAfterMs);
    const twins = { kind: 'twins', id: newXid(now.getTime()), ...freshWork(now, 0), leaseUntil: null, dueAt } as const;
    return atFailpoint('vault_customer.next_key', () =>
      this.records.change(id, (seen) =>
        seen.customerGeneration === generation
          ? { customerGeneration: generation + 1, ...withWork(seen, twins) }
          : null,
      ),
    );
  }
}
