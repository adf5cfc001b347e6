import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { newXid } from '../../../platform/common/xid.js';
import type { VaultCustomer } from './vault-customer.types.js';
import { addressHash, addressLines, isEmptyAddress } from './address-hash.js';
import type { AddressChanges, VaultAddress } from './address.types.js';

/** A customer's addresses and which of them are meant where none is named. */
export type AddressBook = Pick<VaultCustomer, 'addresses' | 'defaults'>;

export const EMPTY_BOOK: AddressBook = {
  addresses: [],
  defaults: { billingAddressId: null, shippingAddressId: null, methodId: null, methodType: null },
};

/** Keeps a customer's document at a size that can be read. */
const MOST_ADDRESSES = 200;

/**
 * Adds the address unless one of the same hash is there. The first one becomes both defaults.
 * @param now epoch milliseconds, for its id
 * @returns also the id under which it is there now
 * @throws AppError `validation_failed` naming `field` when nothing is in the address, or there are too many.
 */
export function withAddress(
  book: AddressBook,
  said: AddressChanges,
  { now, field }: { now: number; field: string },
): { book: AddressBook; id: string } {
  const lines = addressLines(said);
  if (isEmptyAddress(lines)) throw invalidRequest(`${field} must not be empty`);
  const hash = addressHash(lines);
  const known = book.addresses.find((address) => address.hash === hash);
  if (known !== undefined) return { book, id: known.id };
  if (book.addresses.length >= MOST_ADDRESSES)
    throw invalidRequest(`a customer has at most ${MOST_ADDRESSES} addresses`);
  const added: VaultAddress = { id: newXid(now), hash, ...lines };
  return { book: withDefaults(book, [...book.addresses, added]), id: added.id };
}

/**
 * Changes the address in place; if that makes it equal to another one, it is merged into that.
 * @throws AppError `vault_address_not_found`.
 */
export function withChangedAddress(book: AddressBook, id: string, said: AddressChanges): AddressBook {
  const lines = addressLines(said, find(book, id));
  const changed: VaultAddress = { id, hash: addressHash(lines), ...lines };
  const twin = book.addresses.find((address) => address.id !== id && address.hash === changed.hash);
  if (twin === undefined)
    return { ...book, addresses: book.addresses.map((address) => (address.id === id ? changed : address)) };
  const moved = (by: string | null) => (by === id ? twin.id : by);
  const { billingAddressId, shippingAddressId } = book.defaults;
  const defaults = {
    ...book.defaults,
    billingAddressId: moved(billingAddressId),
    shippingAddressId: moved(shippingAddressId),
  };
  return withDefaults({ ...book, defaults }, without(book, id));
}

/** @throws AppError `vault_address_not_found`. */
export function withoutAddress(book: AddressBook, id: string): AddressBook {
  find(book, id);
  return withDefaults(book, without(book, id));
}

/** Returns the book with these addresses; a default that is not among them becomes the only address there is, else none. */
export function withDefaults({ defaults }: AddressBook, addresses: readonly VaultAddress[]): AddressBook {
  const only = addresses.length === 1 ? (addresses[0]?.id ?? null) : null;
  const existing = (id: string | null) => (addresses.some((address) => address.id === id) ? id : only);
  const billingAddressId = existing(defaults.billingAddressId);
  const shippingAddressId = existing(defaults.shippingAddressId);
  return { addresses, defaults: { ...defaults, billingAddressId, shippingAddressId } };
}

const without = ({ addresses }: AddressBook, id: string) => addresses.filter((address) => address.id !== id);

function find({ addresses }: AddressBook, id: string): VaultAddress {
  const found = addresses.find((address) => address.id === id);
  if (found === undefined) throw new AppError('vault_address_not_found', 'there is no such address');
  return found;
}
