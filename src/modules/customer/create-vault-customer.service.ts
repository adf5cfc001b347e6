import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { Clock } from '../../platform/common/clock.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { newXid } from '../../platform/common/xid.js';
import type { DrawnCustomer } from './adopt-vault-customer.service.js';
import type { VaultCaller } from './record/vault-caller.js';
import { type AddressBook, EMPTY_BOOK, withAddress } from './record/address-book.js';
import { type NewRecord, VaultCustomerWithMethod } from './vault-customer-with-method.js';
import { VaultCustomerRepository } from './record/vault-customer.repository.js';
import type { NewVaultCustomer, VaultCustomer } from './record/vault-customer.types.js';

/** `POST /api/vault/customer` (contract gateway 11.1). */
@Injectable()
export class CreateVaultCustomerService {
  constructor(
    private readonly customers: VaultCustomerRepository,
    private readonly withMethod: VaultCustomerWithMethod,
    private readonly clock: Clock,
  ) {}

  /** Throws AppError `validation_failed`, `vault_customer_taken`; with a method, what VaultCustomerWithMethod throws. */
  async create(caller: VaultCaller, asked: NewVaultCustomer): Promise<VaultCustomer> {
    const record = this.record(caller.accountId, asked);
    const { method } = asked;
    if (method !== undefined) return this.withMethod.create(record, { ...asked, method });
    const stored = await atFailpoint('vault.insert', () => this.customers.insert(record));
    if (stored === null) throw new AppError('vault_customer_taken', 'id is already taken');
    return stored;
  }

  /** Stores a customer under ids that somebody has drawn and stored before: the same ids again are the same customer. */
  async createDrawn(
    caller: VaultCaller,
    { recordId, customerId }: DrawnCustomer,
    asked: Pick<NewVaultCustomer, 'email' | 'billingAddress'>,
  ): Promise<VaultCustomer> {
    const record = { ...this.record(caller.accountId, { ...asked, id: customerId }), _id: recordId };
    const stored = await atFailpoint('vault.insert_drawn', () => this.customers.insert(record));
    if (stored === null) throw new AppError('vault_customer_taken', 'id is already taken');
    return stored;
  }

  private record(accountId: string, asked: NewVaultCustomer): NewRecord {
    const now = this.clock.date();
    return {
      _id: newXid(now.getTime()),
      accountId,
      customerId: customerIdOf(asked, now.getTime()),
      state: 'active',
      description: asked.description ?? '',
      email: asked.email,
      notes: '',
      flags: asked.flags ?? [],
      ...firstAddresses(asked, now.getTime()),
      methods: [],
      providerCustomerId: null,
      customerGeneration: 1,
      pending: [],
      creation: null,
      nextCheckAt: null,
      createdAt: now,
      updatedAt: now,
    };
  }
}

/**
 * Returns the new customer's id; with `idFormat` only its beginning, because type and last four digits come with the
 * method.
 */
function customerIdOf({ id, idFormat, method }: NewVaultCustomer, now: number): string {
  if (id !== undefined && idFormat !== undefined) throw invalidRequest('id and id_format must not be sent together');
  if (idFormat === undefined) return id ?? randomUUID();
  if (method === undefined) throw invalidRequest('id_format needs a default_payment');
  return newXid(now);
}

/** Returns the addresses that were sent, each as the default of its kind; a single one is the default of both. */
function firstAddresses({ billingAddress, shippingAddress }: NewVaultCustomer, now: number): AddressBook {
  let book = EMPTY_BOOK;
  if (billingAddress !== undefined)
    book = withAddress(book, billingAddress, { now, field: 'default_billing_address' }).book;
  if (shippingAddress === undefined) return book;
  const shipping = withAddress(book, shippingAddress, { now, field: 'default_shipping_address' });
  return { ...shipping.book, defaults: { ...shipping.book.defaults, shippingAddressId: shipping.id } };
}
