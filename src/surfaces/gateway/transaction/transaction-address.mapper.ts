import { invalidRequest } from '../../../platform/common/app-error.js';
import type { TransactionAddress } from '../../../modules/transaction/record/transaction.types.js';
import type { TransactionAddressBody, TransactionAddressFields } from './transaction-address.dto.js';

/** Contract gateway 5.1.4; all other countries have 1 to 10 characters. */
const POSTAL_CODES: ReadonlyMap<string, RegExp> = new Map([
  ['US', /^\d{5}(-\d{4})?$/],
  ['CA', /^[A-Z]\d[A-Z] ?\d[A-Z]\d$/i],
  ['MX', /^\d{5}$/],
]);
const ELSEWHERE = /^.{1,10}$/u;

/** Throws AppError validation_failed with the contract's own words for a postal code that its country does not have. */
export function toAddress(
  fields: TransactionAddressFields,
  otherwise: { readonly country: string },
): TransactionAddress {
  const country = (fields.country ?? otherwise.country).toUpperCase();
  const postalCode = fields.postal_code ?? '';
  if (postalCode !== '' && !(POSTAL_CODES.get(country) ?? ELSEWHERE).test(postalCode))
    throw invalidRequest('invalid Postal Code');
  return {
    firstName: fields.first_name ?? '',
    lastName: fields.last_name ?? '',
    company: fields.company ?? '',
    line1: fields.address_line_1 ?? '',
    line2: fields.address_line_2 ?? '',
    city: fields.city ?? '',
    state: fields.state ?? '',
    postalCode,
    country,
    email: fields.email ?? '',
    phone: fields.phone ?? '',
    fax: fields.fax ?? '',
    addressId: '',
  };
}

export function toAddressBody(address: TransactionAddress): TransactionAddressBody {
  return {
    first_name: address.firstName,
    last_name: address.lastName,
    company: address.company,
    address_line_1: address.line1,
    address_line_2: address.line2,
    city: address.city,
    state: address.state,
    postal_code: address.postalCode,
    country: address.country,
    phone: address.phone,
    fax: address.fax,
    email: address.email,
  };
}
