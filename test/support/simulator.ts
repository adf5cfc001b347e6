import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { builtDist } from './built-dist.js';

export interface FaultMatch {
  method?: string;
  /** `*` stands for anything. */
  path?: string;
  pi?: string;
  keyPrefix?: string;
  keyIncludes?: string;
  publishable?: boolean;
  nth?: number;
  /** Default 1; 0 = until deleted. */
  times?: number;
  probability?: number;
  seed?: number;
}

export interface FaultAction {
  type:
    | 'drop_before'
    | 'drop_after_effect'
    | 'delay_effect'
    | 'hold'
    | 'status'
    | 'reset_before'
    | 'reset_after'
    | 'truncate_body'
    | 'slow_body'
    | 'latency'
    | 'bad_json';
  ms?: number;
  status?: number;
  when?: 'before' | 'after';
  code?: string;
  param?: string;
  headers?: Record<string, string>;
  bytes?: number;
  cached?: boolean;
}

export interface SimulatedWebhookEndpoint {
  id: string;
  url: string;
  secret: string;
  enabled_events?: string[];
  previous_secret?: string;
}

export interface LedgerEntry {
  id: string;
  payment_intent: string;
  amount: number;
  currency: string;
  metadata: Record<string, string>;
  /** Epoch seconds. */
  created: number;
}

/** Money that really moved: captured charges, and refunds that did not fail. */
export interface Ledger {
  charges: LedgerEntry[];
  refunds: (LedgerEntry & { charge: string; status: string })[];
  charged: number;
  refunded: number;
  net: number;
  /** Charges. */
  count: number;
}

export interface SimulatedRequest {
  n: number;
  at: number;
  request_id: string;
  method: string;
  path: string;
  key_kind: string | null;
  idempotency_key: string | null;
  params_hash: string;
  params: Record<string, unknown>;
  executed: boolean;
  replayed: boolean;
  status: number | null;
  fault: string | null;
}

/** One attempt to deliver an event; attempt 0: not tried yet. */
export interface SimulatedDelivery {
  id: string;
  event: string;
  type: string;
  object: string;
  endpoint: string;
  url: string;
  attempt: number;
  at: number | null;
  status: number | null;
  next_at: number | null;
  delivered: boolean;
}

export interface ClockReading {
  now: number;
  offset_ms: number;
  frozen: boolean;
}

type Json = Record<string, unknown>;

/** The control plane of one simulator process. */
export class Simulator {
  /** Whether it was ever told to misbehave, which may go on in requests and deliveries that are under way. */
  disturbed = false;

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess | undefined,
    readonly allowRawCards: boolean,
  ) {}

  /** What the entry starts: not there before the first build. */
  private static readonly program = join(process.cwd(), 'packages/stripe-simulator/dist/main.js');

  private static readonly endsWithUs = join(process.cwd(), 'test/support/ends-with-stdin.js');

  static readonly entry =
    process.env['TEST_SIMULATOR_ENTRY'] ?? join(process.cwd(), 'packages/stripe-simulator/bin/stripe-simulator.js');

  /** A process of its own, on a free port, with nothing in it. It takes card numbers, as the one of `npm start` does. */
  static async start(seed = 1, { allowRawCards = true } = {}): Promise<Simulator> {
    // A run of chosen files uses the build that is there; simulator tests have their own.
    if (!existsSync(Simulator.program)) await builtDist();
    const args = ['--require', Simulator.endsWithUs, Simulator.entry, '--port', '0', '--seed', String(seed)];
    if (allowRawCards) args.push('--allow-raw-cards');
    const child = spawn(process.execPath, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'test' },
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4_000)));
    const ready = await new Promise<Json>((resolve, reject) => {
      child.once('exit', (code) =>
        reject(new Error(`the simulator ended with ${code} before it was ready\n${errors}`)),
      );
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.startsWith('SIMULATOR_READY ')) resolve(JSON.parse(line.slice(16)) as Json);
      });
    });
    child.removeAllListeners('exit');
    letGo(child);
    return new Simulator(String(ready['url']).replace(/\/$/, ''), child, allowRawCards);
  }

  /** One that somebody else started. */
  static at(url: string): Simulator {
    return new Simulator(url, undefined, false);
  }

  /** Whether it is a process of ours that has not ended. */
  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  async stop(): Promise<void> {
    if (this.child === undefined || !this.running) return;
    this.child.ref();
    this.child.kill('SIGKILL'); // nothing in it is worth an orderly end
    await once(this.child, 'exit');
  }

  /** Makes requests that match go wrong. @returns the fault's id */
  async fault(match: FaultMatch, action: FaultAction): Promise<string> {
    return (await this.call<{ id: string }>('POST', '/faults', { match, action })).id;
  }
  faults(): Promise<Json> {
    return this.call('GET', '/faults');
  }
  /** Removes one fault, or all. */
  async clearFaults(id?: string): Promise<void> {
    await this.call('DELETE', id === undefined ? '/faults' : `/faults/${id}`);
  }
  /** Lets go of what `hold` keeps. */
  async release(id?: string): Promise<void> {
    await this.call('POST', '/faults/release', id === undefined ? {} : { id });
  }

  clock(): Promise<ClockReading> {
    return this.call('GET', '/clock');
  }
  /** `advance` and `set` are milliseconds. The app sees it within a second, or at once after `clock.refresh()`. */
  moveClock(move: { advance?: number; set?: number; freeze?: boolean }): Promise<ClockReading> {
    return this.call('POST', '/clock', move);
  }

  /** What was really charged and refunded. */
  ledger(of: { paymentId?: string; paymentIntent?: string } = {}): Promise<Ledger> {
    return this.call('GET', `/ledger${query({ payment_id: of.paymentId, payment_intent: of.paymentIntent })}`);
  }
  /** Every request the simulator got, oldest first. */
  requests(of: { path?: string; key?: string } = {}): Promise<{ requests: SimulatedRequest[] }> {
    return this.call('GET', `/requests${query(of)}`);
  }

  setWebhookEndpoints(endpoints: readonly SimulatedWebhookEndpoint[]): Promise<Json> {
    return this.call('PUT', '/webhooks', { endpoints });
  }
  /** Pause, drop, duplicate, … */
  webhooks(controls: Json): Promise<Json> {
    return this.call('POST', '/webhooks', controls);
  }
  deliveries(
    of: { event?: string; type?: string; object?: string } = {},
  ): Promise<{ deliveries: SimulatedDelivery[] }> {
    return this.call('GET', `/deliveries${query(of)}`);
  }

  /** What the customer does at the bank's page. */
  finish3ds(paymentIntent: string, outcome: 'complete' | 'fail'): Promise<Json> {
    return this.call('POST', `/3ds/${paymentIntent}`, { outcome });
  }

  reset(seed?: number): Promise<Json> {
    return this.call('POST', '/reset', seed === undefined ? {} : { seed });
  }
  identity(): Promise<Json> {
    return this.call('GET', '/identity');
  }

  /** Any call of the control plane; its answer is what the simulator's own tests say it is. */
  async call<T = Json>(method: string, path: string, body?: unknown): Promise<T> {
    if (method === 'POST' && /^\/(faults|webhooks)\b/.test(path)) this.disturbed = true;
    const response = await fetch(`${this.url}/_sim${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`simulator: ${method} /_sim${path} answered ${response.status}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }
}

/** A worker may end while it runs. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as Socket | null)?.unref();
}

function query(params: Record<string, string | undefined>): string {
  const given = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
