import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { isLeased } from '../../../platform/common/lease.js';
import { newXid } from '../../../platform/common/xid.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import type { ProviderMethodChange } from '../../../platform/stripe/provider-method.types.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultRecords } from '../record/vault-records.js';
import { MethodChanger } from './method-changer.js';
import { withOwnChange, withReplaced } from '../record/method-list.js';
import type { VaultMethod } from '../record/payment-method.types.js';
import { freshWork, isOfMethod, withWork } from '../record/pending-work.js';
import type { ChangeWork, OwnChange, PendingWork } from '../record/pending-work.types.js';
import { busy, methodGone, Unanswered } from './provider-refusals.js';

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
   * @throws AppError payment_method_not_found, card_declined, payment_method_refused, vault_customer_busy; Unanswered.
   */
  async amend(
    { _id: id }: VaultCustomer,
    { id: methodId }: VaultMethod,
    change: ProviderMethodChange | null,
    ours: OwnChange,
  ): Promise<VaultCustomer> {
    const workId = newXid(this.records.now().getTime());
    const until = performance.now() + this.config.payments.repeatWaitMs;
    for (;;) {
      const begun =
        change === null
          ? await this.store(id, methodId, ours)
          : await this.begin(id, { workId, methodId, change, ours });
      if (begun.ahead !== null) await this.settle(begun.record, begun.ahead, until - performance.now());
      else return change === null ? begun.record : this.run(begun.record, workId);
    }
  }

  /** Stores what only we know; first comes a replacement that has begun with another `sec_code`. */
  private async store(id: string, methodId: string, ours: OwnChange): Promise<Begun> {
    const updatedAt = this.records.now();
    let ahead: PendingWork | null = null;
    const record = await atFailpoint('method.amend', () =>
      this.records.change(id, (seen) => {
        const method = methodIn(seen, methodId);
        ahead = ours.secCode === null ? null : this.leasedOf(seen, methodId);
        return ahead === null ? { ...withReplaced(seen, withOwnChange(method, ours)), updatedAt } : null;
      }),
    );
    return begunWith(record, ahead);
  }

  /** Waits while another change of the method is not settled, or another card or account is being put in its place. */
  private async begin(
    id: string,
    { workId, methodId, change, ours }: Pick<ChangeWork, 'methodId' | 'change' | 'ours'> & { workId: string },
  ): Promise<Begun> {
    let ahead: PendingWork | null = null;
    const record = await atFailpoint('method.begin_change', () =>
      this.records.change(id, (seen) => {
        const { providerMethodId } = methodIn(seen, methodId);
        ahead =
          seen.pending.find((one) => one.kind === 'change' && isOfMethod(methodId, one)) ??
          this.leasedOf(seen, methodId);
        if (ahead !== null) return null;
        const fresh = freshWork(this.records.now(), this.config.payments.leaseMs);
        return withWork(seen, { kind: 'change', id: workId, methodId, providerMethodId, change, ours, ...fresh });
      }),
    );
    return begunWith(record, ahead);
  }

  private leasedOf({ pending }: VaultCustomer, methodId: string): PendingWork | null {
    return pending.find((one) => isOfMethod(methodId, one) && isLeased(one, this.records.now())) ?? null;
  }

  /** Gives up when somebody has deleted the method, or its customer, meanwhile: there is nothing to change then. */
  private async run(record: VaultCustomer, workId: string): Promise<VaultCustomer> {
    const work = record.pending.find((one): one is ChangeWork => one.kind === 'change' && one.id === workId);
    if (work === undefined) throw new Unanswered();
    try {
      const changed = await this.changer.change(record, work);
      methodIn(changed, work.methodId);
      return changed;
    } catch (error) {
      if (error instanceof AppError) await this.refuseIfGone(record._id, work.methodId);
      throw error;
    }
  }

  private async refuseIfGone(id: string, methodId: string): Promise<void> {
    const record = await this.records.load(id);
    if (record === null) throw methodGone();
    methodIn(record, methodId);
  }

  /** Waits for the request that is at the other work; finishes a change when none is. */
  private async settle(record: VaultCustomer, work: PendingWork, waitMs: number): Promise<void> {
    if (!isLeased(work, this.records.now())) {
      if (work.kind !== 'change') return;
      await this.changer.change(record, work).catch((error: unknown) => {
        if (error instanceof Unanswered) throw error; // what Stripe has decided on the other one is not this one's
      });
      return;
    }
    const over = (seen: VaultCustomer) =>
      !seen.pending.some((one) => one.id === work.id && isLeased(one, this.records.now()));
    const after = await this.records.waitUntil(record._id, over, waitMs);
    if (after?.over === false) throw busy('the payment method is being changed');
  }
}

/** The record, with the work in it when there is nothing to wait for. */
interface Begun {
  readonly record: VaultCustomer;
  readonly ahead: PendingWork | null;
}

function begunWith(record: VaultCustomer | null, ahead: PendingWork | null): Begun {
  if (record === null) throw methodGone();
  return { record, ahead };
}

function methodIn({ methods, state }: VaultCustomer, methodId: string): VaultMethod {
  const found = methods.find(({ id }) => id === methodId);
  if (found === undefined || state !== 'active') throw methodGone();
  return found;
}
