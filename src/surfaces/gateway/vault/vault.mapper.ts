import type { AddressChanges, VaultAddress } from '../../../modules/customer/record/address.types.js';
import type { VaultBankAccount, VaultCard } from '../../../modules/customer/record/payment-method.types.js';
import type {
  CustomerDefaults,
  NewVaultCustomer,
  VaultCustomer,
  VaultCustomerUpdate,
} from '../../../modules/customer/record/vault-customer.types.js';
import type { UpdateVaultCustomer } from './update-customer.dto.js';
import { toDefaultMethod } from './payment-method.mapper.js';
import type { VaultAddressBody, VaultAddressFields } from './vault-address.dto.js';
import type { CreateVaultCustomer } from './vault-customer.dto.js';
import type { VaultBankAccountBody, VaultCardBody, VaultCustomerRecord, VaultDefaults } from './vault-record.dto.js';

export function toNewVaultCustomer(body: CreateVaultCustomer): NewVaultCustomer {
  return {
    id: body.id,
    idFormat: body.id_format,
    description: body.description,
    flags: body.flags && [...new Set(body.flags)],
    billingAddress: body.default_billing_address && toAddressChanges(body.default_billing_address),
    shippingAddress: body.default_shipping_address && toAddressChanges(body.default_shipping_address),
    method: toDefaultMethod(body.default_payment),
  };
}

export function toVaultCustomerUpdate({
  description,
  notes,
  flags,
  defaults,
}: UpdateVaultCustomer): VaultCustomerUpdate {
  return {
    description,
    notes,
    flags: flags && [...new Set(flags)],
    billingAddressId: defaults?.billing_address_id,
    shippingAddressId: defaults?.shipping_address_id,
    methodId: defaults?.payment_method_id,
    methodType: defaults?.payment_method_type,
  };
}

export function toAddressChanges(fields: VaultAddressFields): AddressChanges {
  return {
    firstName: fields.first_name,
    lastName: fields.last_name,
    company: fields.company,
    line1: fields.line_1,
    line2: fields.line_2,
    city: fields.city,
    state: fields.state,
    postalCode: fields.postal_code,
    country: fields.country,
    email: fields.email,
    phone: fields.phone,
    fax: fields.fax,
  };
}

export function toVaultRecord(customer: VaultCustomer): VaultCustomerRecord {
  const { methods } = customer;
  return {
    id: customer.customerId,
    owner_id: customer.accountId,
    data: {
      customer: {
        addresses: customer.addresses.map(toAddressBody),
        defaults: toDefaults(customer.defaults),
        description: customer.description,
        notes: customer.notes,
        flags: [...customer.flags],
        payments: {
          ach: methods.filter((method) => method.type === 'ach').map(toBankAccountBody),
          cards: methods.filter((method) => method.type === 'card').map(toCardBody),
        },
      },
    },
    created_at: customer.createdAt.toISOString(),
    updated_at: customer.updatedAt.toISOString(),
  };
}

function toDefaults(defaults: CustomerDefaults): VaultDefaults {
  return {
    billing_address_id: defaults.billingAddressId ?? '',
    shipping_address_id: defaults.shippingAddressId ?? '',
    payment_method_id: defaults.methodId ?? '',
    payment_method_type: defaults.methodType ?? '',
  };
}

function toAddressBody(address: VaultAddress): VaultAddressBody {
  return {
    id: address.id,
    hash: address.hash,
    first_name: address.firstName,
    last_name: address.lastName,
    company: address.company,
    line_1: address.line1,
    line_2: address.line2,
    city: address.city,
    state: address.state,
    postal_code: address.postalCode,
    country: address.country,
    email: address.email,
    phone: address.phone,
    fax: address.fax,
  };
}

function toCardBody(card: VaultCard): VaultCardBody {
  return {
    id: card.id,
    card_type: card.brand,
    expiration_date: lastDayOf(card.expiryYear, card.expiryMonth),
    masked_number: card.maskedNumber,
    flags: [...card.flags],
  };
}

function toBankAccountBody(account: VaultBankAccount): VaultBankAccountBody {
  return {
    id: account.id,
    account_type: account.accountType,
    sec_code: account.secCode,
    routing_number: account.routingNumber,
    masked_account_number: account.maskedAccountNumber,
    flags: [...account.flags],
  };
}

/** Returns the last day of a month from 1 to 12, as `2030-12-31T00:00:00Z`. */
function lastDayOf(year: number, month: number): string {
  return new Date(Date.UTC(year, month, 0)).toISOString().replace('.000Z', 'Z');
}
