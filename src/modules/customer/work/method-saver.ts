import { Injectable } from '@nestjs/common';
import type { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { newXid } from '../../../platform/common/xid.js';
import { StripeSetups } from '../../../platform/stripe/stripe-setups.js';
import { askUnderKey } from '../../../platform/stripe/keyed-call.js';
import type { ProviderSetup } from '../../../platform/stripe/provider-method.types.js';
import type { ProviderAnswer } from '../../../platform/stripe/provider.types.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultRecords } from '../record/vault-records.js';
import { VaultRemoval } from './vault-removal.js';
import { finishedSave, type FinishedWith } from './finished-save.js';
import { MethodDetacher } from './method-detacher.js';
import { MethodMaker } from './method-maker.js';
import type { NewMethod } from '../record/new-method.types.js';
import { saveWorkOf, UNDOING, withoutWork, withPatched } from '../record/pending-work.js';
import type { DetachWork, SaveWork } from '../record/pending-work.types.js';
import { ProviderCustomers } from './provider-customers.js';
import {
  authenticationRequired,
  customerGone,
  failureOf,
  isCustomerGone,
  isVerdict,
  methodGone,
  methodRefused,
  Unanswered,
  wordOf,
} from './provider-refusals.js';

/** Stripe's answer to the SetupIntent, and the record as it was then. */
interface Told {
  readonly record: VaultCustomer;
  readonly answer: ProviderAnswer<ProviderSetup>;
}

/** Everything that a SetupIntent needs is there. */
interface SetUp {
  readonly work: SaveWork;
  readonly customerId: string;
  readonly provider: NonNullable<SaveWork['provider']>;
}

const SETUP_KIND = { card: 'card', ach: 'bank_account', sepa: 'sepa_debit' } as const;

function setUpOf(record: VaultCustomer, workId: string): SetUp | null {
  const work = saveWorkOf(record, workId);
  const { providerCustomerId: customerId } = record;
  if (work === undefined || work.provider === null || customerId === null) return null;
  return { work, customerId, provider: work.provider };
}

/**
 * Brings a stored `save` to its end: the Customer, the PaymentMethod, the SetupIntent that makes the one the other's, the
 * record. Each step is in the record before the next begins, so it goes on from anywhere.
 */
@Injectable()
export class MethodSaver {
  constructor(
    private readonly records: VaultRecords,
    private readonly customers: ProviderCustomers,
    private readonly maker: MethodMaker,
    private readonly setups: StripeSetups,
    private readonly detacher: MethodDetacher,
    private readonly removal: VaultRemoval,
    private readonly deployment: DeploymentService,
  ) {}

  /**
   * @param asked for what the record does not have, a number
   * @param also what follows from having it, in the same swap
   * @returns the record with the method in it.
   * @throws AppError card_declined, payment_method_refused: nothing is stored. Unanswered, provider_refused, StoreError: not
   *   now.
   */
  async save(
    record: VaultCustomer,
    work: SaveWork,
    asked: NewMethod,
    also: FinishedWith['also'] = () => ({}),
  ): Promise<VaultCustomer> {
    try {
      return await this.steps(record, work, asked, also);
    } catch (error) {
      if (isVerdict(error)) await this.end(record._id, work.id);
      // The first error is the one to throw; a lease that could not be given back ends by itself.
      else await this.letGo(record._id, work.id).catch(() => undefined);
      if (isCustomerGone(error)) await this.removal.resume(record._id);
      throw error;
    }
  }

  /**
   * The SetupIntent, asked for until Stripe says what came of it.
   * @returns what it said, and the record as it is then; null when the record, or the work, is gone.
   */
  async setUp(seen: VaultCustomer, workId: string): Promise<Told | null> {
    const first = setUpOf(seen, workId);
    if (first === null) return null;
    const told = await askUnderKey(seen, {
      send: (record) => this.askToSave(record, setUpOf(record, workId) ?? first),
      nextKey: (record) => this.nextKey(record._id, (setUpOf(record, workId) ?? first).work),
      wants: (record) => setUpOf(record, workId) !== null,
    });
    return told.record === null || told.answer === null ? null : { record: told.record, answer: told.answer };
  }

  private askToSave(
    record: VaultCustomer,
    { work, customerId, provider }: SetUp,
  ): Promise<ProviderAnswer<ProviderSetup>> {
    const { methodId, facts } = provider;
    const kind = SETUP_KIND[facts.type];
    const metadata = this.metadata(record, work);
    return atFailpoint('method.set_up', () =>
      this.setups.save(
        { customerId, methodId, kind, agreedAt: work.since, returnUrl: work.returnUrl ?? null, metadata },
        `vault:${record._id}:${work.id}:setup:${work.generation}`,
      ),
    );
  }

  /** The work is forgotten, unless some of its calls may have run: then it is undone first. */
  async end(id: string, workId: string): Promise<void> {
    const dueAt = this.records.now();
    await atFailpoint('method.end', () =>
      this.records.change(id, (seen) => {
        const work = saveWorkOf(seen, workId);
        if (work === undefined) return null;
        return work.unanswered
          ? withPatched<SaveWork>(seen, workId, { ...UNDOING, leaseUntil: null, dueAt })
          : withoutWork(seen, workId);
      }),
    );
  }

  /** Asks Stripe to save the method, once more with a new Customer if theirs was deleted in Stripe's dashboard. */
  private async asked(seen: VaultCustomer, workId: string, asked: NewMethod): Promise<Told> {
    const told = await this.askedOnce(seen, workId, asked);
    const misses = told.answer.outcome === 'refused' && told.answer.code === 'resource_missing';
    const healed = misses ? await this.withoutCustomer(told.record, workId) : null;
    return healed === null ? told : this.askedOnce(healed, workId, asked);
  }

  private async askedOnce(seen: VaultCustomer, workId: string, asked: NewMethod): Promise<Told> {
    const owned = await this.customers.ensure(seen, workId);
    const made = owned === null ? null : await this.maker.make(owned, workId, asked);
    const told = made === null ? null : await this.setUp(made, workId);
    if (told === null) throw await this.lost(seen._id);
    return told;
  }

  private async steps(
    seen: VaultCustomer,
    work: SaveWork,
    asked: NewMethod,
    also: FinishedWith['also'],
  ): Promise<VaultCustomer> {
    const { record, answer } = await this.asked(seen, work.id, asked);
    if (answer.outcome === 'done') {
      const { status } = answer.value;
      if (status === 'saved' || status === 'verifying') return this.finish(record._id, work, also);
      await this.cancel(record, work.id, answer.value.id);
      throw status === 'authenticating' ? authenticationRequired() : methodRefused('card was not accepted');
    }
    throw failureOf(answer, wordOf(asked.kind));
  }

  private async finish(id: string, work: SaveWork, also: FinishedWith['also']): Promise<VaultCustomer> {
    const now = this.records.now();
    const drawn = { now, detachId: newXid(now.getTime()), also };
    const record = await atFailpoint('method.finish', () =>
      this.records.change(id, (seen) => finishedSave(seen, work, drawn)),
    );
    if (record === null) throw customerGone();
    if (!record.methods.some((method) => method.id === work.methodId)) throw methodGone();
    const replaced = record.pending.find((one): one is DetachWork => one.id === drawn.detachId);
    if (replaced !== undefined) await this.detacher.detachIfPossible(record, replaced);
    return record;
  }

  /**
   * Cancels a SetupIntent that waits for the payer: nobody has its secret, so it would stay open for ever. A failure does
   * no harm.
   */
  private async cancel({ _id: id }: VaultCustomer, workId: string, setupId: string): Promise<void> {
    await atFailpoint('method.cancel_setup', () => this.setups.cancel(setupId, `vault:${id}:${workId}:cancel:0`));
  }

  /** @returns the record without the Customer, if that is what Stripe misses; null when it is there. */
  private async withoutCustomer(
    { _id: id, providerCustomerId }: VaultCustomer,
    workId: string,
  ): Promise<VaultCustomer | null> {
    if (providerCustomerId === null || !(await this.customers.isGone(providerCustomerId))) return null;
    const record = await this.customers.forget(id, workId, providerCustomerId);
    if (record === null) throw customerGone();
    return record;
  }

  /** Why there is nothing to go on with: the customer was deleted, or this request outlived its lease. */
  private async lost(id: string): Promise<AppError> {
    const record = await this.records.load(id);
    return record === null || record.state === 'deleting' ? customerGone() : new Unanswered();
  }

  private letGo(id: string, workId: string): Promise<unknown> {
    return atFailpoint('method.let_go', () =>
      this.records.change(id, (seen) => withPatched<SaveWork>(seen, workId, { leaseUntil: null, unanswered: true })),
    );
  }

  private nextKey(id: string, { id: workId, generation }: SaveWork): Promise<VaultCustomer | null> {
    return atFailpoint('method.next_setup_key', () =>
      this.records.change(id, (seen) =>
        withPatched<SaveWork>(seen, workId, { generation: generation + 1, unanswered: true }),
      ),
    );
  }

  private metadata({ _id: id }: VaultCustomer, { methodId }: SaveWork): Record<string, string> {
    return { vault_customer_id: id, vault_method_id: methodId, deployment_id: this.deployment.id };
  }
}
