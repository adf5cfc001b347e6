import { ADDRESS_FIELDS, type AddressLines } from '../../customer/record/address.types.js';
import type { TransactionAddress } from './transaction.types.js';

const NO_LINES = Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, ''])) as Record<keyof AddressLines, string>;

/** The address of a transaction that has none. */
export const EMPTY_ADDRESS: TransactionAddress = { ...NO_LINES, addressId: '' };
