import { DAY, Draw, HOUR, MINUTE, SECOND } from '../draw.js';
import type { Charge, Fault, Operation, PaymentDoc, PaymentIntent, Result, Tag, Told, Answer } from './model.types.js';
import { type Instance, Scheduler, type Slot, type Task } from './scheduler.js';
import { breaks, type Variant } from './variants.js';

export const QUIET = 10 * MINUTE;
/** When what got no answer is looked at again. */
export const RECHECK = 2 * MINUTE;
export const ABANDON = DAY;
export const DEADLINE = 30 * SECOND;
export const DECLINE_REPLAY = 30 * SECOND;
export const DEFAULT_PRICE = 2_000;
/** Up to this much is too little for Stripe. */
export const REFUSED_PRICE = 600;
const MAX_STEPS = 3e6;

const COUNTERS = [
  ...['kills', 'crashpoints', 'timeouts', 'storeErr', 'fences', 'abandons', 'resends', 'attempts', 'bumps'],
  ...['webhooks', 'polls', 'told402', 'stored402', 'restarts', 'browser', 'alarms', 'rejected', 'reopened'],
];

export interface WorldOptions {
  readonly variant?: Variant;
  /** Multiplies how often Stripe's side goes wrong. */
  readonly faultRate?: number;
  readonly trace?: (line: string) => void;
}

export interface Price {
  amount: number;
  /** The default price, fixed by a payment that found nothing registered. */
  tombstone?: boolean;
  by?: string | undefined;
  /**
   * The create generation that the claim is for; null: corrected since Stripe refused the claimant's payment, so their next
   * create has to claim it anew.
   */
  claimedFor?: number | null;
  /** Of compare-and-swaps. */
  version?: number;
}

export interface InboxRow {
  readonly id: string;
  readonly pi: string;
  readonly doc: string;
  readonly status: PaymentIntent['status'];
  done: boolean;
  next: number;
  tries: number;
}

/** What Stripe keeps under an idempotency key. */
export interface SavedKey {
  readonly signature: string;
  busy: boolean;
  readonly at: number;
  answer?: Answer;
}

/** A confirm that ran, whoever sent it. */
export type Execution = Tag & { readonly pi: string };

function notListening(): never {
  throw new Error('no worker was started');
}

/** One seeded run: the store, Stripe, the instances, what was told, and what broke. */
export class World {
  readonly draw: Draw;
  readonly scheduler: Scheduler;
  readonly variant: Variant;
  readonly trace: ((line: string) => void) | undefined;
  readonly stat: Record<string, number> = Object.fromEntries(COUNTERS.map((name) => [name, 0]));
  readonly violations: string[] = [];
  readonly told: Told[] = [];
  /** Which request started an attempt, by PaymentIntent and number. */
  readonly startedBy = new Map<string, number>();
  /** How attempts ended by what Stripe answered to their own key, in the order of their ends. */
  readonly results: { readonly doc: string; readonly n: number; readonly result: Result }[] = [];

  readonly instances: readonly Instance[];
  /** How long things go wrong; afterwards the system has to come to rest. */
  readonly chaosMs: number;
  crashProbability: number;
  storeFaultProbability: number;
  /** One operation that takes up to forty seconds, before it is applied or after. */
  storeSlowProbability: number;
  faultProbability: number;
  /** A confirm that runs longer than the client waits. */
  slowProbability = 0.03;
  /** Brownout: most writes at Stripe time out, many arrive later. */
  brown = false;

  // Traits of Stripe that no document settles are drawn per run.
  /** Is `unexpected_state` kept under the key. */
  savesUnexpectedState: boolean;
  /** May a PaymentIntent in `requires_action` be confirmed again. */
  confirmsRequiresAction: boolean;
  webhooksOn: boolean;
  lostEventProbability = 0.15;
  /** Whether a key that is older than a day is forgotten. */
  forgetProbability = 0.9;
  /** Instead of drawn faults. */
  plannedFault: ((op: Operation) => Fault | null) | null = null;
  /** The app's endpoint for events. */
  receiveWebhook: (event: Pick<InboxRow, 'id' | 'pi' | 'doc' | 'status'>, slot: Slot<number>) => Task = notListening;
  /** What starts again with an instance that comes up. */
  worker: ((instance: Instance) => Task) | null = null;

  readonly payments = new Map<string, PaymentDoc>();
  readonly prices = new Map<string, Price>();
  readonly inbox = new Map<string, InboxRow>();
  readonly intents = new Map<string, PaymentIntent>();
  readonly keys = new Map<string, SavedKey>();
  readonly charges: Charge[] = [];
  readonly executions: Execution[] = [];
  readonly cancelSent = new Set<string>();
  private ids = 0;

  constructor(seed: number, options: WorldOptions = {}) {
    this.variant = options.variant ?? 'none';
    this.trace = options.trace;
    this.draw = new Draw(seed * 7919 + 13);
    this.scheduler = new Scheduler(this.draw);
    this.instances = [0, 1, 2].slice(0, this.draw.int(2, 3)).map((i) => ({ i, up: true, epoch: 0 }));
    this.chaosMs = this.draw.int(1, 5) * HOUR;
    this.crashProbability = this.draw.pick([0, 0.005, 0.02, 0.05]);
    this.storeFaultProbability = this.draw.pick([0, 0.005, 0.02]);
    this.storeSlowProbability = this.draw.pick([0, 0, 0.01, 0.04]);
    this.savesUnexpectedState = this.draw.chance(0.5);
    this.confirmsRequiresAction = this.draw.chance(0.5);
    this.webhooksOn = !this.breaks('no_poller') && this.draw.chance(0.75);
    this.faultProbability = Math.min(0.9, this.draw.pick([0, 0.05, 0.15, 0.3, 0.5]) * (options.faultRate ?? 1));
  }

  get now(): number {
    return this.scheduler.now;
  }

  get endMs(): number {
    return this.chaosMs + 5 * DAY;
  }

  breaks(rule: Variant): boolean {
    return breaks(this.variant, rule);
  }

  bad(message: string): void {
    if (!this.violations.includes(message)) this.violations.push(message);
  }

  count(name: string): void {
    this.stat[name] = (this.stat[name] ?? 0) + 1;
  }

  log(...what: readonly unknown[]): void {
    if (this.trace === undefined) return;
    const said = what.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
    this.trace([(this.now / 1000).toFixed(3).padStart(11), ...said].join(' '));
  }

  nextId(): number {
    this.ids += 1;
    return this.ids;
  }

  kill(instance: Instance): void {
    if (!instance.up) return;
    instance.up = false;
    instance.epoch += 1;
    this.count('kills');
    this.scheduler.spawn(this.comeBack(instance));
  }

  /** A point at which the process at work may die. */
  crashes(): boolean {
    const instance = this.scheduler.current?.instance;
    if (instance?.up !== true || this.now >= this.chaosMs || !this.draw.chance(this.crashProbability)) return false;
    this.count('crashpoints');
    this.kill(instance);
    return true;
  }

  run(until: number, onError: (error: unknown) => void): void {
    const { scheduler } = this;
    const mayGoOn = () => {
      if (scheduler.steps > MAX_STEPS) this.bad('CAPPED');
      return scheduler.steps <= MAX_STEPS;
    };
    scheduler.run(until, mayGoOn, onError);
  }

  private *comeBack(instance: Instance): Task {
    yield this.draw.int(1 * SECOND, 2 * MINUTE);
    instance.up = true;
    if (this.worker !== null) this.scheduler.spawn(this.worker(instance), instance);
  }
}
