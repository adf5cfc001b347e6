import { type Address, type BillingDetails, type Metadata, NO_ADDRESS, type Shipping } from '../objects/common.js';
import { invalidRequest } from './errors.js';
import type { Raw } from './form.js';
import { hash, integer, type Kind, required, string, text, unsettable } from './params.js';

/** Stripe's limits, https://docs.stripe.com/api/metadata */
const MAX_KEYS = 50;
const MAX_KEY_LENGTH = 40;
const MAX_VALUE_LENGTH = 500;

/** Keys to set; null (`''`) removes one, and `metadata=''` all of them. */
export type MetadataChange = Record<string, string | null> | null;

export function metadata(): Kind<MetadataChange> {
  return {
    read(raw: Raw, path: string) {
      if (raw === '') return null;
      if (typeof raw === 'string') throw invalidRequest('Invalid hash', { param: path });
      // fromEntries, because assigning would lose a key named __proto__.
      return Object.fromEntries(
        Object.entries(raw).map(([key, value]) => [checkedKey(key, path), checkedValue(value, key, path)]),
      );
    },
  };
}

function checkedKey(key: string, path: string): string {
  if (key.length <= MAX_KEY_LENGTH) return key;
  throw invalidRequest(
    `Metadata keys can have up to ${MAX_KEY_LENGTH} characters, but you passed in a key that is ${key.length} characters. Invalid key: ${key}`,
    { param: path },
  );
}

function checkedValue(value: Raw, key: string, path: string): string | null {
  if (typeof value !== 'string') throw invalidRequest('Invalid string', { param: `${path}[${key}]` });
  if (value.length <= MAX_VALUE_LENGTH) return value === '' ? null : value;
  throw invalidRequest(
    `Metadata values can have up to ${MAX_VALUE_LENGTH} characters, but you passed in a value that is ${value.length} characters. Invalid value: ${value}`,
    { param: `${path}[${key}]` },
  );
}

/** The metadata after a change. Throws when there would be more than 50 keys. */
export function mergeMetadata(present: Metadata, change: MetadataChange | undefined): Metadata {
  if (change === undefined) return present;
  if (change === null) return {};
  const merged = new Map(Object.entries(present));
  for (const [key, value] of Object.entries(change)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  if (merged.size > MAX_KEYS) {
    throw invalidRequest(`Metadata can have up to ${MAX_KEYS} keys, but you passed in ${merged.size} keys.`, {
      param: 'metadata',
    });
  }
  return Object.fromEntries(merged);
}

const addressFields = {
  city: text(),
  country: text(),
  line1: text(),
  line2: text(),
  postal_code: text(),
  state: text(),
};

export function address() {
  return hash(addressFields);
}

type AddressParam = { [K in keyof Address]?: string | null | undefined };

export function toAddress(param: AddressParam, present: Address = NO_ADDRESS): Address {
  return {
    city: given(param.city, present.city),
    country: given(param.country, present.country),
    line1: given(param.line1, present.line1),
    line2: given(param.line2, present.line2),
    postal_code: given(param.postal_code, present.postal_code),
    state: given(param.state, present.state),
  };
}

export function shipping() {
  return hash({
    address: required(address()),
    carrier: text(),
    name: required(string()),
    phone: text(),
    tracking_number: text(),
  });
}

export function customerShipping() {
  return hash({ address: required(address()), name: required(string()), phone: text() });
}

interface ShippingParam {
  address: AddressParam;
  carrier?: string | null | undefined;
  name: string;
  phone?: string | null | undefined;
  tracking_number?: string | null | undefined;
}

export function toShipping(param: ShippingParam): Shipping {
  return {
    address: toAddress(param.address),
    carrier: param.carrier ?? null,
    name: param.name,
    phone: param.phone ?? null,
    tracking_number: param.tracking_number ?? null,
  };
}

export function billingDetails() {
  return hash({ address: unsettable(address()), email: text(), name: text(), phone: text(), tax_id: text() });
}

interface BillingParam {
  address?: AddressParam | null | undefined;
  email?: string | null | undefined;
  name?: string | null | undefined;
  phone?: string | null | undefined;
  tax_id?: string | null | undefined;
}

export const NO_BILLING: BillingDetails = { address: NO_ADDRESS, email: null, name: null, phone: null, tax_id: null };

export function toBilling(param: BillingParam | undefined, present: BillingDetails = NO_BILLING): BillingDetails {
  if (param === undefined) return present;
  return {
    address: param.address === null ? NO_ADDRESS : toAddress(param.address ?? {}, present.address),
    email: given(param.email, present.email),
    name: given(param.name, present.name),
    phone: given(param.phone, present.phone),
    tax_id: given(param.tax_id, present.tax_id),
  };
}

/** Parameters of every list. */
export const page = { ending_before: string(), limit: integer(), starting_after: string() };

/** The new value if it was sent (null unsets), else the present one. */
export function given<T>(sent: T | undefined, present: T): T {
  return sent === undefined ? present : sent;
}
