import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import type { VaultCaller } from './record/vault-caller.js';
import { VaultCustomerService } from './vault-customer.service.js';
import type { VaultCustomer } from './record/vault-customer.types.js';
import { type AddressBook, withAddress, withChangedAddress, withoutAddress } from './record/address-book.js';
import type { AddressChanges } from './record/address.types.js';

/** A customer's addresses (contract gateway 11.6). Every method may throw AppError `vault_customer_not_found`. */
@Injectable()
export class VaultAddressService {
  constructor(
    private readonly customers: VaultCustomerService,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns also the id under which it is there: an older one when the customer had it already.
   * @throws AppError `validation_failed` when nothing is in it.
   */
  async add(
    caller: VaultCaller,
    customerId: string,
    said: AddressChanges,
  ): Promise<{ customer: VaultCustomer; addressId: string }> {
    const spot = { now: this.clock.now(), field: 'the address' };
    let addressId = '';
    const customer = await this.change(caller, customerId, (seen) => {
      const { book, id } = withAddress(seen, said, spot);
      addressId = id;
      return book;
    });
    return { customer, addressId };
  }

  /** Throws `vault_address_not_found`. */
  update(
    caller: VaultCaller,
    { customerId, addressId }: { customerId: string; addressId: string },
    said: AddressChanges,
  ): Promise<VaultCustomer> {
    const saysNothing = Object.values(said).every((line) => line === undefined);
    return this.change(caller, customerId, (book) => {
      const changed = withChangedAddress(book, addressId, said);
      return saysNothing ? book : changed;
    });
  }

  /** Throws `vault_address_not_found`. */
  async remove(caller: VaultCaller, customerId: string, addressId: string): Promise<void> {
    await this.change(caller, customerId, (book) => withoutAddress(book, addressId));
  }

  /** Changes nothing when `think` gives the same book back. */
  private change(
    caller: VaultCaller,
    customerId: string,
    next: (book: AddressBook) => AddressBook,
  ): Promise<VaultCustomer> {
    return this.customers.change(caller, customerId, (seen) => {
      const { addresses, defaults } = next(seen);
      return addresses === seen.addresses && defaults === seen.defaults ? null : { addresses, defaults };
    });
  }
}
