import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose, { type Connection } from 'mongoose';
import { TEST_STRIPE_KEY, TEST_WEBHOOK_SECRET } from './app.js';
import { type AppProcess, startAppProcess } from './app-process.js';
import { freshDatabase } from './database.js';
import { Simulator } from './simulator.js';

export interface Member {
  readonly role: 'api' | 'worker' | 'all';
  readonly url: string;
  /** Its DATA_DIR. */
  readonly dataDir: string;
  readonly process: AppProcess;
}

interface FleetOptions {
  readonly api: number;
  readonly workers: number;
  readonly env?: Record<string, string>;
  /** Between the members and the store. */
  readonly mongoUri?: string;
}

/** Several processes of the product, as `npm start` makes them, on one database and one Stripe. */
export class Fleet {
  private constructor(
    readonly simulator: Simulator,
    readonly database: Connection,
    private readonly env: Record<string, string>,
    readonly mongoUri: string,
    private readonly dir = mkdtempSync(join(tmpdir(), 'payments-fleet-')),
    private readonly members: Member[] = [],
  ) {}

  static async start({ api, workers, env = {}, mongoUri = freshDatabase() }: FleetOptions): Promise<Fleet> {
    const simulator = await Simulator.start();
    const database = await mongoose.createConnection(mongoUri).asPromise();
    const fleet = new Fleet(simulator, database, env, mongoUri);
    try {
      // The first builds the indexes; the others start together.
      await fleet.add('api');
      const roles = [...Array<'api'>(api - 1).fill('api'), ...Array<'worker'>(workers).fill('worker')];
      await Promise.all(roles.map((role) => fleet.add(role)));
    } catch (error) {
      await fleet.stop();
      throw error;
    }
    return fleet;
  }

  async add(role: Member['role'], env: Record<string, string> = {}): Promise<Member> {
    const dataDir = mkdtempSync(join(this.dir, `${role}-`));
    const process = await startAppProcess(this.dir, {
      ROLE: role,
      PORT: '0',
      DATA_DIR: dataDir,
      MONGODB_URI: this.mongoUri,
      STRIPE_SECRET_KEY: TEST_STRIPE_KEY,
      STRIPE_API_BASE: this.simulator.url,
      STRIPE_WEBHOOK_SECRET: TEST_WEBHOOK_SECRET,
      STOREFRONT_JWT_SECRET: 'a-signing-key-only-for-tests-0123456789abcdef',
      GATEWAY_JWT_SECRET: 'a-gateway-key-only-for-tests-0123456789abcdef',
      API_KEY_ENCRYPTION_KEY: 'an-encryption-key-only-for-tests-0123456789abcdef',
      BCRYPT_COST: '4',
      // A machine that is busy with other tests is slow to connect, and no 503 is what these tests are about.
      MONGODB_SERVER_SELECTION_TIMEOUT: '20s',
      // All payers of a test come from one address.
      ADDRESS_MAX_CREATES: '0',
      ADDRESS_MAX_DECLINES: '0',
      ...this.env,
      ...env,
    });
    // Listed before it is ready, so that one that never is, is ended too.
    const member = { role, url: '', dataDir, process };
    const index = this.members.push(member) - 1;
    const { url } = await process.ready();
    return (this.members[index] = { ...member, url });
  }

  get api(): readonly Member[] {
    return this.members.filter(({ role }) => role !== 'worker');
  }

  get workers(): readonly Member[] {
    return this.members.filter(({ role }) => role === 'worker');
  }

  /** Where Stripe delivers: a load balancer's address would be one of them, too. */
  async deliverTo({ url }: Member): Promise<void> {
    const enabled_events = ['succeeded', 'payment_failed', 'requires_action', 'processing', 'canceled'].map(
      (name) => `payment_intent.${name}`,
    );
    const endpoint = { id: 'we_fleet', url: `${url}/webhook/stripe`, secret: TEST_WEBHOOK_SECRET, enabled_events };
    await this.simulator.setWebhookEndpoints([endpoint]);
  }

  /** Nothing of it stays, whatever state it is in. */
  async stop(): Promise<void> {
    for (const { process } of this.members) process.kill('SIGKILL');
    await Promise.all(this.members.map(({ process }) => process.exited));
    await this.simulator.stop();
    await this.database.dropDatabase();
    await this.database.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** One request to one member. */
export async function ask(
  member: Member,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<Answer> {
  const response = await fetch(member.url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    body: json ? (JSON.parse(text) as Record<string, unknown>) : { text },
    headers: response.headers,
  };
}

/** A number of its `/metrics`, all labels together; 0 when it has not counted yet. */
export async function metricOf(member: Member, name: string): Promise<number> {
  const { body } = await ask(member, 'GET', '/metrics');
  const lines = String(body['text']).matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([\\d.e+-]+)$`, 'gm'));
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}
