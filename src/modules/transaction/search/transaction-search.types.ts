import type { TimeRange } from '../../../platform/database/time-range.js';
import type { AddressField } from '../../customer/record/address.types.js';

/** Fields of a transaction that are compared with a text. */
export type TextField =
  | 'transactionId'
  | 'userId'
  | 'type'
  | 'ipAddress'
  | 'poNumber'
  | 'orderId'
  | 'methodKind'
  | 'paymentType'
  | 'status'
  | 'processorId'
  | 'customerId'
  | `${'billingAddress' | 'shippingAddress'}.${AddressField | 'addressId'}`;

/** Fields of a transaction that are compared with a whole number; all are minor units. */
export type IntField = 'amountMinor' | 'authorizedMinor' | 'capturedMinor' | 'settledMinor' | 'taxMinor';

/** Compares the whole value, case-sensitively; `!=` also finds the rows that have none. */
export interface TextCriterion {
  readonly field: TextField;
  readonly operator: '=' | '!=';
  readonly value: string;
}

export interface IntCriterion {
  readonly field: IntField;
  readonly operator: '=' | '!=' | '<' | '>';
  readonly value: number;
}

export interface TransactionSearch {
  /** Criteria, all of which must hold; a field may be in several. */
  readonly texts: readonly TextCriterion[];
  readonly ints: readonly IntCriterion[];
  readonly createdAt: TimeRange;
  readonly capturedAt: TimeRange;
  readonly settledAt: TimeRange;
  /** Rows of the page; none for 0. */
  readonly limit: number;
  readonly offset: number;
}
