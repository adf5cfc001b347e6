import type { TimeRange } from '../../../platform/database/time-range.js';
import type { AddressField } from './address.types.js';

/** Fields of a customer that a search may compare: those of any address, and the defaults. */
export type VaultCriterion =
  'customerId' | 'addressId' | AddressField | 'methodType' | 'billingAddressId' | 'shippingAddressId';

/** Compares the whole value, case-sensitively. */
export interface TextCriterion {
  readonly operator: '=' | '!=';
  readonly value: string;
}

export interface VaultSearch {
  /** Criteria, all of which must hold. */
  readonly criteria: Readonly<Partial<Record<VaultCriterion, TextCriterion | undefined>>>;
  readonly createdAt?: TimeRange;
  readonly updatedAt?: TimeRange;
  readonly limit: number;
  readonly offset: number;
}
