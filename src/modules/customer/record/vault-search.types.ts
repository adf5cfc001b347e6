import type { AddressField } from './address.types.js';

/** Fields of a customer that a search may compare: those of any address, and the defaults. */
export type VaultCriterion =
  'customerId' | 'addressId' | AddressField | 'methodType' | 'billingAddressId' | 'shippingAddressId';

/** Compares the whole value, case-sensitively. */
export interface TextCriterion {
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** Range of time, both ends included; a missing one is open. */
export interface DateRange {
  readonly start?: Date;
  readonly end?: Date;
}

export interface VaultSearch {
  /** Criteria, all of which must hold. */
  readonly criteria: Readonly<Partial<Record<VaultCriterion, TextCriterion | undefined>>>;
  readonly createdAt?: DateRange;
  readonly updatedAt?: DateRange;
  readonly limit: number;
  readonly offset: number;
}
