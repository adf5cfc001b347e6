import { Inject, Injectable } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { isLeased } from '../../../platform/common/lease.js';
import { newXid } from '../../../platform/common/xid.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { providerRefused } from '../../../platform/stripe/provider-failure.js';
import { askUnderKey, type KeyedAnswer } from '../../../platform/stripe/keyed-call.js';
import type { ProviderCustomer } from '../../../platform/stripe/provider.types.js';
import { StripeCustomers } from '../../../platform/stripe/stripe-customers.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultRecords } from '../record/vault-records.js';
import { contactOf, isEmptyContact, withContact } from '../record/contact.js';
import { freshWork, saveWorkOf, withPatched, withWork } from '../record/pending-work.js';
import type { SaveWork } from '../record/pending-work.types.js';
import { busy, Unanswered } from './provider-refusals.js';

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
   * Returns the record with its `cus_…`, creating the Customer if there is none. The record must have stored work before: after a
   * crash that is the sign that Stripe may have been asked.
   * @param workId of the request's own `save`; absent where it is nobody's
   * @returns null when the record is gone.
   * @throws Unanswered, AppError provider_refused, vault_customer_busy.
   */
  async ensure(seen: VaultCustomer, workId?: string): Promise<VaultCustomer | null> {
    let record = await this.afterOthers(seen, workId);
    for (let round = 0; round < ROUNDS && record !== null; round++) {
      if (record.providerCustomerId !== null) return record;
      const asked: KeyedAnswer<VaultCustomer, ProviderCustomer> = await this.ask(record);
      record = asked.record;
      if (record === null || asked.answer === null) continue;
      if (asked.answer.outcome === 'refused') throw providerRefused(asked.answer);
      if (asked.answer.outcome !== 'done') throw new Unanswered();
      record = await this.store(record._id, record.customerGeneration, asked.answer.value.id);
    }
    if (record !== null) throw new Unanswered();
    return null;
  }

  private ask(record: VaultCustomer): Promise<KeyedAnswer<VaultCustomer, ProviderCustomer>> {
    const metadata = { vault_customer_id: record._id, deployment_id: this.deployment.id };
    return askUnderKey(record, {
      send: ({ _id: id, customerGeneration }) =>
        atFailpoint('vault_customer.send', () =>
          this.stripe.create(metadata, `vault:${id}:customer:${customerGeneration}`),
        ),
      nextKey: ({ _id: id, customerGeneration }) => this.nextKey(id, customerGeneration),
      wants: ({ providerCustomerId }) => providerCustomerId === null,
    });
  }

  /**
   * Whether somebody deleted the Customer in Stripe's dashboard. Nothing that it had can be charged any more.
   * @throws Unanswered, AppError provider_refused.
   */
  async isGone(providerCustomerId: string): Promise<boolean> {
    const answer = await atFailpoint('vault_customer.look', () => this.stripe.retrieve(providerCustomerId));
    if (answer.outcome === 'done') return answer.value.deleted;
    if (answer.outcome !== 'refused') throw new Unanswered();
    if (answer.status !== 404) throw providerRefused(answer);
    return true;
  }

  /** The `save` goes on with a new one, under the next key: its SetupIntent names another Customer then. */
  forget(id: string, workId: string, providerCustomerId: string): Promise<VaultCustomer | null> {
    return atFailpoint('vault_customer.forget', () =>
      this.records.change(id, (seen) => {
        const work = saveWorkOf(seen, workId);
        if (work === undefined) return null;
        const isStill = seen.providerCustomerId === providerCustomerId;
        return {
          ...(isStill ? { providerCustomerId: null, customerGeneration: seen.customerGeneration + 1 } : {}),
          ...withPatched<SaveWork>(seen, workId, { generation: work.generation + 1 }),
        };
      }),
    );
  }

  /**
   * Two requests that create the Customer under one key at the same time would make Stripe refuse the second (409), which
   * looks like an outage: the one whose work was stored first does it.
   */
  private async afterOthers(seen: VaultCustomer, workId: string | undefined): Promise<VaultCustomer | null> {
    const isOver = (record: VaultCustomer) => record.providerCustomerId !== null || !this.isBehind(record, workId);
    if (isOver(seen)) return seen;
    const after = await this.records.waitUntil(seen._id, isOver, this.config.payments.repeatWaitMs);
    if (after?.over === false) throw busy('the customer is being made at Stripe');
    return after?.record ?? null;
  }

  private isBehind({ pending }: VaultCustomer, workId: string | undefined): boolean {
    const own = pending.findIndex(({ id }) => id === workId);
    const ahead = own === -1 ? pending : pending.slice(0, own);
    return ahead.some((work) => work.kind === 'save' && isLeased(work, this.records.now()));
  }

  private store(id: string, generation: number, providerCustomerId: string): Promise<VaultCustomer | null> {
    const now = this.records.now();
    const workId = newXid(now.getTime());
    return atFailpoint('vault_customer.store', () =>
      this.records.change(id, (seen) => {
        if (seen.providerCustomerId !== null || seen.customerGeneration !== generation) return null;
        const owned = { ...seen, providerCustomerId };
        const contact = contactOf(owned);
        const told = isEmptyContact(contact) ? {} : withContact(owned, contact, { id: workId, now });
        return { providerCustomerId, ...told };
      }),
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
