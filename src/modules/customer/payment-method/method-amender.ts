import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { newXid } from '../../../platform/common/xid.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import type { ProviderMethodChange } from '../../../platform/stripe/provider-method.types.js';
import type { VaultCustomer } from '../vault/vault-customer.types.js';
import { VaultRecords } from '../vault/vault-records.js';
import { MethodChanger } from './method-changer.js';
import { withOwnChange, withReplaced } from './method-list.js';
import type { VaultMethod } from './payment-method.types.js';
import { freshWork, withWork } from './pending-work.js';
import type { ChangeWork, OwnChange, PendingWork } from './pending-work.types.js';
import { Unanswered } from './provider-refusals.js';

/** Changes of a method that stays the same at Stripe: one after the other, so that the record says what Stripe says. */
@Injectable()
export class MethodAmender {
  constructor(
    private readonly records: VaultRecords,
    private readonly changer: MethodChanger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param change what Stripe must know first; null when only we know of it
   * @throws AppError payment_method_not_found, card_declined, payment_method_refused, overloaded; Unanswered.
   */
  async amend(
    { _id: id }: VaultCustomer,
    { id: methodId }: VaultMethod,
    change: ProviderMethodChange | null,
    ours: OwnChange,
  ): Promise<VaultCustomer> {
    if (change === null) return this.store(id, methodId, ours);
    const workId = newXid(this.records.now().getTime());
    const until = performance.now() + this.config.payments.repeatWaitMs;
    for (;;) {
      const record = await atFailpoint('method.begin_change', () =>
        this.records.change(id, (seen) => this.begin(seen, { workId, methodId, change, ours })),
      );
      const work = record?.pending.find((one): one is ChangeWork => isChangeOf(methodId, one));
      if (record === null || work === undefined) throw new Unanswered();
      if (work.id === workId) return this.changer.change(record, work);
      await this.settle(record, work, until - performance.now());
    }
  }

  private async store(id: string, methodId: string, ours: OwnChange): Promise<VaultCustomer> {
    const updatedAt = this.records.now();
    const record = await atFailpoint('method.amend', () =>
      this.records.change(id, (seen) => ({
        ...withReplaced(seen, withOwnChange(methodIn(seen, methodId), ours)),
        updatedAt,
      })),
    );
    if (record === null) throw notFound();
    return record;
  }

  /** Null while another change of the method is not settled. */
  private begin(
    record: VaultCustomer,
    {
      workId,
      methodId,
      change,
      ours,
    }: { workId: string; methodId: string; change: ProviderMethodChange; ours: OwnChange },
  ) {
    if (record.pending.some((work) => isChangeOf(methodId, work))) return null;
    const { providerMethodId } = methodIn(record, methodId);
    const fresh = freshWork(this.records.now(), this.config.payments.leaseMs);
    return withWork(record, { kind: 'change', id: workId, methodId, providerMethodId, change, ours, ...fresh });
  }

  /** Waits for the request that is at the other change; finishes it when none is. */
  private async settle(record: VaultCustomer, work: ChangeWork, waitMs: number): Promise<void> {
    const isLeft = ({ leaseUntil }: PendingWork) => leaseUntil === null || leaseUntil <= this.records.now();
    if (isLeft(work)) {
      await this.changer.change(record, work).catch((error: unknown) => {
        if (error instanceof Unanswered) throw error; // what Stripe has decided on the other one is not this one's
      });
      return;
    }
    const over = (seen: VaultCustomer) => !seen.pending.some((one) => one.id === work.id && !isLeft(one));
    const after = await this.records.waitUntil(record._id, over, waitMs);
    if (after?.over === false)
      throw new AppError('overloaded', 'the payment method is being changed', { retryAfterSeconds: 2 });
  }
}

const notFound = () => new AppError('payment_method_not_found', 'there is no such payment method');

const isChangeOf = (methodId: string, work: PendingWork): boolean =>
  work.kind === 'change' && work.methodId === methodId;

function methodIn({ methods, state }: VaultCustomer, methodId: string): VaultMethod {
  const found = methods.find(({ id }) => id === methodId);
  if (found === undefined || state !== 'active') throw notFound();
  return found;
}
