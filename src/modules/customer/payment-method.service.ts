import { Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { invalidRequest } from '../../platform/common/app-error.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { newXid } from '../../platform/common/xid.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { CustomerRef, VaultCaller } from './record/vault-caller.js';
import type { VaultCustomer } from './record/vault-customer.types.js';
import { VaultCustomerService } from './vault-customer.service.js';
import { VaultRecords } from './record/vault-records.js';
import type { AskedMethod } from './record/new-method.types.js';
import { holderOf } from './record/holder.js';
import { MethodDetacher } from './work/method-detacher.js';
import { MethodAmender } from './work/method-amender.js';
import { withoutMethod } from './record/method-list.js';
import { MethodSaver } from './work/method-saver.js';
import { firstFlags } from './record/new-save-work.js';
import type {
  BankAccountChange,
  CardChange,
  NewMethod,
  NewSepaAccount,
  TokenChange,
} from './record/new-method.types.js';
import type { MethodType, VaultBankAccount, VaultCard, VaultMethod } from './record/payment-method.types.js';
import { freshWork, withWork } from './record/pending-work.js';
import { busy, methodGone } from './work/provider-refusals.js';
import type { DetachWork, SaveWork } from './record/pending-work.types.js';
import { RequestFingerprints } from './record/request-fingerprints.js';
import { SaveStarter, type SaveTarget } from './work/save-starter.js';

const ROUNDS = 12;

/** The customer as it is now, and the id of the method that was stored. */
export interface Saved {
  readonly customer: VaultCustomer;
  readonly methodId: string;
}

/** Payment methods of a customer of the caller's account (contract gateway 11.7); another account's are not found. */
@Injectable()
export class PaymentMethodService {
  constructor(
    private readonly customers: VaultCustomerService,
    private readonly records: VaultRecords,
    private readonly starter: SaveStarter,
    private readonly saver: MethodSaver,
    private readonly amender: MethodAmender,
    private readonly detacher: MethodDetacher,
    private readonly fingerprints: RequestFingerprints,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Stores one more. Asked for the same again while the first is not answered, it is one method.
   * @throws AppError vault_customer_not_found, card_declined, payment_method_refused (400, nothing stored),
   *   provider_unreachable, provider_refused (503), vault_customer_busy (409).
   */
  async add(caller: VaultCaller, customer: CustomerRef, asked: AskedMethod): Promise<Saved> {
    const method = this.starter.accept(asked);
    return this.save(caller, customer, { methodId: null, flags: firstFlags(method) }, () => method);
  }

  /**
   * Stores a bank account of the SEPA area; the number of one that the customer has is that one (decision C10). Throws as `add`.
   */
  async addIban(caller: VaultCaller, customer: CustomerRef, said: Omit<NewSepaAccount, 'numberHash'>): Promise<Saved> {
    for (let round = 0; round < ROUNDS; round++) {
      const seen = await this.customers.read(caller, customer);
      const { stored, known } = this.fingerprints.of((hash) => hash({ iban: said.iban, customer: seen._id }));
      const same = ({ methods }: VaultCustomer) =>
        methods.find((method) => method.type === 'sepa' && known.includes(method.numberHash));
      const found = same(seen);
      if (found !== undefined) return { customer: seen, methodId: found.id };
      const asked = this.starter.accept({ kind: 'sepa', account: { ...said, numberHash: stored } });
      const drawn = this.starter.draw(asked, { methodId: null, flags: [] }, said.holder, () => seen._id);
      const started = await this.starter.start(
        seen,
        drawn,
        (current) => current.state === 'active' && same(current) === undefined,
      );
      if (started !== null) return this.finish(started, asked);
    }
    throw busy('the customer is being changed');
  }

  /** Does what `add` does, for what can only be a card. */
  async addCard(caller: VaultCaller, customer: CustomerRef, asked: AskedMethod): Promise<VaultCard> {
    const saved = await this.add(caller, customer, asked);
    return cardOf(saved.customer, saved.methodId);
  }

  /** Throws AppError vault_customer_not_found, payment_method_not_found. */
  async readCard(caller: VaultCaller, customer: CustomerRef, methodId: string): Promise<VaultCard> {
    return cardOf(await this.customers.read(caller, customer), methodId);
  }

  /**
   * Replaces the card at Stripe for another number, changes it there for another date. Throws as `add`, and
   * payment_method_not_found.
   */
  async changeCard(
    caller: VaultCaller,
    customer: CustomerRef,
    methodId: string,
    { number, expiry, flags }: CardChange,
  ): Promise<VaultCustomer> {
    if (number !== undefined)
      return this.replace(caller, customer, { methodId, flags: flags ?? null }, (record) => {
        const { expiryMonth, expiryYear } = { ...cardOf(record, methodId), ...expiry };
        return this.starter.accept({ kind: 'card', card: { number, expiryMonth, expiryYear } });
      });
    const seen = await this.customers.read(caller, customer);
    const card = cardOf(seen, methodId);
    const { expiryMonth, expiryYear } = expiry ?? card;
    const isOther = expiryMonth !== card.expiryMonth || expiryYear !== card.expiryYear;
    const own = { flags: flags ?? null, secCode: null };
    return this.amender.amend(seen, card, isOther ? { expiryMonth, expiryYear } : null, own);
  }

  /**
   * Changes a bank account as `changeCard` does a card; values that the request does not send are taken from the account
   * before.
   */
  async changeBankAccount(
    caller: VaultCaller,
    customer: CustomerRef,
    methodId: string,
    change: BankAccountChange,
  ): Promise<VaultCustomer> {
    const { accountNumber, flags } = change;
    if (accountNumber !== undefined)
      return this.replace(caller, customer, { methodId, flags: flags ?? null }, (record) => {
        const before = bankAccountOf(record, methodId);
        const { routingNumber = before.routingNumber, accountType = before.accountType } = change;
        const account = { accountNumber, routingNumber, accountType, secCode: change.secCode ?? before.secCode };
        return this.starter.accept({ kind: 'ach', account });
      });
    const seen = await this.customers.read(caller, customer);
    const before = bankAccountOf(seen, methodId);
    const { routingNumber = before.routingNumber, accountType = before.accountType } = change;
    if (routingNumber !== before.routingNumber)
      throw invalidRequest('account_number is required with another routing_number');
    const other = accountType === before.accountType ? null : { accountType };
    return this.amender.amend(seen, before, other, { flags: flags ?? null, secCode: change.secCode ?? null });
  }

  /** Changes a card or a bank account by a token, as `changeCard` does by a number. */
  async changeByToken(
    caller: VaultCaller,
    customer: CustomerRef,
    methodId: string,
    { token, flags }: TokenChange,
  ): Promise<VaultCustomer> {
    if (token !== undefined)
      return this.replace(caller, customer, { methodId, flags: flags ?? null }, (record) => {
        methodOf(record, methodId);
        return this.starter.accept({ kind: 'token', token, wallet: null });
      });
    const seen = await this.customers.read(caller, customer);
    const method = methodOf(seen, methodId);
    return this.amender.amend(seen, method, null, { flags: flags ?? null, secCode: null });
  }

  /** Gone for us at once; at Stripe as soon as it answers. */
  async delete(caller: VaultCaller, customer: CustomerRef, type: MethodType, methodId: string): Promise<void> {
    const seen = await this.customers.read(caller, customer);
    const now = this.records.now();
    const id = newXid(now.getTime());
    const record = await atFailpoint('method.delete', () =>
      this.records.change(seen._id, (current) => {
        const method = current.methods.find((one) => one.id === methodId && one.type === type);
        if (method === undefined || current.state !== 'active') throw methodGone();
        const { providerMethodId } = method;
        const work: DetachWork = {
          kind: 'detach',
          id,
          providerMethodId,
          ...freshWork(now, this.config.payments.leaseMs),
        };
        return { ...withWork(current, work), ...withoutMethod(current, methodId), updatedAt: now };
      }),
    );
    if (record === null) throw methodGone();
    const work = record.pending.find((one): one is DetachWork => one.kind === 'detach' && one.id === id);
    if (work !== undefined) await this.detacher.detachIfPossible(record, work);
  }

  private async replace(
    caller: VaultCaller,
    customer: CustomerRef,
    target: SaveTarget,
    make: (record: VaultCustomer) => NewMethod,
  ): Promise<VaultCustomer> {
    return (await this.save(caller, customer, target, make)).customer;
  }

  /**
   * @param make what is asked for, of the record as it is: what the request does not say is as it was. A record that is
   *   another one by the time the work is stored is read again.
   */
  private async save(
    caller: VaultCaller,
    customer: CustomerRef,
    target: SaveTarget,
    make: (record: VaultCustomer) => NewMethod,
  ): Promise<Saved> {
    for (let round = 0; round < ROUNDS; round++) {
      const seen = await this.customers.read(caller, customer);
      const asked = make(seen);
      const drawn = this.starter.draw(asked, target, holderOf(seen), () => seen._id);
      const started = await this.starter.start(
        seen,
        drawn,
        (current) => current.state === 'active' && isDeepStrictEqual(make(current), asked),
      );
      if (started !== null) return this.finish(started, asked);
    }
    throw busy('the customer is being changed');
  }

  private async finish(
    { record, work, done }: { record: VaultCustomer; work: SaveWork; done: boolean },
    asked: NewMethod,
  ): Promise<Saved> {
    return { customer: done ? record : await this.saver.save(record, work, asked), methodId: work.methodId };
  }
}

function methodOf({ methods }: VaultCustomer, methodId: string): VaultMethod {
  const found = methods.find(({ id }) => id === methodId);
  if (found === undefined) throw methodGone();
  return found;
}

function cardOf(record: VaultCustomer, methodId: string): VaultCard {
  const found = methodOf(record, methodId);
  if (found.type !== 'card') throw methodGone();
  return found;
}

function bankAccountOf(record: VaultCustomer, methodId: string): VaultBankAccount {
  const found = methodOf(record, methodId);
  if (found.type !== 'ach') throw methodGone();
  return found;
}
