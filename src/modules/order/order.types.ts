import type { Versioned } from '../../platform/database/versioned-collection.js';

export const ORDER_STATES = ['pending', 'processing', 'processed', 'error'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export const ORDER_KINDS = ['existing', 'direct_debit'] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

/** Euros are the only currency of orders (contract census 1). */
export const ORDER_CURRENCY = 'eur';

/** Order of a person, collection `orders`: a donation or a fee, paid by exactly one payment. */
export interface Order extends Versioned {
  /** An xid, and the key of the order's payment: the row is the payment's write-ahead. */
  readonly _id: string;
  readonly accountId: string;
  readonly personId: string;
  /** Empty where the order is of no campaign. */
  readonly campaignCode: string;
  readonly amountMinor: number;
  readonly description: string;
  readonly kind: OrderKind;
  /** The payment method: its row, and the number that the client knows. */
  readonly methodId: string;
  readonly methodNumber: number;
  readonly state: OrderState;
  readonly paymentId: string;
  /** True when the client has a key by which it may ask again. */
  readonly isRepeatable: boolean;
  /** Time at which the resolver looks; null once news of the payment tells the rest. */
  readonly nextCheckAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type NewOrder = Omit<Order, 'v' | 'w'>;
export type OrderChange = Partial<Pick<Order, 'state' | 'nextCheckAt' | 'updatedAt'>>;

/** Order as a client asks for it, valid by itself. */
export interface AskedOrder {
  readonly personId: string;
  readonly description: string;
  readonly amountMinor: number;
  readonly campaignCode: string;
  readonly method:
    { readonly kind: 'existing'; readonly number: number } | { readonly kind: 'direct_debit'; readonly iban: string };
  /** Key of the client's own; null: every request is an order of its own. */
  readonly idempotencyKey: string | null;
  /** The body as it was sent, by which a repeat is known. */
  readonly body: object;
}

/** Orders that are summed up; both bounds are inside. */
export interface TotalCriteria {
  readonly personId?: string;
  readonly campaignCode?: string;
  readonly from?: Date;
  readonly until?: Date;
}
