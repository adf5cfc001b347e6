import { mongo } from 'mongoose';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Payment } from '../../../src/modules/payment/payment.types.js';
import { TEST_STRIPE_KEY, TEST_WEBHOOK_SECRET } from '../../support/app.js';
import type { SimulatedRequest } from '../../support/simulator.js';
import type { Books } from './books.js';
import type { Happening } from './journal.js';
import type { Told } from './shopper.js';
import { APPS, type World } from './world.js';

const LOOK_EVERY_MS = 250;
const FINAL = ['SUCCEEDED', 'CANCELED', 'REJECTED'];

type Seen = Pick<Payment, '_id' | 'v' | 'state' | 'attempt' | 'providerPaymentId' | 'cancelRequested' | 'settled'>;

/** Looks at the store all the while: what our writes were, and that no version ever goes back. */
export class StoreWatch {
  readonly writes: Happening[] = [];
  readonly trouble: string[] = [];
  private readonly client: mongo.MongoClient;
  private readonly seen = new Map<string, Seen>();
  private stopped = false;
  private running = Promise.resolve();

  constructor(uri: string) {
    this.client = new mongo.MongoClient(uri, {
      serverSelectionTimeoutMS: 500,
      connectTimeoutMS: 500,
      socketTimeoutMS: 3_000,
    });
  }

  get payments(): mongo.Collection<Payment> {
    return this.client.db().collection<Payment>('payments');
  }

  database(): mongo.Db {
    return this.client.db();
  }

  start(): void {
    this.running = this.watch();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
    await this.client.close();
  }

  private async watch(): Promise<void> {
    while (!this.stopped) {
      // A store that is down is looked at again later.
      await this.look().catch(() => undefined);
      await sleep(LOOK_EVERY_MS);
    }
  }

  private async look(): Promise<void> {
    const open = [...this.seen.values()].filter(({ state }) => !FINAL.includes(state)).map(({ _id }) => _id);
    const filter = { $or: [{ nextCheckAt: { $type: 'date' } }, { _id: { $in: open } }] };
    const found = await this.payments.find(filter as never).toArray();
    for (const payment of found) this.compare(payment);
  }

  private compare(now: Payment): void {
    const before = this.seen.get(now._id);
    if (before?.v === now.v) return;
    if (before !== undefined && now.v < before.v)
      this.trouble.push(`${now._id} went back from version ${before.v} to ${now.v}`);
    this.seen.set(now._id, now);
    const settled = now.settled.map(({ n, result }) => `${n} ${result}`).join(', ');
    const what = `store: version ${now.v} ${now.state} attempt ${now.attempt?.n ?? '-'}/${now.attempt?.generation ?? '-'}${now.cancelRequested ? ' cancel requested' : ''} settled [${settled}]`;
    this.writes.push({ at: Date.now(), what, about: [now._id, now.cuid] });
  }
}

/** True once nothing more will happen by itself. */
export async function atRest(watch: StoreWatch): Promise<boolean> {
  const open = await watch.payments.countDocuments({ state: { $nin: FINAL } } as never);
  const effects = await watch.payments.countDocuments({ effectsDueAt: { $type: 'date' } } as never);
  return open + effects === 0;
}

export async function readBooks(world: World, watch: StoreWatch, told: readonly Told[]): Promise<Books> {
  const { simulator } = world;
  const { charges } = await simulator.ledger();
  const { requests } = await simulator.call<{ requests: SimulatedRequest[] }>('GET', '/requests?limit=20000');
  return {
    payments: await watch.payments.find().toArray(),
    charges,
    statuses: await statuses(simulator.url),
    requests,
    told,
    receipts: APPS.flatMap((app) => receipts(join(world.dir, app, 'outbox'))),
    versionTrouble: watch.trouble,
    now: (await simulator.clock()).now,
  };
}

async function statuses(url: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let after = ''; ;) {
    const response = await fetch(`${url}/v1/payment_intents?limit=100${after}`, {
      headers: { authorization: `Bearer ${TEST_STRIPE_KEY}` },
    });
    const { data, has_more } = (await response.json()) as { data: { id: string; status: string }[]; has_more: boolean };
    for (const { id, status } of data) found.set(id, status);
    if (!has_more) return found;
    after = `&starting_after=${data.at(-1)?.id}`;
  }
}

function receipts(dir: string): string[] {
  try {
    return readdirSync(dir).map((name) => name.replace(/-[0-9a-f]{12}\.eml$/, ''));
  } catch {
    return []; // this app never sent one
  }
}

/** I9: what must be nowhere in what we store and log. @returns where it was found. */
export async function leaks(world: World, watch: StoreWatch): Promise<string[]> {
  const forbidden = new RegExp(
    `pi_\\w+_secret_\\w+|${TEST_STRIPE_KEY}|${TEST_WEBHOOK_SECRET}|\\b4242424242424242\\b|fault-harness`,
  );
  const found: string[] = [];
  const search = (where: string, text: string) => {
    const leak = forbidden.exec(text)?.[0];
    if (leak !== undefined) found.push(`${where} holds ${leak.slice(0, 12)}…`);
  };
  for (const app of APPS) search(`the log of ${app}`, readFileSync(join(world.dir, `${app}.log`), 'utf8'));
  for (const { name } of await watch.database().listCollections().toArray()) {
    const documents = await watch.database().collection(name).find().toArray();
    search(`collection ${name}`, JSON.stringify(documents));
  }
  return found;
}

/** Log lines of the level `error` that have a stack: answered 500, or a background pass that failed. */
export function failures(world: World): string[] {
  return APPS.flatMap((app) =>
    readFileSync(join(world.dir, `${app}.log`), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"level":50') && line.includes('"stack"'))
      .map((line) => `${app}: ${line}`),
  );
}

/** What Stripe was asked about a payment, for its timeline. */
export function requestsAsHappenings(requests: readonly SimulatedRequest[]): Happening[] {
  return requests.map(({ at, method, path, idempotency_key, executed, replayed, status, fault }) => {
    const how = [executed ? 'executed' : replayed ? 'replayed' : 'not executed', fault === null ? '' : `fault ${fault}`]
      .join(' ')
      .trim();
    const about = [/pi_\w+/.exec(path)?.[0], idempotency_key?.split(':')[0]].filter((one) => one !== undefined);
    return { at, what: `Stripe ${method} ${path} ${idempotency_key ?? ''}: ${status ?? 'no answer'}, ${how}`, about };
  });
}
