import { Inject, Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { newXid } from '../../../platform/common/xid.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import type { VaultCustomer } from '../vault/vault-customer.types.js';
import { VaultCustomerService } from '../vault/vault-customer.service.js';
import { VaultRecords } from '../vault/vault-records.js';
import type { AskedMethod } from './asked-method.js';
import { holderOf } from './holder.js';
import { MethodDetacher } from './method-detacher.js';
import { MethodAmender } from './method-amender.js';
import { withoutMethod } from './method-list.js';
import { MethodSaver } from './method-saver.js';
import { firstFlags } from './new-save-work.js';
import type { BankAccountChange, CardChange, NewMethod, TokenChange } from './new-method.types.js';
import type { MethodType, VaultBankAccount, VaultCard } from './payment-method.types.js';
import { freshWork, withWork } from './pending-work.js';
import type { DetachWork } from './pending-work.types.js';
import { SaveStarter, type SaveTarget } from './save-starter.js';

const gone = () => new AppError('vault_customer_not_found', 'there is no such customer');
const notFound = () => new AppError('payment_method_not_found', 'there is no such payment method');

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
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Stores one more. Asked for the same again while the first is not answered, it is one method.
   * @throws AppError vault_customer_not_found, card_declined, payment_method_refused (400, nothing stored),
   *   provider_unreachable, provider_refused, overloaded (503).
   */
  async add(caller: GatewayPrincipal, customerId: string, asked: AskedMethod): Promise<VaultCustomer> {
    const method = this.starter.accept(asked);
    return this.save(caller, customerId, method, { methodId: null, flags: firstFlags(method) });
  }

  /** Another number replaces the card at Stripe, another date changes it there. Throws as `add`, and payment_method_not_found. */
  async changeCard(
    caller: GatewayPrincipal,
    customerId: string,
    methodId: string,
    { number, expiry, flags }: CardChange,
  ): Promise<VaultCustomer> {
    const seen = await this.customers.read(caller, customerId);
    const card = cardOf(seen, methodId);
    const target = { methodId, flags: flags ?? null };
    const { expiryMonth, expiryYear } = expiry ?? card;
    if (number !== undefined)
      return this.replace(caller, customerId, { kind: 'card', card: { number, expiryMonth, expiryYear } }, target);
    const isOther = expiryMonth !== card.expiryMonth || expiryYear !== card.expiryYear;
    const own = { flags: flags ?? null, secCode: null };
    return this.amender.amend(seen, card, isOther ? { expiryMonth, expiryYear } : null, own);
  }

  /** As `changeCard`. What is not said of another account is as it was. */
  async changeBankAccount(
    caller: GatewayPrincipal,
    customerId: string,
    methodId: string,
    change: BankAccountChange,
  ): Promise<VaultCustomer> {
    const seen = await this.customers.read(caller, customerId);
    const before = bankAccountOf(seen, methodId);
    const { accountNumber, routingNumber = before.routingNumber, flags } = change;
    const { accountType = before.accountType, secCode = before.secCode } = change;
    if (accountNumber !== undefined) {
      const account = { accountNumber, routingNumber, accountType, secCode };
      return this.replace(caller, customerId, { kind: 'ach', account }, { methodId, flags: flags ?? null });
    }
    if (routingNumber !== before.routingNumber)
      throw invalidRequest('account_number is required with another routing_number');
    const other = accountType === before.accountType ? null : { accountType };
    return this.amender.amend(seen, before, other, { flags: flags ?? null, secCode });
  }

  /** As `changeCard`, for either type. */
  async changeByToken(
    caller: GatewayPrincipal,
    customerId: string,
    methodId: string,
    { token, flags }: TokenChange,
  ): Promise<VaultCustomer> {
    const seen = await this.customers.read(caller, customerId);
    const method = seen.methods.find(({ id }) => id === methodId);
    if (method === undefined) throw notFound();
    if (token === undefined) return this.amender.amend(seen, method, null, { flags: flags ?? null, secCode: null });
    return this.replace(caller, customerId, { kind: 'token', token, wallet: null }, { methodId, flags: flags ?? null });
  }

  /** Gone for us at once; at Stripe as soon as it answers. */
  async delete(caller: GatewayPrincipal, customerId: string, type: MethodType, methodId: string): Promise<void> {
    const seen = await this.customers.read(caller, customerId);
    const now = this.records.now();
    const id = newXid(now.getTime());
    const record = await atFailpoint('method.delete', () =>
      this.records.change(seen._id, (current) => {
        const method = current.methods.find((one) => one.id === methodId && one.type === type);
        if (method === undefined || current.state !== 'active') throw notFound();
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
    const work = record?.pending.find((one): one is DetachWork => one.kind === 'detach' && one.id === id);
    if (record != null && work !== undefined) await this.detacher.detachIfPossible(record, work);
  }

  private async replace(
    caller: GatewayPrincipal,
    customerId: string,
    asked: NewMethod,
    target: SaveTarget,
  ): Promise<VaultCustomer> {
    return this.save(caller, customerId, this.starter.accept(asked), target);
  }

  private async save(
    caller: GatewayPrincipal,
    customerId: string,
    asked: NewMethod,
    target: SaveTarget,
  ): Promise<VaultCustomer> {
    const seen = await this.customers.read(caller, customerId);
    const drawn = this.starter.draw(asked, target, holderOf(seen), seen._id);
    const started = await this.starter.start(seen, drawn, (current) => {
      if (current.state !== 'active') throw gone();
      if (target.methodId !== null && !current.methods.some(({ id }) => id === target.methodId)) throw notFound();
    });
    if (started === null) throw gone();
    return started.done ? started.record : this.saver.save(started.record, started.work, asked);
  }
}

function cardOf({ methods }: VaultCustomer, methodId: string): VaultCard {
  const found = methods.find((method) => method.id === methodId);
  if (found?.type !== 'card') throw notFound();
  return found;
}

function bankAccountOf({ methods }: VaultCustomer, methodId: string): VaultBankAccount {
  const found = methods.find((method) => method.id === methodId);
  if (found?.type !== 'ach') throw notFound();
  return found;
}
