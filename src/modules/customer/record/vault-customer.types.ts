import type { Versioned } from '../../../platform/database/versioned-collection.js';
import type { AddressChanges, VaultAddress } from './address.types.js';
import type { MethodType, VaultMethod } from './payment-method.types.js';
import type { AskedMethod } from './new-method.types.js';
import type { PendingWork } from './pending-work.types.js';

export const CUSTOMER_FLAGS = ['surcharge_exempt'] as const;
export type CustomerFlag = (typeof CUSTOMER_FLAGS)[number];

export interface CustomerDefaults {
  readonly billingAddressId: string | null;
  readonly shippingAddressId: string | null;
  readonly methodId: string | null;
  /** The type of that method: searched for, so it is stored with it. */
  readonly methodType: MethodType | null;
}

/** A pair in a list, because stores differ in what they take for a field's name. */
export interface MetadataEntry {
  readonly name: string;
  readonly value: string;
}

/** Details of a customer beside the card; absent fields stay as they are. */
export interface CustomerDetails {
  /** Empty: none. */
  readonly email?: string;
  readonly currency?: string;
  /** Replaces all entries. */
  readonly metadata?: readonly MetadataEntry[];
}

/**
 * A stored customer, collection `vault_customers`: one document with everything of theirs, changed only by swaps, so that
 * a default never points at what is gone.
 */
export interface VaultCustomer extends Versioned {
  /**
   * Id of the record, an xid, told by the ghost and komoju surfaces only: `vault_customer_id` in the metadata at Stripe, and the root of
   * every idempotency key.
   */
  readonly _id: string;
  readonly accountId: string;
  /** The id that the merchant gave the customer, the contract's `id`. */
  readonly customerId: string;
  /** Reads, searches and look-ups see `active` only; the others are finished or undone by the resolver. */
  readonly state: 'creating' | 'active' | 'deleting';
  readonly description: string;
  /** Address of the customer's own, whichever others they have; empty or absent: that of the billing address counts. */
  readonly email?: string;
  /** Upper-case ISO code of the money that the customer will pay in; told by no answer. Absent: not said. */
  readonly currency?: string;
  /** Texts of the merchant's own. Absent: none. */
  readonly metadata?: readonly MetadataEntry[];
  /** Hash of the key under which the customer was created; absent where the client sent none. */
  readonly creationKey?: string;
  /** Hash of the last request that came with a key and was carried out: its repeat changes nothing. */
  readonly lastRequest?: string;
  readonly notes: string;
  readonly flags: readonly CustomerFlag[];
  /** Oldest first, no two of one hash. */
  readonly addresses: readonly VaultAddress[];
  /** Oldest first. */
  readonly methods: readonly VaultMethod[];
  readonly defaults: CustomerDefaults;
  /** `cus_…`, made with the first method. */
  readonly providerCustomerId: string | null;
  readonly customerGeneration: number;
  readonly pending: readonly PendingWork[];
  /** Fingerprint by which a repeat is known, while `creating`; null afterwards. */
  readonly creation: { readonly fingerprint: string; readonly idFormat: string | null } | null;
  /** Time at which the vault's resolver looks at the record; null when there is nothing to finish. */
  readonly nextCheckAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type VaultCustomerChange = Partial<Omit<VaultCustomer, '_id' | 'v' | 'w' | 'accountId'>>;

/** A change of a customer: absent fields stay as they are. */
export interface VaultCustomerUpdate {
  readonly description?: string;
  readonly email?: string;
  readonly notes?: string;
  /** Replaces all flags. */
  readonly flags?: readonly CustomerFlag[];
  readonly billingAddressId?: string;
  readonly shippingAddressId?: string;
  /** Together with its type, or not at all. */
  readonly methodId?: string;
  readonly methodType?: MethodType;
}

/** Ids of a new customer, drawn by whoever needs to know them before it is stored: a charge that is to make it stores them first. */
export interface DrawnCustomer {
  /** An xid, the `_id` of the record. */
  readonly recordId: string;
  /** The id that merchants see. */
  readonly customerId: string;
}

export interface NewVaultCustomer extends CustomerDetails {
  /** Id that the merchant chooses, at most 40 letters or digits; not together with `idFormat`. */
  readonly id?: string;
  /** `xid_type_last4`: needs a payment method. */
  readonly idFormat?: string;
  /** Makes a repeat of the request find the customer that it made; both come together, and need a payment method. */
  readonly creationKey?: string;
  readonly lastRequest?: string;
  readonly description?: string;
  readonly flags?: readonly CustomerFlag[];
  readonly billingAddress?: AddressChanges;
  readonly shippingAddress?: AddressChanges;
  /** The default payment method: the customer is stored with it or not at all. */
  readonly method?: AskedMethod;
}
