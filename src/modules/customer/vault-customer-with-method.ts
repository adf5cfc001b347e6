import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { MethodSaver } from './work/method-saver.js';
import type { AskedMethod, NewMethod } from './record/new-method.types.js';
import { holderOf } from './record/holder.js';
import { firstFlags } from './record/new-save-work.js';
import type { SaveWork } from './record/pending-work.types.js';
import { isVerdict } from './work/provider-refusals.js';
import { type RequestFingerprint, RequestFingerprints } from './record/request-fingerprints.js';
import { SaveStarter } from './work/save-starter.js';
import type { VaultMethod } from './record/payment-method.types.js';
import { VaultCustomerRepository } from './record/vault-customer.repository.js';
import type { NewVaultCustomer, VaultCustomer, VaultCustomerChange } from './record/vault-customer.types.js';
import { VaultRemoval } from './work/vault-removal.js';

export type NewRecord = Omit<VaultCustomer, 'v' | 'w'>;

const ROUNDS = 3;

/** A customer that comes with a payment method: nobody sees it before Stripe has the method, and it goes if Stripe has not. */
@Injectable()
export class VaultCustomerWithMethod {
  private readonly logger = new Logger(VaultCustomerWithMethod.name);

  constructor(
    private readonly customers: VaultCustomerRepository,
    private readonly starter: SaveStarter,
    private readonly saver: MethodSaver,
    private readonly removal: VaultRemoval,
    private readonly fingerprints: RequestFingerprints,
  ) {}

  /**
   * Creates the customer; a repeat of the request, made before the first was answered, leads to the same one.
   * @throws AppError vault_customer_taken, card_declined, payment_method_refused (400, nothing stored),
   *   provider_unreachable, provider_refused (503), vault_customer_busy (409).
   */
  async create(fresh: NewRecord, asked: NewVaultCustomer & { method: AskedMethod }): Promise<VaultCustomer> {
    const method = this.starter.accept(asked.method);
    const request = { accountId: fresh.accountId, asked };
    const fingerprint = this.fingerprints.of((hash) => hash(request));
    const drawn = this.starter.draw(method, { methodId: null, flags: firstFlags(method) }, holderOf(fresh), (hash) =>
      hash(request),
    );
    const creating: NewRecord = {
      ...fresh,
      state: 'creating',
      creation: { fingerprint: fingerprint.stored, idFormat: asked.idFormat ?? null },
      pending: [drawn.work],
      nextCheckAt: drawn.work.dueAt,
    };
    for (let round = 0; round < ROUNDS; round++) {
      const found = await this.begun(creating, asked, fingerprint);
      if (found === null) continue;
      if (found.state === 'active') return found;
      const started = await this.starter.start(found, drawn, ({ state }) => state === 'creating');
      if (started === null) continue;
      return started.done ? started.record : this.save(started.record, started.work, method);
    }
    throw new AppError('vault_customer_busy', 'the same request is being worked on', { retryAfterSeconds: 2 });
  }

  /** @returns the record of this request or of its earlier self; null when somebody was quicker: look again. */
  private async begun(
    creating: NewRecord,
    asked: NewVaultCustomer,
    { known }: RequestFingerprint,
  ): Promise<VaultCustomer | null> {
    const there = await this.earlier(creating.accountId, asked, known);
    if (there === null) return atFailpoint('creation.insert', () => this.customers.insert(creating));
    const isRepeat = there.creation === null ? isMadeBy(there, asked) : known.includes(there.creation.fingerprint);
    if (isRepeat) return there;
    const what =
      asked.creationKey === undefined ? 'id is already taken' : 'the idempotency key is that of another request';
    throw new AppError('vault_customer_taken', what);
  }

  private earlier(
    accountId: string,
    { id, creationKey }: NewVaultCustomer,
    known: readonly string[],
  ): Promise<VaultCustomer | null> {
    if (id === undefined && creationKey === undefined)
      return atFailpoint('creation.repeat', () => this.customers.findCreating(accountId, known));
    return atFailpoint('creation.find', () => this.customers.findMade(accountId, { id, creationKey }));
  }

  private async save(record: VaultCustomer, work: SaveWork, method: NewMethod): Promise<VaultCustomer> {
    try {
      return await this.saver.save(record, work, method, activated);
    } catch (error) {
      if (isVerdict(error)) await this.discard(record._id);
      throw error;
    }
  }

  /** Deletes the customer whose method was refused. If Stripe does not answer, or after a crash, the resolver does it. */
  private async discard(id: string): Promise<void> {
    const gone = await this.removal.begin(id, 'creating');
    if (gone === null) return;
    await this.removal.finish(gone).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'a refused vault customer is deleted later');
    });
  }
}

/** Returns whether the customer is what an earlier, answered request of the same name has made, and nobody has changed since. */
function isMadeBy({ state, lastRequest }: VaultCustomer, asked: NewVaultCustomer): boolean {
  return state === 'active' && asked.lastRequest !== undefined && lastRequest === asked.lastRequest;
}

function lastFourOf(method: VaultMethod): string {
  switch (method.type) {
    case 'card':
      return method.maskedNumber.slice(-4);
    case 'ach':
      return method.maskedAccountNumber.slice(-4);
    case 'sepa':
      return method.maskedIban.slice(-4);
  }
}

function activated(record: VaultCustomer, method: VaultMethod): VaultCustomerChange {
  const { customerId, creation, createdAt } = record;
  const formatted = creation?.idFormat == null ? customerId : `${customerId}_${method.type}_${lastFourOf(method)}`;
  return { state: 'active', creation: null, customerId: formatted, updatedAt: createdAt };
}
