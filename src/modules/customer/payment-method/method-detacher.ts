import { Injectable, Logger } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { StripeMethods } from '../../../platform/stripe/stripe-methods.js';
import type { VaultCustomer } from '../vault/vault-customer.types.js';
import { VaultRecords } from '../vault/vault-records.js';
import { withoutWork, withPatched } from './pending-work.js';
import type { DetachWork } from './pending-work.types.js';

/** Takes from the Customer what the record has no more. What does not succeed now is done by the resolver. */
@Injectable()
export class MethodDetacher {
  private readonly logger = new Logger(MethodDetacher.name);

  constructor(
    private readonly records: VaultRecords,
    private readonly stripe: StripeMethods,
  ) {}

  /** Of a request that is done but for this: the record is right already. */
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
    else if (answer.outcome === 'refused' && (answer.status === 400 || answer.status === 404)) {
      if (await this.isNobodys(work.providerMethodId)) await this.forget(id, work);
    } else if (answer.outcome === 'unknown' && answer.serverError) await this.nextKey(id, work);
  }

  private async isNobodys(providerMethodId: string): Promise<boolean> {
    const answer = await atFailpoint('method.look_detached', () => this.stripe.retrieve(providerMethodId));
    if (answer.outcome === 'done') return answer.value.customerId === null;
    return answer.outcome === 'refused' && answer.status === 404;
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
