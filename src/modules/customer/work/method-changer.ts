import { Injectable } from '@nestjs/common';
import type { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { ProviderMethod } from '../../../platform/stripe/provider-method.types.js';
import { wantsNextKey } from '../../../platform/stripe/keyed-call.js';
import { StripeMethods } from '../../../platform/stripe/stripe-methods.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultRecords } from '../record/vault-records.js';
import { withOwnChange, withReplaced } from '../record/method-list.js';
import type { VaultMethod } from '../record/payment-method.types.js';
import { withoutWork, withPatched } from '../record/pending-work.js';
import type { ChangeWork } from '../record/pending-work.types.js';
import { type Failure, failureOf, methodGone, methodRefused, Unanswered } from './provider-refusals.js';

/** Changes in place what Stripe has of a method; the record then says what Stripe says. */
@Injectable()
export class MethodChanger {
  constructor(
    private readonly records: VaultRecords,
    private readonly stripe: StripeMethods,
  ) {}

  /**
   * @returns the record with the change in it.
   * @throws AppError card_declined, payment_method_refused: nothing changed. Unanswered: it will be finished. provider_refused.
   */
  async change({ _id: id }: VaultCustomer, work: ChangeWork): Promise<VaultCustomer> {
    const answer = await atFailpoint('method.change', () =>
      this.stripe.change(work.providerMethodId, work.change, `vault:${id}:${work.id}:change:${work.generation}`),
    );
    if (answer.outcome === 'done') return this.store(id, work, answer.value);
    const failure = this.failure(answer, work);
    if (failure instanceof Unanswered) {
      const moves = wantsNextKey(answer) ? 1 : 0;
      await this.letGo(id, work, work.generation + moves);
    } else await this.giveUp(id, work, failure);
    throw failure;
  }

  private failure(answer: Failure, { change }: ChangeWork): AppError {
    if (!('accountType' in change)) return failureOf(answer, 'card');
    // Stripe changes only what is a Customer's, and a bank account is nobody's until its owner has verified it.
    if (answer.outcome === 'refused' && answer.status === 400)
      return methodRefused('account_type cannot be changed before the account is verified, send account_number too');
    return failureOf(answer, 'bank account');
  }

  /** Gives the change up. An earlier try may have run all the same: then the record says what Stripe has now. */
  private async giveUp(id: string, work: ChangeWork, failure: AppError): Promise<void> {
    if (work.unanswered && failure.code === 'provider_refused') return this.letGo(id, work, work.generation);
    if (!work.unanswered) {
      await atFailpoint('method.unchanged', () => this.records.change(id, (seen) => withoutWork(seen, work.id)));
      return;
    }
    const seen = await atFailpoint('method.look_changed', () => this.stripe.retrieve(work.providerMethodId));
    if (seen.outcome === 'done') await this.store(id, work, seen.value);
    else if (seen.outcome === 'refused' && seen.status === 404)
      await atFailpoint('method.vanished', () => this.records.change(id, (record) => withoutWork(record, work.id)));
    else await this.letGo(id, work, work.generation);
  }

  private async store(id: string, work: ChangeWork, provider: ProviderMethod): Promise<VaultCustomer> {
    const updatedAt = this.records.now();
    const record = await atFailpoint('method.changed', () =>
      this.records.change(id, (seen) => {
        const method = seen.methods.find((one) => one.id === work.methodId);
        const isStillBehind = method?.providerMethodId === provider.id;
        if (method === undefined || !isStillBehind) return withoutWork(seen, work.id);
        const changed = withOwnChange(asProviderSays(method, provider), work.ours);
        return { ...withoutWork(seen, work.id), ...withReplaced(seen, changed), updatedAt };
      }),
    );
    if (record === null) throw methodGone();
    return record;
  }

  private async letGo(id: string, work: ChangeWork, generation: number): Promise<void> {
    const patch = { leaseUntil: null, unanswered: true, generation };
    await atFailpoint('method.change_later', () =>
      this.records.change(id, (seen) => withPatched<ChangeWork>(seen, work.id, patch)),
    );
  }
}

function asProviderSays(method: VaultMethod, { details }: ProviderMethod): VaultMethod {
  if (method.type === 'card' && details.kind === 'card')
    return { ...method, expiryMonth: details.expiryMonth, expiryYear: details.expiryYear };
  if (method.type === 'ach' && details.kind === 'bank_account') return { ...method, accountType: details.accountType };
  return method;
}
