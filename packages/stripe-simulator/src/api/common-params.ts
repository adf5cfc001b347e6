import { type Address, type BillingDetails, type Metadata, NO_ADDRESS, type Shipping } from '../objects/common.js';
import { invalidRequest } from './errors.js';

/** Stripe's limit, https://docs.stripe.com/api/metadata */
const MAX_KEYS = 50;

/** Keys to set; null (`''`) removes one, and `metadata=''` all of them. */
export type MetadataChange = Record<string, string | null> | null;

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

interface ShippingParam {
  address?: AddressParam | undefined;
  carrier?: string | null | undefined;
  name?: string | null | undefined;
  phone?: string | null | undefined;
  tracking_number?: string | null | undefined;
}

export function toShipping(param: ShippingParam): Shipping {
  return {
    address: toAddress(param.address ?? {}),
    carrier: param.carrier ?? null,
    name: param.name ?? '',
    phone: param.phone ?? null,
    tracking_number: param.tracking_number ?? null,
  };
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

/** The new value if it was sent (null unsets), else the present one. */
export function given<T>(sent: T | undefined, present: T): T {
  return sent === undefined ? present : sent;
}
