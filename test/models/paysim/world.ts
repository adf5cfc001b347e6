import { Draw, HOUR, MINUTE, SECOND } from '../draw.js';
import type { Charge, SavedKey, StripeRefund } from './stripe.types.js';
import type { Cycle, Event, InboxRow, Payment, PaymentIntent, Reply, Subscription } from './model.types.js';
import type { Mutant } from './mutants.js';

/** Yields how long to sleep, in milliseconds. */
export type Task<T = void> = Generator<number, T, undefined>;

export interface Instance {
  readonly i: number;
  up: boolean;
}

interface Process {
  readonly task: Task<unknown>;
  readonly instance: Instance | null;
  /** Polls for ever: may be slowed when nothing is pending. */
  readonly background: boolean;
  wake: number;
  dead: boolean;
}

export interface Slot<T> {
  r: T | null;
}

/** The store did not answer. What was asked of it may have been applied. */
export class StoreAway extends Error {}

const COUNTERS = [
  ...['crash', 'timeout', 'kill', 'webhook', 'dupWebhook', 'mongoErr', 'fence', 'resume', 'keyPruned', 'steps'],
];

export interface WorldOptions {
  readonly mutants?: readonly Mutant[];
  /** Multiplies how often Stripe's side goes wrong. */
  readonly faultRate?: number;
}

function notListening(): never {
  throw new Error('no instance was started');
}

/** One seeded run: the store, Stripe, the instances, what was told, and what broke. */
export class World {
  readonly draw: Draw;
  readonly mutants: readonly Mutant[];
  readonly stat: Record<string, number> = Object.fromEntries(COUNTERS.map((name) => [name, 0]));
  readonly violations: string[] = [];
  readonly instances: readonly Instance[] = [0, 1, 2].map((i) => ({ i, up: true }));
  readonly collections = {
    payments: new Map<string, Payment>(),
    inbox: new Map<string, InboxRow>(),
    cycles: new Map<string, Cycle>(),
    subs: new Map<string, Subscription>(),
  };
  readonly stripe = {
    intents: new Map<string, PaymentIntent>(),
    keys: new Map<string, SavedKey>(),
    charges: [] as Charge[],
    refunds: [] as StripeRefund[],
  };
  /** Definitive answers, by scope and cuid. */
  readonly answers = new Map<string, (Reply['d'] | 422)[]>();
  readonly crashProbability: number;
  readonly faultProbability: number;
  storeFaultProbability = 0.01;
  now = 0;
  /** How long things go wrong. */
  chaosMs = 0;
  capped = false;
  /** The app's endpoint for events. */
  receiveWebhook: (event: Event, slot: Slot<number>) => Task = notListening;
  /** What an instance runs when it comes up. */
  boot: (instance: Instance) => void = () => undefined;
  private processes: Process[] = [];
  private current: Process | null = null;
  private ids = 0;
  private stripeIds = 0;

  constructor(seed: number, { mutants = ['none'], faultRate = 1 }: WorldOptions = {}) {
    this.draw = new Draw(seed);
    this.mutants = mutants;
    this.crashProbability = this.draw.pick([0, 0.01, 0.03, 0.08]);
    this.faultProbability = Math.min(0.9, 0.25 * this.draw.next() * faultRate);
  }

  breaks(rule: Mutant): boolean {
    return this.mutants.includes(rule);
  }

  bad(message: string): void {
    this.violations.push(message);
  }

  count(name: string): void {
    this.stat[name] = (this.stat[name] ?? 0) + 1;
  }

  nextId(): number {
    return ++this.ids;
  }

  nextStripeId(): number {
    return ++this.stripeIds;
  }

  spawn(task: Task<unknown>, instance: Instance | null = null, background = false): void {
    this.processes.push({ task, instance, background, wake: this.now, dead: false });
  }

  stop(instance: Instance): void {
    instance.up = false;
    for (const process of this.processes) if (process.instance === instance) process.dead = true;
  }

  kill(instance: Instance): void {
    if (!instance.up) return;
    this.count('kill');
    this.stop(instance);
    this.spawn(this.comeBack(instance));
  }

  /** A point at which the process at work may die. */
  crashes(): boolean {
    const instance = this.current?.instance ?? null;
    if (instance === null || this.now >= this.chaosMs || !this.draw.chance(this.crashProbability)) return false;
    this.count('crash');
    this.kill(instance);
    return true;
  }

  /** Of what is due, anybody may be next: no order is promised. */
  run(until: number, maxSteps: number): void {
    while (this.now < until && this.steps < maxSteps) {
      this.processes = this.processes.filter(({ dead }) => !dead);
      const ready = this.processes.filter(({ wake }) => wake <= this.now);
      if (ready.length > 0) this.step(this.draw, ready);
      else {
        const next = Math.min(...this.processes.map(({ wake }) => wake));
        if (!Number.isFinite(next)) break;
        this.now = next;
      }
    }
    this.capped = this.steps >= maxSteps;
  }

  private step(draw: Draw, ready: readonly Process[]): void {
    // When only background loops are live and nothing is pending, the time in between may be jumped.
    const idle = this.processes.every(({ background, wake }) => background || wake > this.now + 6 * HOUR);
    const process = draw.pick(ready);
    this.count('steps');
    this.current = process;
    let result: IteratorResult<number, unknown>;
    try {
      result = process.task.next();
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error;
      process.dead = true;
      return;
    }
    if (result.done === true) process.dead = true;
    else process.wake = this.now + this.stretched(process, result.value, idle && !this.isPending());
  }

  private stretched(process: Process, ms: number, nothingToDo: boolean): number {
    if (!process.background) return ms;
    if (nothingToDo) return Math.max(ms, this.draw.int(2, 8) * HOUR);
    return ms > 1000 && this.now > this.chaosMs + 48 * HOUR ? ms * 20 : ms;
  }

  private isPending(): boolean {
    const { payments, inbox, cycles, subs } = this.collections;
    return (
      [...payments.values()].some(({ state }) => !['SUCCEEDED', 'FAILED', 'CANCELED'].includes(state)) ||
      [...inbox.values()].some(({ done }) => !done) ||
      [...cycles.values()].some(({ state }) => state === 'DUE') ||
      [...subs.values()].some(({ next }) => next <= this.now)
    );
  }

  private get steps(): number {
    return this.stat['steps'] ?? 0;
  }

  private *comeBack(instance: Instance): Task {
    yield this.draw.int(1 * SECOND, 2 * MINUTE);
    instance.up = true;
    this.boot(instance);
  }
}
