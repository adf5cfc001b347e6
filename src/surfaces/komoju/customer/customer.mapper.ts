import { type NamedRequest, namedRequest } from '../../../modules/customer/record/named-request.js';
import type { AskedMethod } from '../../../modules/customer/record/new-method.types.js';
import type { VaultCard } from '../../../modules/customer/record/payment-method.types.js';
import { plainIdOf, recordIdOf } from '../../../modules/customer/record/plain-id.js';
import { sourceOf } from '../../../modules/customer/record/source.js';
import type { OneCardChange } from '../../../modules/customer/one-card-customer.service.js';
import type { CustomerRef, VaultCaller } from '../../../modules/customer/record/vault-caller.js';
import type { CustomerDetails, VaultCustomer } from '../../../modules/customer/record/vault-customer.types.js';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { containsCardNumber } from '../../../platform/common/card-number.js';
import { idempotencyKeyOf } from '../../shared/idempotency-key.js';
import type { CreateKomojuCustomer, KomojuCustomer, KomojuSource, UpdateKomojuCustomer } from './customer.dto.js';
import { toEntries, toMap } from './metadata.js';
import type { KomojuPaymentDetails } from './payment-details.dto.js';

/** Throws AppError vault_customer_not_found for what cannot be an id. */
export function toCustomerRef(id: string): CustomerRef {
  const recordId = recordIdOf(id);
  if (recordId === null) throw new AppError('vault_customer_not_found', 'there is no such customer');
  return { recordId };
}

function toDetails({ email, currency, metadata }: UpdateKomojuCustomer): CustomerDetails {
  return {
    email,
    currency: currency?.toUpperCase(),
    ...(metadata !== undefined && { metadata: toEntries(metadata) }),
  };
}

export const toNewCustomer = (body: CreateKomojuCustomer): Required<OneCardChange> => ({
  details: toDetails(body),
  source: toSource(body.payment_details),
});

export const toChange = (body: UpdateKomojuCustomer): OneCardChange => ({
  details: toDetails(body),
  ...(body.payment_details !== undefined && { source: toSource(body.payment_details) }),
});

function toSource({ token, number = '', month, year, verification_value, ...of }: KomojuPaymentDetails): AskedMethod {
  if (token !== undefined) return { kind: 'token', token, wallet: null, only: 'card' };
  const card = { number, expiryMonth: Number(month), expiryYear: Number(year), cvc: verification_value };
  const holder = { name: of.name ?? `${of.given_name ?? ''} ${of.family_name ?? ''}`.trim(), email: of.email ?? '' };
  return { kind: 'card', card, ...(holder.name + holder.email !== '' && { holder }) };
}

/**
 * Returns how a repeat of the request is known; null where its client sends no key.
 * @param customer the id of the one that is changed
 */
export function toNamedRequest(
  caller: VaultCaller,
  header: string | undefined,
  body: UpdateKomojuCustomer,
  customer?: string,
): NamedRequest | null {
  const idempotencyKey = idempotencyKeyOf(header);
  if (idempotencyKey === null) return null;
  if (containsCardNumber(idempotencyKey)) throw invalidRequest('Idempotency-Key must not contain a card number');
  const token = body.payment_details?.token;
  return namedRequest(caller, idempotencyKey, { customer, token, ...toDetails(body) });
}

/** @param source of which reads and deletions tell nothing (rule S1) */
export function toKomojuCustomer(customer: VaultCustomer, source: VaultCard | null): KomojuCustomer {
  return {
    id: plainIdOf(customer._id),
    resource: 'customer',
    email: customer.email || null,
    source: source === null ? null : toKomojuSource(source),
    metadata: toMap(customer.metadata),
    created_at: `${customer.createdAt.toISOString().slice(0, 19)}Z`,
  };
}

/** Answer of a create or an update, which tells the source. */
export const toStoredCustomer = (customer: VaultCustomer): KomojuCustomer =>
  toKomojuCustomer(customer, sourceOf(customer));

function toKomojuSource({ brand, maskedNumber, expiryMonth, expiryYear }: VaultCard): KomojuSource {
  const last_four_digits = maskedNumber.slice(-4);
  return { type: 'credit_card', brand, last_four_digits, month: expiryMonth, year: expiryYear };
}
