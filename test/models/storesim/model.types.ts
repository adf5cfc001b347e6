export type PaymentState = 'NEW' | 'OPEN' | 'CONFIRMING' | 'SUCCEEDED' | 'CANCELED' | 'REJECTED';
export type ProviderStatus = 'requires_payment_method' | 'requires_action' | 'succeeded' | 'canceled';
export type Result = 'declined' | 'action' | 'refused' | 'not_sent' | 'succeeded';

/** Our record: one document, changed by compare-and-swap only. Times are milliseconds of the model. */
export interface PaymentDoc {
  readonly id: string;
  readonly user: string;
  readonly cuid: string;
  /** Changes only while there is no PaymentIntent. */
  amount: number;
  state: PaymentState;
  pi: string | null;
  providerStatus: ProviderStatus | null;
  attempt: number;
  method: string | null;
  unsettled: boolean;
  result: Result | null;
  settledAt: number;
  confirmGeneration: number;
  createGeneration: number;
  cancelGeneration: number;
  /** The intent to cancel, stored before the call. */
  canceling: boolean;
  activeAt: number;
  dueAt: number;
  backoff: number;
  leaseUntil: number;
  readonly createdAt: number;
  v: number;
}

export type Change = Partial<Omit<PaymentDoc, 'id' | 'user' | 'cuid' | 'createdAt' | 'v'>>;

export const isFinal = ({ state }: PaymentDoc): boolean =>
  state === 'SUCCEEDED' || state === 'CANCELED' || state === 'REJECTED';
export const isEnd = (status: ProviderStatus): boolean => status === 'succeeded' || status === 'canceled';

export interface PaymentIntent {
  readonly id: string;
  readonly meta: { readonly id: string; readonly user: string; readonly cuid: string };
  readonly amount: number;
  readonly created: number;
  status: ProviderStatus;
  method: string | null;
  /** The next action; another number is another 3-D Secure page. */
  action?: number;
  /** When it last stopped waiting for 3-D Secure. */
  actionEndedAt?: number;
  /** Whose confirm opened 3-D Secure. */
  tag?: Tag;
}

/** Who caused a call: our attempt n, or the browser. */
export interface Tag {
  readonly by: 'us' | 'browser';
  readonly n?: number;
  readonly request?: number;
  /** The attempt's answer is the answer to that request. */
  readonly mine?: boolean;
  /** Our own cancel: from here on no attempt may start. */
  readonly fence?: true;
}

export type Charge = Tag & {
  readonly pi: string;
  readonly amount: number;
  readonly doc: string;
  readonly at: number;
};

export type Operation = 'create' | 'get' | 'confirm' | 'cancel';

export interface Params {
  readonly pi?: string;
  readonly method?: string;
  readonly amount?: number;
  readonly meta?: PaymentIntent['meta'];
}

export interface Call {
  readonly op: Operation;
  readonly params: Params;
  readonly key: string | null;
  readonly tag: Tag;
}

/** What comes back over the network; `net` is no answer at all. */
export interface Answer {
  readonly status?: number;
  readonly code?: 'unexpected_state' | 'invalid' | 'idempotency_error';
  readonly body?: PaymentIntent;
  readonly net?: true;
  readonly replayed?: true;
}

export const FAULTS = [
  'drop',
  'late',
  'late',
  '429',
  '401',
  '500pre',
  '500post',
  'edge500',
  'lose',
  'reset0',
  'reset1',
] as const;

/**
 * drop: never arrives. late: arrives after the client gave up. lose, reset1: the answer does not come back. reset0: cut
 * before the effect. 500pre, 500post: kept under the key, before or after the effect. edge500: not kept, nothing ran.
 */
export interface Fault {
  readonly kind: (typeof FAULTS)[number];
  /** Of `late`; drawn when not given. */
  readonly delayMs?: number;
}

export type Kind =
  | 'created'
  | 'taken'
  | 'succeeded'
  | 'canceled'
  | 'action'
  | 'open'
  | 'processing'
  | '400'
  | '402'
  | '404'
  | '502'
  | 'unavailable'
  | '503'
  | 'rejected';

/** What one of our answers told whom. */
export interface Told {
  readonly kind: Kind;
  readonly request: number;
  /** When the request came, and when it was answered. */
  readonly askedAt: number;
  readonly at: number;
  readonly doc: string | undefined;
  readonly pi: string | null | undefined;
  readonly n?: number;
  readonly stored?: boolean;
  readonly status?: ProviderStatus | 'processing' | null;
  readonly secret?: string | null;
}
