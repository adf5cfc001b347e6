import { Random } from '../state/random.js';
import { type Distribution, sample } from './distribution.js';

export const ACTIONS = [
  'drop_before',
  'drop_after_effect',
  'delay_effect',
  'hold',
  'status',
  'reset_before',
  'reset_after',
  'truncate_body',
  'slow_body',
  'latency',
  'bad_json',
] as const;

export interface Action {
  type: (typeof ACTIONS)[number];
  /** Milliseconds of `delay_effect`, `latency`, and between the pieces of `slow_body`. */
  ms?: number | undefined;
  /** Of `latency`, instead of `ms`. */
  dist?: Distribution | undefined;
  /** Of `slow_body`, instead of `bytes` and `ms`: bytes per second. */
  bps?: number | undefined;
  /** Of `status`. */
  status?: number | undefined;
  /** Whether `status` answers instead of executing or after it. */
  when?: 'before' | 'after' | undefined;
  /** Error code of `status`. */
  code?: string | undefined;
  /** Parameter that the error of `status` names, as in Stripe's refusals. */
  param?: string | undefined;
  headers?: Record<string, string> | undefined;
  /** Bytes sent by `truncate_body` (half if absent), bytes a piece of `slow_body`. */
  bytes?: number | undefined;
  /** Whether a 500 `before` is saved under the key (the default) or came from the edge and is not. */
  cached?: boolean | undefined;
}

/** Which requests a fault is for; what is absent matches all. */
export interface Match {
  method?: string | undefined;
  /** Exact, or with `*` for any run of characters. */
  path?: string | undefined;
  /** An id as a segment of the path or as a parameter. */
  pi?: string | undefined;
  keyPrefix?: string | undefined;
  keyIncludes?: string | undefined;
  publishable?: boolean | undefined;
  /** Only the nth request that matches the rest, from 1. */
  nth?: number | undefined;
  /** How often it strikes; 0 until deleted. */
  times?: number | undefined;
  probability?: number | undefined;
  seed?: string | number | undefined;
}

/** The part of a request that faults look at. */
export interface Target {
  method: string;
  path: string;
  idempotencyKey: string | undefined;
  publishable: boolean;
  /** The parameters as they were sent. */
  form: string;
}

/** What outlives the process. */
export interface FaultState {
  id: string;
  match: Match;
  action: Action;
  matched: number;
  hits: number;
  /** Draws of `probability` so far. */
  drawn: number;
}

export class Fault {
  readonly id: string;
  readonly match: Match;
  readonly action: Action;
  private matches: number;
  private strikesDone: number;
  private drawn: number;
  private readonly pattern: RegExp | undefined;
  private readonly random: Random;
  private readonly waits: Random;

  constructor(state: FaultState) {
    const { id, match, action, matched, hits, drawn } = state;
    [this.id, this.match, this.action] = [id, match, action];
    [this.matches, this.strikesDone, this.drawn] = [matched, hits, drawn];
    this.pattern = match.path === undefined ? undefined : wildcard(match.path);
    this.random = new Random(match.seed ?? id);
    this.random.skip(drawn);
    this.waits = new Random(`${match.seed ?? id}|waits|${hits}`);
  }

  /** Requests that fitted so far. */
  get matched(): number {
    return this.matches;
  }

  get hits(): number {
    return this.strikesDone;
  }

  state(): FaultState {
    const { id, match, action, matched, hits, drawn } = this;
    return { id, match, action, matched, hits, drawn };
  }

  /** Milliseconds to wait this time. */
  wait(): number {
    return this.action.dist === undefined ? (this.action.ms ?? 0) : sample(this.action.dist, this.waits);
  }

  get times(): number {
    return this.match.times ?? 1;
  }

  get spent(): boolean {
    return this.times !== 0 && this.hits >= this.times;
  }

  /** Whether it strikes this request; counts. */
  strikes(target: Target): boolean {
    if (this.spent || !this.fits(target)) return false;
    this.matches += 1;
    const { nth, probability } = this.match;
    if (nth !== undefined && this.matches !== nth) return false;
    if (probability !== undefined) {
      this.drawn += 1;
      if (this.random.next() >= probability) return false;
    }
    this.strikesDone += 1;
    return true;
  }

  private fits(target: Target): boolean {
    const { method, pi, keyPrefix, keyIncludes, publishable } = this.match;
    const key = target.idempotencyKey ?? '';
    return (
      (method === undefined || method.toUpperCase() === target.method) &&
      (this.pattern === undefined || this.pattern.test(target.path)) &&
      (pi === undefined || target.path.split('/').includes(pi) || isParameter(target.form, pi)) &&
      (keyPrefix === undefined || key.startsWith(keyPrefix)) &&
      (keyIncludes === undefined || key.includes(keyIncludes)) &&
      (publishable === undefined || publishable === target.publishable)
    );
  }
}

function isParameter(form: string, value: string): boolean {
  return form.split('&').some((pair) => pair.endsWith(`=${value}`));
}

function wildcard(path: string): RegExp {
  return new RegExp(
    `^${path
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
}
