import { mongo } from 'mongoose';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Payment } from '../../../src/modules/payment/record/payment.types.js';
import { TEST_STRIPE_KEY, TEST_WEBHOOK_SECRET } from '../../support/test-keys.js';
import type { Books } from './books.js';
import type { Told } from './shopper.js';
import { APPS, type World } from './world.js';

const FINAL = ['SUCCEEDED', 'CANCELED', 'REJECTED'];

/** Reads the store as it is, past the apps. */
export class StoreWatch {
  private readonly client: mongo.MongoClient;

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

  async stop(): Promise<void> {
    await this.client.close();
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
  await world.stripeLog.keep();
  return {
    payments: await watch.payments.find().toArray(),
    charges,
    statuses: await statuses(simulator.url),
    requests: world.stripeLog.all(),
    writes: world.writeLog.writes,
    told,
    receipts: APPS.flatMap((app) => receipts(join(world.dir, app, 'outbox'))),
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
