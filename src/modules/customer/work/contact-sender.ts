import { Injectable, Logger } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { wantsNextKey } from '../../../platform/stripe/keyed-call.js';
import { StripeCustomers } from '../../../platform/stripe/stripe-customers.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultRecords } from '../record/vault-records.js';
import { withoutWork, withPatched } from '../record/pending-work.js';
import type { ContactWork } from '../record/pending-work.types.js';

/** Tells Stripe what a Customer is called. No request waits for it; the resolver repeats it until Stripe has taken it. */
@Injectable()
export class ContactSender {
  private readonly logger = new Logger(ContactSender.name);

  constructor(
    private readonly records: VaultRecords,
    private readonly stripe: StripeCustomers,
  ) {}

  /** Sends the contact once; when Stripe does not answer, the resolver repeats it. */
  async send({ _id: id }: VaultCustomer, work: ContactWork): Promise<void> {
    const key = `vault:${id}:${work.id}:contact:${work.generation}`;
    const answer = await atFailpoint('vault_contact.send', () =>
      this.stripe.update(work.providerCustomerId, work.contact, key),
    );
    if (answer.outcome === 'done') return this.forget(id, work);
    if (wantsNextKey(answer)) return this.nextKey(id, work);
    if (answer.outcome !== 'refused' || (answer.status !== 400 && answer.status !== 404)) return;
    // A Customer that is gone needs none; what Stripe does not take as an e-mail it will not take later.
    if (answer.status === 400) this.logger.warn({ detail: answer.code }, 'Stripe does not take a customer’s contact');
    await this.forget(id, work);
  }

  private async forget(id: string, work: ContactWork): Promise<void> {
    await atFailpoint('vault_contact.end', () => this.records.change(id, (seen) => withoutWork(seen, work.id)));
  }

  private async nextKey(id: string, { id: workId, generation }: ContactWork): Promise<void> {
    await atFailpoint('vault_contact.next_key', () =>
      this.records.change(id, (seen) => withPatched<ContactWork>(seen, workId, { generation: generation + 1 })),
    );
  }
}
