import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

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

type Json = Record<string, unknown>;

/** The control plane of one simulator process. */
export class Simulator {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess | undefined,
  ) {}

  static readonly entry = process.env['TEST_SIMULATOR_ENTRY'] ?? join(process.cwd(), 'dist/simulator/main.js');

  /** A process of its own, on a free port, with nothing in it. */
  static async start(seed = 1): Promise<Simulator> {
    if (!existsSync(Simulator.entry)) return Simulator.standIn(); // TEMPORARY until src/simulator/main.ts is there
    const args = ['--enable-source-maps', Simulator.entry, '--port', '0', '--seed', String(seed)];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
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
    return new Simulator(String(ready['url']).replace(/\/$/, ''), child);
  }

  // TEMPORARY
  private static async standIn(): Promise<Simulator> {
    const { createServer } = await import('node:http');
    const server = createServer((_req, res) => {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ now: Date.now(), frozen: false }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.unref();
    return new Simulator(`http://127.0.0.1:${(server.address() as { port: number }).port}`, undefined);
  }

  /** One that somebody else started. */
  static at(url: string): Simulator {
    return new Simulator(url, undefined);
  }

  async stop(): Promise<void> {
    if (this.child === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL'); // nothing in it is worth an orderly end
    await once(this.child, 'exit');
  }

  /** Makes requests that match go wrong. @returns the fault's id */
  async fault(match: FaultMatch, action: FaultAction): Promise<string> {
    return String((await this.call('POST', '/faults', { match, action }))['id']);
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

  clock(): Promise<Json> {
    return this.call('GET', '/clock');
  }
  /** `advance` and `set` are milliseconds. The app sees it within a second, or at once after `clock.refresh()`. */
  moveClock(move: { advance?: number; set?: number; freeze?: boolean }): Promise<Json> {
    return this.call('POST', '/clock', move);
  }

  /** What was really charged and refunded. */
  ledger(of: { paymentId?: string; paymentIntent?: string } = {}): Promise<Json> {
    return this.call('GET', `/ledger${query({ payment_id: of.paymentId, payment_intent: of.paymentIntent })}`);
  }
  /** Every request the simulator got, oldest first. */
  requests(of: { path?: string; key?: string } = {}): Promise<Json> {
    return this.call('GET', `/requests${query(of)}`);
  }

  setWebhookEndpoints(endpoints: readonly SimulatedWebhookEndpoint[]): Promise<Json> {
    return this.call('PUT', '/webhooks', { endpoints });
  }
  /** Pause, drop, duplicate, … */
  webhooks(controls: Json): Promise<Json> {
    return this.call('POST', '/webhooks', controls);
  }
  deliveries(): Promise<Json> {
    return this.call('GET', '/deliveries');
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

  async call(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await fetch(`${this.url}/_sim${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`simulator: ${method} /_sim${path} answered ${response.status}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Json);
  }
}

function query(params: Record<string, string | undefined>): string {
  const given = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
