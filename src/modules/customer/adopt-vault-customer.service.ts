import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { newXid } from '../../platform/common/xid.js';
import { askUnderCountedKey } from '../../platform/stripe/keyed-call.js';
import { StripeCustomers } from '../../platform/stripe/stripe-customers.js';
import { DeploymentService } from '../merchant/deployment.service.js';
import { addressLines, isEmptyAddress } from './record/address-hash.js';
import { EMPTY_BOOK, withAddress } from './record/address-book.js';
import type { AddressChanges } from './record/address.types.js';
import { contactOf, isEmptyContact, withContact } from './record/contact.js';
import { withMethod } from './record/method-list.js';
import type { MethodFacts, VaultMethod } from './record/payment-method.types.js';
import { VaultCustomerRepository } from './record/vault-customer.repository.js';
import type { DrawnCustomer, VaultCustomer } from './record/vault-customer.types.js';

/** A payment method that a charge has attached to the Customer. */
export interface AdoptedMethod {
  readonly providerCustomerId: string;
  readonly providerMethodId: string;
  readonly instrument: string;
  readonly facts: MethodFacts;
}

/**
 * Makes customers of the vault by charging: their Customer is made first, the charge attaches the method to it, and the record
 * comes with the approval. https://docs.stripe.com/payments/save-during-payment
 */
@Injectable()
export class AdoptVaultCustomerService {
  private readonly logger = new Logger(AdoptVaultCustomerService.name);

  constructor(
    private readonly customers: VaultCustomerRepository,
    private readonly stripe: StripeCustomers,
    private readonly deployment: DeploymentService,
    private readonly clock: Clock,
  ) {}

  /** Returns `cus_…`, or null where Stripe made none: the charge goes on without it. */
  async prepare({ recordId }: DrawnCustomer): Promise<string | null> {
    const metadata = { vault_customer_id: recordId, deployment_id: this.deployment.id };
    const answer = await askUnderCountedKey(1, (generation) =>
      atFailpoint('adopt.send_customer', () =>
        this.stripe.create(metadata, `vault:${recordId}:customer:${generation}`),
      ),
    );
    if (answer.outcome === 'done') return answer.value.id;
    this.logger.warn({ detail: answer.outcome }, 'the charge goes on without a customer of the vault');
    return null;
  }

  /** Stores the customer; the same drawn ids are the same customer. Throws StoreError. */
  async adopt(
    accountId: string,
    { recordId, customerId }: DrawnCustomer,
    method: AdoptedMethod,
    addresses: { readonly billing: AddressChanges; readonly shipping: AddressChanges },
  ): Promise<void> {
    const record = this.recordOf(accountId, { recordId, customerId }, method, addresses);
    await atFailpoint('adopt.insert', () => this.customers.insert(record));
  }

  /** Deletes the Customer of a charge that was declined. One that stays has nothing and harms nobody. */
  async discard(providerCustomerId: string): Promise<void> {
    const answer = await atFailpoint('adopt.discard', () => this.stripe.remove(providerCustomerId));
    if (answer.outcome !== 'done')
      this.logger.warn({ detail: answer.outcome }, 'an unused Customer was left at Stripe');
  }

  private recordOf(
    accountId: string,
    { recordId, customerId }: DrawnCustomer,
    { providerCustomerId, providerMethodId, instrument, facts }: AdoptedMethod,
    { billing, shipping }: { readonly billing: AddressChanges; readonly shipping: AddressChanges },
  ): Omit<VaultCustomer, 'v' | 'w'> {
    const now = this.clock.date();
    // The row of the charge has drawn the record's id; the method's and the addresses' are nobody's before this.
    const stored = { id: newXid(now.getTime()), providerMethodId, instrument, flags: [], createdAt: now };
    const list = withMethod({ methods: [], defaults: EMPTY_BOOK.defaults }, { ...facts, ...stored } as VaultMethod);
    const book = bookOf(billing, shipping, now.getTime());
    const record: VaultCustomer = {
      _id: recordId,
      accountId,
      customerId,
      state: 'active',
      description: '',
      notes: '',
      flags: [],
      addresses: book.addresses,
      methods: list.methods,
      defaults: { ...book.defaults, methodId: list.defaults.methodId, methodType: list.defaults.methodType },
      providerCustomerId,
      customerGeneration: 1,
      pending: [],
      creation: null,
      nextCheckAt: null,
      createdAt: now,
      updatedAt: now,
      v: 0,
      w: '',
    };
    const contact = contactOf(record);
    const { v: _v, w: _w, ...fresh } = record;
    return isEmptyContact(contact)
      ? fresh
      : { ...fresh, ...withContact(record, contact, { id: newXid(now.getTime()), now }) };
  }
}

function bookOf(billing: AddressChanges, shipping: AddressChanges, now: number) {
  let book = EMPTY_BOOK;
  if (!isEmptyAddress(addressLines(billing))) book = withAddress(book, billing, { now, field: 'billing_address' }).book;
  if (isEmptyAddress(addressLines(shipping))) return book;
  const added = withAddress(book, shipping, { now, field: 'shipping_address' });
  return { ...added.book, defaults: { ...added.book.defaults, shippingAddressId: added.id } };
}
