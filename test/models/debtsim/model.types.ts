/** The states that debtsim walks through; as small as they can be, because all of them are visited. */

export const VARIANTS = {
  design: 'as docs/billing.md 3 and 4 have it',
  early_generation: 'next generation while the former payment is only asked to cancel',
  timeout_is_failure: 'no answer counts as declined; the next attempt has a new PaymentIntent',
  intent_per_attempt: 'a PaymentIntent an attempt, the declined one left open',
  insert_is_commit: 'the period row commits, the subscription was read before',
  no_reference: 'the payment does not know which retry an attempt belongs to',
  debit_failure_forgotten: 'a debit that fails later looks as if it had never been tried',
} as const;
export type Variant = keyof typeof VARIANTS;

export const isVariant = (name: string): name is Variant => Object.hasOwn(VARIANTS, name);

/** What the world of a walk has in it. */
export interface Config {
  /** How often the payer pays on the page of the debt. */
  readonly payer: number;
  /** Whether the merchant may pause. */
  readonly pause: boolean;
}

export const CONFIGS: readonly Config[] = [
  { payer: 1, pause: false },
  { payer: 0, pause: true },
];

/** Who owes: the subscription, with its one debt. */
export interface Owner {
  st: 'active' | 'paused';
  issued: 0 | 1;
  g: number;
  k: number;
  run: 'off' | 'on' | 'proc' | 'failed' | 'paid' | 'old';
  paid: number;
}

/** A reading of the owner that others have written over since. */
export type OldOwner = Pick<Owner, 'issued' | 'g' | 'k' | 'run'>;

export interface Payment {
  st: 'PI' | 'CONF' | 'DECL' | 'PROC' | 'SUCC' | 'CANC';
  ref: number;
  done: Record<number, 1>;
  cancel: 0 | 1;
}

export type AtStripe = 'rpm' | 'succeeded' | 'processing' | 'canceled';
export type Answer = 'succeeded' | 'declined' | 'processing' | 'canceled' | 'unexpected';
export type Message = readonly ['confirm' | 'cancel', number, number];

/**
 * A worker or the resolver. What it read is `true` while that still stands there, and the old value once somebody wrote over it:
 * a compare-and-swap without numbers.
 */
export interface Actor {
  pc: 'idle' | 'issue' | 'act' | 'send' | 'answer' | 'report' | 'look' | 'cancel';
  o?: true | OldOwner;
  p?: true | false | null | 0 | Payment;
  g?: number;
  k?: number;
  result?: Answer | 'timeout';
}

export interface State {
  O: Owner;
  P: Record<number, Payment>;
  S: Record<number, AtStripe>;
  keys: Record<string, Answer>;
  net: Message[];
  /** Two workers, the resolver. */
  A: [Actor, Actor, Actor];
  payer: number;
  pause: 0 | 1;
  paused: 0 | 1;
  late: 0 | 1;
}

export const copy = (s: State): State => JSON.parse(JSON.stringify(s)) as State;

export const start = ({ payer, pause }: Config): State => ({
  O: { st: 'active', issued: 0, g: 1, k: 1, run: 'off', paid: 0 },
  P: {},
  S: {},
  keys: {},
  net: [],
  A: [{ pc: 'idle' }, { pc: 'idle' }, { pc: 'idle' }],
  payer,
  pause: pause ? 1 : 0,
  paused: 0,
  late: 0,
});
