export type State =
  'NEW' | 'PI_CREATED' | 'CONFIRMING' | 'REQUIRES_ACTION' | 'DECLINED' | 'SUCCEEDED' | 'FAILED' | 'CANCELED';

/** What every document has. `uniq` stands for the unique index. */
export interface Stored {
  _id: string;
  uniq: string;
  v: number;
}

/** What a client asks to be paid. */
export interface Order {
  readonly amount: number;
  readonly pm: string;
}

export interface Refund {
  readonly rid: string;
  readonly amount: number;
  readonly state: 'PENDING' | 'DONE';
  readonly t: number;
  readonly re?: string;
}

export interface Payment extends Stored, Order {
  scope: string;
  cuid: string;
  fp: string;
  origin: 'api' | 'billing';
  state: State;
  pi: string | null;
  lease: number;
  next: number;
  created: number;
  /** Key generation (0 when absent). */
  gen?: number;
  refunds?: readonly Refund[];
  late?: true;
  imported?: true;
}

export interface Meta extends Order {
  readonly pid: string;
  readonly scope: string;
  readonly cuid: string;
  readonly fp: string;
  readonly origin: Payment['origin'];
}

export interface PaymentIntent {
  readonly id: string;
  readonly meta: Meta;
  readonly amount: number;
  readonly pm: string;
  status: 'requires_confirmation' | 'requires_payment_method' | 'requires_action' | 'succeeded' | 'canceled';
  readonly created: number;
  swept?: true;
}

export interface Event {
  readonly id: string;
  readonly pi: string;
  readonly meta: Meta;
  readonly status: PaymentIntent['status'];
}

export interface InboxRow extends Stored {
  e: Event;
  done: boolean;
  next: number;
}

export interface Cycle extends Stored {
  sub: string;
  n: number;
  state: 'DUE' | 'PAID' | 'UNPAID';
  next: number;
  lease: number;
}

export interface Subscription extends Stored {
  anchor: number;
  n: number;
  next: number;
  pm: string;
}

/** What a handler answers: `d` is a definitive word on the payment. */
export interface Reply {
  readonly s: number;
  readonly d?: 'ok' | 'declined' | 'canceled';
}

export const FINAL: readonly State[] = ['SUCCEEDED', 'FAILED', 'CANCELED'];
