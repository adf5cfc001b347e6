import { createServer, type IncomingHttpHeaders } from 'node:http';
// The package's CommonJS form has only the default export; its types also name it.
// oxlint-disable-next-line import/no-named-as-default
import Stripe from 'stripe';
import { Pipeline } from '../src/api/pipeline.js';
import { type SimulatorOptions, startSimulator } from '../src/server.js';
import { complaintsAbout, complaintsAboutEvent } from './strict-answers.js';

export const API_VERSION = '2026-10-28.endive';
export const RETURN_URL = 'https://shop.test/back?order=7';

/** The mandate that a payer accepts before their bank account is debited. */
export const MANDATE_DATA = {
  customer_acceptance: { type: 'online', online: { ip_address: '203.0.113.7', user_agent: 'Firefox' } },
} satisfies Stripe.PaymentIntentCreateParams.MandateData;

type Json = Record<string, any>;

/** A simulator in this process with a client of the real SDK that never retries by itself. */
export interface Running {
  url: string;
  stripe: Stripe;
  /** A call to the control plane; throws unless it answers 200. */
  sim(method: string, path: string, body?: unknown): Promise<any>;
  /** A call as `fetch` makes it, form encoded, with the secret key unless `key` says otherwise. */
  post(path: string, form?: Record<string, string>, more?: { key?: string; idempotencyKey?: string }): Promise<Told>;
  get(path: string, key?: string): Promise<Told>;
  close(): Promise<void>;
}

export interface Told {
  status: number;
  headers: Headers;
  body: Json;
  text: string;
}

export function clientOf(url: string, options: { timeout?: number; retries?: number } = {}): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe('sk_test_simulator', {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: options.retries ?? 0,
    timeout: options.timeout ?? 10_000,
    telemetry: false,
  });
}

/** Answers of this process' simulators that do not fit the SDK's types. */
const complaints = new Set<string>();

/** A new simulator, whose every answer and event is held against the SDK's types; `close` throws for what differs. */
export async function start(options: SimulatorOptions = {}): Promise<Running> {
  watchAnswers();
  const simulator = await startSimulator({ port: 0, seed: 'tests', ...options });
  const running = talkTo(simulator.url);
  return {
    ...running,
    async close() {
      await running.sim('DELETE', 'faults');
      for await (const event of running.stripe.events.list({ limit: 100 })) {
        for (const complaint of complaintsAboutEvent(event)) complaints.add(`${event.type} ${complaint}`);
      }
      await simulator.close();
      const found = [...complaints];
      complaints.clear();
      if (found.length > 0) throw new Error(`not of the SDK’s types:\n${found.join('\n')}`);
    },
  };
}

let watching = false;

/** Looks over the shoulder of the simulators that run in this process. */
function watchAnswers(): void {
  if (watching) return;
  watching = true;
  // Called with its `this` below.
  // oxlint-disable-next-line typescript/unbound-method
  const run = Pipeline.prototype.run;
  Pipeline.prototype.run = function (this: Pipeline, request) {
    const done = run.call(this, request);
    const route = this.routeOf(request);
    const plain =
      request.authorization?.includes('pk_') !== true &&
      !request.query.includes('expand') &&
      !request.body.includes('expand');
    if (done.answer.status === 200 && route !== undefined && !route.operation.internal && plain) {
      const { method, path } = route.operation;
      const url = path.replace(/:\w+/g, '*');
      for (const complaint of complaintsAbout(method, url, JSON.parse(done.answer.body)))
        complaints.add(`${method} ${path} ${complaint}`);
    }
    return done;
  };
}

export function talkTo(url: string): Omit<Running, 'close'> {
  const call = async (path: string, init: RequestInit): Promise<Told> => {
    const answer = await fetch(url + path, init);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, body: text === '' ? {} : JSON.parse(text) };
  };
  return {
    url,
    stripe: clientOf(url),
    async sim(method, path, body) {
      const answer = await fetch(`${url}/_sim/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const value: unknown = await answer.json();
      if (!answer.ok) throw new Error(`${answer.status} ${JSON.stringify(value)}`);
      return value;
    },
    post: (path, form = {}, more = {}) =>
      call(path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${more.key ?? 'sk_test_simulator'}`,
          'content-type': 'application/x-www-form-urlencoded',
          ...(more.idempotencyKey === undefined ? {} : { 'idempotency-key': more.idempotencyKey }),
        },
        body: new URLSearchParams(form),
      }),
    get: (path, key = 'sk_test_simulator') => call(path, { headers: { authorization: `Bearer ${key}` } }),
  };
}

/** Returns the error that the SDK throws for a call that Stripe refuses. */
export async function refused(promise: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

/** The id of what may have been expanded. */
export function idOf(value: string | { id: string } | null): string {
  return typeof value === 'string' ? value : (value?.id ?? '');
}

/** A PaymentIntent as our app makes it. */
export function createIntent(stripe: Stripe, more: Partial<Stripe.PaymentIntentCreateParams> = {}) {
  return stripe.paymentIntents.create({ amount: 1999, currency: 'usd', ...more });
}

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A webhook endpoint that keeps what it gets. `answers` are given in turn, then 200. */
export async function startReceiver(answers: (number | 'hang' | 'reset')[] = []) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      const next = answers.shift() ?? 200;
      if (next === 'reset') request.socket.destroy();
      else if (next !== 'hang') response.writeHead(next).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/webhook`,
    received,
    types: () => received.map(({ body }) => String(JSON.parse(body).type)),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Waits until `done` holds; throws after `ms`. */
export async function until(done: () => boolean | Promise<boolean>, ms = 5000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await done())) {
    if (Date.now() > end) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
