import { Injectable } from '@nestjs/common';
import { invalidRequest } from '../../platform/common/app-error.js';
import type { CustomerRef, VaultCaller } from './record/vault-caller.js';
import { withDefaults } from './record/address-book.js';
import { VaultCustomerService } from './vault-customer.service.js';
import type {
  CustomerDefaults,
  VaultCustomer,
  VaultCustomerChange,
  VaultCustomerUpdate,
} from './record/vault-customer.types.js';

/** `POST /api/vault/customer/{customer id}` (contract gateway 11.4). */
@Injectable()
export class UpdateVaultCustomerService {
  constructor(private readonly customers: VaultCustomerService) {}

  /** Throws AppError `vault_customer_not_found`, `validation_failed` naming the fields. */
  update(caller: VaultCaller, customer: CustomerRef, update: VaultCustomerUpdate): Promise<VaultCustomer> {
    return this.customers.change(caller, customer, (seen) => changeBy(seen, update));
  }
}

function changeBy(seen: VaultCustomer, update: VaultCustomerUpdate): VaultCustomerChange | null {
  if (Object.values(update).every((value) => value === undefined)) return null;
  refuseForeignDefaults(seen, update);
  const defaults: CustomerDefaults = {
    billingAddressId: update.billingAddressId ?? seen.defaults.billingAddressId,
    shippingAddressId: update.shippingAddressId ?? seen.defaults.shippingAddressId,
    methodId: update.methodId ?? seen.defaults.methodId,
    methodType: update.methodType ?? seen.defaults.methodType,
  };
  return {
    description: update.description ?? seen.description,
    email: update.email ?? seen.email,
    notes: update.notes ?? seen.notes,
    flags: update.flags ?? seen.flags,
    defaults: withDefaults({ ...seen, defaults }, seen.addresses).defaults,
  };
}

function refuseForeignDefaults({ addresses, methods }: VaultCustomer, update: VaultCustomerUpdate): void {
  const { billingAddressId, shippingAddressId, methodId, methodType } = update;
  const noAddress = (id: string | undefined) => id !== undefined && !addresses.some((address) => address.id === id);
  const method = methods.find(({ id }) => id === methodId);
  const problems: [boolean, string][] = [
    [noAddress(billingAddressId), 'defaults.billing_address_id must be an address of the customer'],
    [noAddress(shippingAddressId), 'defaults.shipping_address_id must be an address of the customer'],
    [
      (methodId === undefined) !== (methodType === undefined),
      'defaults.payment_method_id and defaults.payment_method_type must be sent together',
    ],
    [
      methodId !== undefined && methodType !== undefined && method === undefined,
      'defaults.payment_method_id must be a payment method of the customer',
    ],
    [
      method !== undefined && methodType !== undefined && method.type !== methodType,
      'defaults.payment_method_type must be the type of the payment method',
    ],
  ];
  const messages = problems.filter(([wrong]) => wrong).map(([, message]) => message);
  if (messages.length > 0) throw invalidRequest(...messages);
}
