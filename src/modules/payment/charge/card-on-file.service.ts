import { Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { whyNotChargeable, whyTooSmall } from '../../../platform/common/currency.js';
import type { CustomerRef, VaultCaller } from '../../customer/record/vault-caller.js';
import type { VaultCard } from '../../customer/record/payment-method.types.js';
import type { VaultCustomer } from '../../customer/record/vault-customer.types.js';
import { VaultCustomerService } from '../../customer/vault-customer.service.js';
import { AccountService } from '../../merchant/account.service.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { ChargeService } from './charge.service.js';
import type { Charged, ChargeOrder } from './charge.types.js';

/** A charge of a card that a customer of the vault has, as the account's client asked for it. */
export interface CardOnFileOrder extends Pick<ChargeOrder, 'key' | 'amountMinor' | 'description' | 'isRepeatable'> {
  readonly customer: CustomerRef;
  /** Id of the card in the vault; null: the customer's default. */
  readonly cardId: string | null;
  /** Lower-case ISO 4217 code; absent: the account's. */
  readonly currency?: string;
}

/** Names of the vault's records in a payment's metadata, as in everything that the vault has at Stripe. */
export const VAULT_CUSTOMER = 'vault_customer_id';
export const VAULT_METHOD = 'vault_method_id';

/** Charges saved cards in one call, without their holder being there. */
@Injectable()
export class CardOnFileService {
  constructor(
    private readonly charges: ChargeService,
    private readonly vault: VaultCustomerService,
    private readonly accounts: AccountService,
    private readonly deployment: DeploymentService,
  ) {}

  /**
   * Charges, or returns what became of the charge that has the order's key: also when its card is gone by now.
   * @param request as the client sent it, for the fingerprint
   * @throws AppError validation_failed for an amount that Stripe does not take; vault_customer_not_found,
   *   payment_method_not_found (404); and as ChargeService.charge.
   */
  async charge(
    surface: ChargeOrder['owner']['surface'],
    caller: VaultCaller,
    order: CardOnFileOrder,
    request: object,
  ): Promise<Charged> {
    const { key, amountMinor, description, isRepeatable } = order;
    const owner = { surface, accountId: caller.accountId } as const;
    const named = { owner, key, fingerprint: this.deployment.fingerprint(request), isRepeatable };
    const before = isRepeatable ? await this.charges.repeat(named) : null;
    if (before !== null) return before;
    const { currency } =
      order.currency === undefined ? await this.accounts.get(caller.accountId) : { currency: order.currency };
    const problem = whyNotChargeable(amountMinor, currency) ?? whyTooSmall(amountMinor, currency);
    if (problem !== null) throw invalidRequest(problem);
    const customer = await this.vault.read(caller, order.customer);
    const card = cardOf(customer, order.cardId ?? customer.defaults.methodId);
    if (customer.providerCustomerId === null) throw new Error(`${customer._id} has a card and no Customer`);
    return this.charges.charge({
      ...named,
      amountMinor,
      currency,
      description,
      customerId: customer.providerCustomerId,
      metadata: { [VAULT_CUSTOMER]: customer._id, [VAULT_METHOD]: card.id },
      terms: {
        paymentMethodId: card.providerMethodId,
        methodTypes: ['card'],
        capture: 'automatic',
        offSession: true,
        ref: '1',
        instrument: card.instrument ?? card.providerMethodId,
      },
    });
  }
}

function cardOf({ methods }: VaultCustomer, cardId: string | null): VaultCard {
  const found = methods.find(({ id }) => id === cardId);
  if (found?.type !== 'card') throw new AppError('payment_method_not_found', 'there is no such card');
  return found;
}
