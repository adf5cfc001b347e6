import { AppError } from '../../../platform/common/app-error.js';
import { newXid } from '../../../platform/common/xid.js';
import type { CustomerDefaults, VaultCustomer } from '../vault/vault-customer.types.js';
import { addressHash, addressLines, isEmptyAddress } from './address-hash.js';
import type { AddressChanges, VaultAddress } from './address.types.js';

/** A customer's addresses and which of them are meant where none is named. */
export type AddressBook = Pick<VaultCustomer, 'addresses' | 'defaults'>;

export const EMPTY_BOOK: AddressBook = {
  addresses: [],
  defaults: { billingAddressId: null, shippingAddressId: null, methodId: null, methodType: null },
};

/**
 * With the address in it; one of the same hash is not stored twice. The first becomes both defaults.
 * @param now epoch milliseconds, for its id
 * @returns also the id under which it is there now
 * @throws AppError `validation_failed` naming `field` when nothing is in the address.
 */
export function withAddress(
  book: AddressBook,
  said: AddressChanges,
  { now, field }: { now: number; field: string },
): { book: AddressBook; id: string } {
  const lines = addressLines(said);
  if (isEmptyAddress(lines)) throw emptyAddress(field);
  const hash = addressHash(lines);
  const known = book.addresses.find((address) => address.hash === hash);
  if (known !== undefined) return { book, id: known.id };
  const added: VaultAddress = { id: newXid(now), hash, ...lines };
  const addresses = [...book.addresses, added];
  return { book: { addresses, defaults: existingDefaults(book.defaults, addresses) }, id: added.id };
}

/** The defaults, each an address that is there: else the only one there is, else none. */
export function existingDefaults(defaults: CustomerDefaults, addresses: readonly VaultAddress[]): CustomerDefaults {
  const only = addresses.length === 1 ? (addresses[0]?.id ?? null) : null;
  const existing = (id: string | null) => (addresses.some((address) => address.id === id) ? id : only);
  return {
    ...defaults,
    billingAddressId: existing(defaults.billingAddressId),
    shippingAddressId: existing(defaults.shippingAddressId),
  };
}

function emptyAddress(field: string): AppError {
  return new AppError('validation_failed', 'The request is not valid', { messages: [`${field} must not be empty`] });
}
