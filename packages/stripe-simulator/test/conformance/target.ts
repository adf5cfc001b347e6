import { randomUUID } from 'node:crypto';
// The package's CommonJS form has only the default export; its types also name it.
// oxlint-disable-next-line import/no-named-as-default
import Stripe from 'stripe';
import type { SimulatorOptions, startSimulator } from '../../src/server.js';
import { API_VERSION, clientOf } from '../support.js';

type Json = Record<string, any>;

/** An answer as it came over the wire. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Json;
}

export interface Sent {
  key?: string;
  idempotencyKey?: string;
  version?: string;
  contentType?: string;
}

/** The API that the checks run against: the simulator, or a Stripe sandbox. */
export interface Target {
  name: string;
  stripe: Stripe;
  /** A request the SDK cannot make, or whose bytes and headers it hides. `form` makes it a POST. */
  send(path: string, form?: Record<string, string>, sent?: Sent, method?: string): Promise<Answer>;
  /** `POST /_sim/…`; throws where there is no control plane. */
  control(path: string, body: unknown): Promise<Json>;
  /** How long `eventually` waits: Stripe's events and Search lag. */
  patienceMs: number;
  close(): Promise<void>;
}

/** Starts a simulator in this process. `start` is another build of it where a check of the checks wants one. */
export async function simulatorTarget(start: typeof startSimulator, options: SimulatorOptions = {}): Promise<Target> {
  const simulator = await start({ port: 0, ...options });
  return {
    name: 'simulator',
    stripe: clientOf(simulator.url),
    send: sender(simulator.url, 'sk_test_simulator'),
    async control(path, body) {
      const answer = await fetch(`${simulator.url}/_sim/${path}`, { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`_sim/${path} answered ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as Json;
    },
    patienceMs: 10_000,
    close: () => simulator.close(),
  };
}

/** A Stripe sandbox by its test key. Throws for a live key: the checks move money. */
export function sandboxTarget(key: string): Target {
  if (!/^(sk|rk)_test_/.test(key)) {
    throw new Error('STRIPE_TEST_KEY must begin with sk_test_ or rk_test_: these checks make payments.');
  }
  return {
    name: 'Stripe sandbox',
    stripe: new Stripe(key, { maxNetworkRetries: 0, timeout: 30_000, telemetry: false }),
    send: sender('https://api.stripe.com', key),
    control: () => Promise.reject(new Error('a sandbox has no control plane')),
    patienceMs: 60_000,
    close: () => Promise.resolve(),
  };
}

function sender(url: string, ownKey: string): Target['send'] {
  return async (path, form, sent = {}, method = form === undefined ? 'GET' : 'POST') => {
    const { key = ownKey, idempotencyKey, version = API_VERSION, contentType } = sent;
    const answer = await fetch(url + path, {
      method,
      headers: {
        ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
        'stripe-version': version,
        'content-type': contentType ?? 'application/x-www-form-urlencoded',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, body: text === '' ? {} : JSON.parse(text) };
  };
}

/** Unlike anything of another check or another run: an account may be shared. */
export function unique(): string {
  return `conformance-${randomUUID()}`;
}

export function uniqueEmail(): string {
  return `${unique()}@example.com`;
}

/** Repeats `look` until it no longer throws, as long as the target's lag allows. */
export async function eventually<T>(target: Target, look: () => Promise<T>): Promise<T> {
  const end = Date.now() + target.patienceMs;
  for (let wait = 50; ; wait = Math.min(wait * 2, target.patienceMs / 50)) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() + wait > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
