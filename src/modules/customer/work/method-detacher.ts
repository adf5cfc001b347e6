import { Injectable, Logger } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { wantsNextKey } from '../../../platform/stripe/keyed-call.js';
import { StripeMethods } from '../../../platform/stripe/stripe-methods.js';
import { StripeSetups } from '../../../platform/stripe/stripe-setups.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultRecords } from '../record/vault-records.js';
import { withoutWork, withPatched } from '../record/pending-work.js';
import type { DetachWork } from '../record/pending-work.types.js';

/** Detaches PaymentMethods from the Customer that the record no longer has. The resolver repeats what fails now. */
@Injectable()
export class MethodDetacher {
  private readonly logger = new Logger(MethodDetacher.name);

  constructor(
    private readonly records: VaultRecords,
    private readonly stripe: StripeMethods,
    private readonly setups: StripeSetups,
  ) {}

  /** Detaches, and only logs a failure: the record is right already, and the resolver tries again. */
  async detachIfPossible(record: VaultCustomer, work: DetachWork): Promise<void> {
    await this.detach(record, work).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'a payment method is detached later');
    });
  }

  async detach({ _id: id }: VaultCustomer, work: DetachWork): Promise<void> {
    const answer = await atFailpoint('method.detach', () =>
      this.stripe.detach(work.providerMethodId, `vault:${id}:${work.id}:detach:${work.generation}`),
    );
    if (answer.outcome === 'done') await this.forget(id, work);
    else if (answer.outcome === 'refused' && (answer.status === 400 || answer.status === 404))
      await this.afterRefusal(id, work);
    else if (wantsNextKey(answer)) await this.nextKey(id, work);
  }

  /**
   * Finds out why Stripe refused. A PaymentMethod without a Customer needs no detaching; one that got its Customer later needs a
   * new idempotency key, because the old one would answer the refusal again.
   */
  private async afterRefusal(id: string, work: DetachWork): Promise<void> {
    const answer = await atFailpoint('method.look_detached', () => this.stripe.retrieve(work.providerMethodId));
    const isGone = answer.outcome === 'refused' && answer.status === 404;
    if (answer.outcome === 'done' && answer.value.customerId !== null) await this.nextKey(id, work);
    else if (isGone || (answer.outcome === 'done' && (await this.staysNobodys(id, work)))) await this.forget(id, work);
  }

  /** Makes sure that no open SetupIntent gives the Customer a bank account, deleted here, once its owner verifies it. */
  private async staysNobodys(id: string, work: DetachWork): Promise<boolean> {
    const waiting = await atFailpoint('method.look_setups', () => this.setups.waitingOf(work.providerMethodId));
    if (waiting.outcome !== 'done') return waiting.outcome === 'refused' && waiting.status === 404;
    for (const setup of waiting.value) {
      const key = `vault:${id}:${work.id}:end:${setup.id}:${work.generation}`;
      const ended = await atFailpoint('method.end_setup', () => this.setups.cancel(setup.id, key));
      if (wantsNextKey(ended)) await this.nextKey(id, work);
      if (ended.outcome !== 'done') return false;
    }
    return true;
  }

  private async forget(id: string, work: DetachWork): Promise<void> {
    await atFailpoint('method.detached', () => this.records.change(id, (seen) => withoutWork(seen, work.id)));
  }

  private async nextKey(id: string, { id: workId, generation }: DetachWork): Promise<void> {
    await atFailpoint('method.next_detach_key', () =>
      this.records.change(id, (seen) => withPatched<DetachWork>(seen, workId, { generation: generation + 1 })),
    );
  }
}
