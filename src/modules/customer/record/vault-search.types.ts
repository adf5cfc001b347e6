import type { AddressField } from './address.types.js';

/** What may be asked of a customer: of any address, or of the defaults. */
export type VaultCriterion =
  'customerId' | 'addressId' | AddressField | 'methodType' | 'billingAddressId' | 'shippingAddressId';

/** The whole value, case-sensitive. */
export interface TextCriterion {
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** Both ends included; a missing one is open. */
export interface DateRange {
  readonly start?: Date;
  readonly end?: Date;
}

export interface VaultSearch {
  /** All must hold. */
  readonly criteria: Readonly<Partial<Record<VaultCriterion, TextCriterion | undefined>>>;
  readonly createdAt?: DateRange;
  readonly updatedAt?: DateRange;
  readonly limit: number;
  readonly offset: number;
}
