import { Injectable } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { newXid } from '../../../platform/common/xid.js';
import { StripeSetups } from '../../../platform/stripe/stripe-setups.js';
import type { VaultCustomer, VaultCustomerChange } from '../record/vault-customer.types.js';
import { VaultRecords } from '../record/vault-records.js';
import { MethodDetacher } from './method-detacher.js';
import { MethodSaver } from './method-saver.js';
import { freshWork, saveWorkOf, UNDOING, withoutWork, withPatched, withWork } from '../record/pending-work.js';
import type { DetachWork, SaveWork } from '../record/pending-work.types.js';
import { ProviderCustomers } from './provider-customers.js';

/**
 * Undoes a `save` that nobody comes back for. Its SetupIntent is settled first, by asking for it once more under its key:
 * once that is known, and the PaymentMethod detached, no late call can make it the Customer's again.
 */
@Injectable()
export class SaveUndoer {
  constructor(
    private readonly records: VaultRecords,
    private readonly customers: ProviderCustomers,
    private readonly saver: MethodSaver,
    private readonly setups: StripeSetups,
    private readonly detacher: MethodDetacher,
  ) {}

  /** Undoes as many steps as Stripe answers now; the resolver repeats the rest. */
  async undo({ _id: id }: VaultCustomer, { id: workId }: SaveWork): Promise<void> {
    const marked = await atFailpoint('undo.mark', () =>
      this.records.change(id, (seen) =>
        saveWorkOf(seen, workId) === undefined ? null : withPatched<SaveWork>(seen, workId, UNDOING),
      ),
    );
    // A Customer that was asked for is the record's, so that the next method finds it.
    const owned = marked === null ? null : await this.customers.ensure(marked);
    const work = owned === null ? undefined : saveWorkOf(owned, workId);
    if (owned === null || work === undefined) return;
    if (work.provider === null) return this.forget(id, workId);
    const told = await this.saver.setUp(owned, workId);
    if (told === null || told.answer.outcome === 'unknown') return;
    const { answer } = told;
    if (answer.outcome === 'refused' && answer.status !== 400 && answer.status !== 404) return;
    if (answer.outcome === 'done' && answer.value.status !== 'saved') await this.cancel(id, workId, answer.value.id);
    await this.detach(id, workId);
  }

  private async cancel(id: string, workId: string, setupId: string): Promise<void> {
    await atFailpoint('undo.cancel_setup', () => this.setups.cancel(setupId, `vault:${id}:${workId}:cancel:0`));
  }

  private async detach(id: string, workId: string): Promise<void> {
    const now = this.records.now();
    const detachId = newXid(now.getTime());
    const record = await atFailpoint('undo.detach', () =>
      this.records.change(id, (seen) => becomesDetach(seen, workId, detachId, now)),
    );
    const work = record?.pending.find((one): one is DetachWork => one.kind === 'detach' && one.id === detachId);
    if (record !== null && work !== undefined) await this.detacher.detach(record, work);
  }

  private async forget(id: string, workId: string): Promise<void> {
    await atFailpoint('undo.forget', () => this.records.change(id, (seen) => withoutWork(seen, workId)));
  }
}

function becomesDetach(record: VaultCustomer, workId: string, id: string, now: Date): VaultCustomerChange | null {
  const work = saveWorkOf(record, workId);
  if (work?.provider == null) return null;
  const { methodId: providerMethodId } = work.provider;
  const rest = withoutWork(record, workId);
  // Keeps a method that the record has already, by another request.
  if (record.methods.some((method) => method.providerMethodId === providerMethodId)) return rest;
  return withWork({ ...record, ...rest }, { kind: 'detach', id, providerMethodId, ...freshWork(now, 0) });
}
