import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../src/platform/embedded/free-port.js';
import {
  saysReady,
  secantusConfigFile,
  storageDir,
  storeCommand,
} from '../../../src/platform/embedded/store-candidate.js';
import { storeCandidates } from '../../../src/platform/embedded/store-choice.js';
import { TEST_STRIPE_KEY, TEST_WEBHOOK_SECRET } from '../../support/app.js';
import { Simulator } from '../../support/simulator.js';
import type { Journal } from './journal.js';
import { Victim } from './victim.js';

export const APPS = ['A', 'B', 'C'] as const;
export type AppName = (typeof APPS)[number];

export interface WorldOptions {
  readonly dir: string;
  /** Where main.js of the app is; a mutant has its own. */
  readonly appDist: string;
  readonly simulatorDist: string;
  readonly seed: number;
  readonly journal: Journal;
  /** What the app is started with next time. */
  failpointsFor?(app: AppName): string | undefined;
}

/** As FAULTS.md has it: lease 5 s, tick 1 s, abandoned after 20 s, Stripe time-out 2 s, one retry of the SDK. */
const TEST_SETTINGS = {
  PAYMENT_LEASE: '5s',
  RESOLVER_TICK: '1s',
  PAYMENT_ABANDON_AFTER: '20s',
  PAYMENT_QUIET_AFTER: '20s',
  PAYMENT_QUIET_AFTER_3DS: '20s',
  STRIPE_TIMEOUT: '2s',
  STRIPE_RETRIES: '1',
  PAYMENT_UNANSWERED_RECHECK: '2s',
  PAYMENT_POLL_FIRST: '2s',
  PAYMENT_POLL_MAX: '5s',
  PAYMENT_REPEAT_WAIT: '1s',
  SWEEP_INTERVAL: '3s',
  SWEEP_TWIN_AGE: '6s',
  STOREFRONT_JWT_TTL: '90d',
  BCRYPT_COST: '4',
  REGISTER_RATE_LIMIT: '100000',
  PAYMENT_RATE_LIMIT: '100000',
  PAYMENT_MAX_DECLINES: '50',
  USER_MAX_DECLINES: '100000',
};

export const ADMIN = { email: 'admin@example.com', password: 'fault-harness' };
const JWT_SECRET = 'a-signing-key-only-for-tests-0123456789abcdef';

/** Three app processes, the store and the simulator, and a front that hands webhooks round. */
export class World {
  private constructor(
    private readonly options: WorldOptions,
    readonly store: Victim,
    readonly simulatorProcess: Victim,
    readonly apps: Readonly<Record<AppName, Victim>>,
    readonly simulator: Simulator,
    readonly mongoUri: string,
    private readonly urls: Readonly<Record<AppName, string>>,
    private readonly webhooks: Server,
  ) {}

  static async start(options: WorldOptions): Promise<World> {
    const { dir, journal } = options;
    mkdirSync(dir, { recursive: true });
    const [storePort, simulatorPort, webhookPort] = [await freePort(), await freePort(), await freePort()];
    const ports = { A: await freePort(), B: await freePort(), C: await freePort() };
    const urls = {
      A: `http://127.0.0.1:${ports.A}`,
      B: `http://127.0.0.1:${ports.B}`,
      C: `http://127.0.0.1:${ports.C}`,
    };
    const mongoUri = `mongodb://127.0.0.1:${storePort}/faults?directConnection=true&retryWrites=false`;
    const simulatorUrl = `http://127.0.0.1:${simulatorPort}`;

    const store = await storeVictim(dir, storePort, journal);
    const simulatorProcess = new Victim((name) => ({
      name,
      command: [
        process.execPath,
        join(options.simulatorDist, 'simulator/main.js'),
        '--port',
        String(simulatorPort),
        '--data',
        join(dir, 'simulator'),
        '--seed',
        String(options.seed),
      ],
      cwd: dir,
      env: { ...process.env, NODE_ENV: 'test' },
      logFile: join(dir, 'simulator.log'),
      ready: (output) => output.includes('SIMULATOR_READY'),
      onDeath: (how) => journal.count('death.simulator', `the simulator died (${how})`),
    }));
    const app = (name: AppName) =>
      new Victim(() => {
        const failpoints = options.failpointsFor?.(name);
        return {
          name,
          command: [process.execPath, '--disable-proto=delete', join(options.appDist, 'main.js')],
          cwd: dir,
          logFile: join(dir, `${name}.log`),
          env: {
            PATH: process.env['PATH'],
            HOME: process.env['HOME'],
            NODE_ENV: 'test',
            ...TEST_SETTINGS,
            DATA_DIR: join(dir, name),
            HOST: '127.0.0.1',
            PORT: String(ports[name]),
            LOG_FORMAT: 'json',
            DOCS: 'false',
            MONGODB_URI: mongoUri,
            STRIPE_API_BASE: simulatorUrl,
            STRIPE_SECRET_KEY: TEST_STRIPE_KEY,
            STRIPE_WEBHOOK_SECRET: TEST_WEBHOOK_SECRET,
            STOREFRONT_JWT_SECRET: JWT_SECRET,
            ADMIN_EMAIL: ADMIN.email,
            ADMIN_PASSWORD: ADMIN.password,
            ...(failpoints === undefined || failpoints === '' ? {} : { FAILPOINTS: failpoints }),
          },
          ready: (output) => output.includes('"msg":"listening"'),
          onStderr: (text) => {
            for (const [, point, action] of text.matchAll(/^failpoint (\S+) (\w+)$/gm))
              journal.count(`failpoint.${action}.${point}`, `${name}: failpoint ${point} ${action}`);
          },
          onDeath: (how) => journal.count('death.app', `${name} died (${how})`),
        };
      });
    const apps = { A: app('A'), B: app('B'), C: app('C') };
    const front = webhookFront(urls, webhookPort, journal);
    const world = new World(options, store, simulatorProcess, apps, Simulator.at(simulatorUrl), mongoUri, urls, front);
    await Promise.all([store.start('store'), simulatorProcess.start('simulator')]);
    await world.simulator.setWebhookEndpoints([
      { id: 'we_harness', url: `http://127.0.0.1:${webhookPort}/webhook/stripe`, secret: TEST_WEBHOOK_SECRET },
    ]);
    await world.simulator.webhooks({ retry_ms: [300, 700, 1500, 3000] });
    return world;
  }

  /** Where everything of this run is. */
  get dir(): string {
    return this.options.dir;
  }

  url(app: AppName): string {
    return this.urls[app];
  }

  /** Starts one that died; a start that is cut short by the next blow is tried again. */
  async revive(victim: Victim, name: string): Promise<void> {
    for (let tries = 0; tries < 8 && !victim.isUp; tries++) {
      try {
        await victim.start(name);
      } catch (error) {
        writeFileSync(join(this.options.dir, `${name}.start-failed`), String(error), { flag: 'a' });
        await sleep(200);
      }
    }
  }

  async startApps(): Promise<void> {
    await Promise.all(APPS.map((name) => this.revive(this.apps[name], name)));
  }

  async stop(): Promise<void> {
    for (const victim of [...Object.values(this.apps), this.simulatorProcess, this.store]) await victim.stop();
    this.webhooks.closeAllConnections();
    this.webhooks.close();
  }
}

async function storeVictim(dir: string, port: number, journal: Journal): Promise<Victim> {
  const storeDir = join(dir, 'store');
  const candidates = storeCandidates({
    onlyReason: 'the harness',
    mongodBinary: process.env['MONGODB_BINARY'],
    cacheDir: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    progress: () => undefined,
    refuse: (reason) => journal.note(`store refused: ${reason}`),
  });
  const { value: candidate } = await candidates.next();
  if (candidate === undefined) throw new Error('there is no embedded store to be had here');
  mkdirSync(storageDir(storeDir, candidate.kind), { recursive: true });
  writeFileSync(secantusConfigFile(storeDir), '');
  return new Victim((name) => ({
    name,
    command: storeCommand(candidate, { dir: storeDir, port, testCommands: false }),
    cwd: dir,
    env: process.env,
    logFile: join(dir, 'store.log'),
    ready: (output) => saysReady(candidate.kind, output),
    onDeath: (how) => journal.count('death.store', `the store died (${how})`),
  }));
}

/** Hands each delivery to the next app; where that one is down it is a lost connection, as for Stripe. */
function webhookFront(urls: Readonly<Record<AppName, string>>, port: number, journal: Journal): Server {
  let turn = 0;
  const server = createServer((request, response) => {
    const app = APPS[turn++ % APPS.length] as AppName;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const signature = String(request.headers['stripe-signature']);
      const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
      const note = (status: string) => {
        const object = /"id":\s*"(pi_\w+)"/.exec(body.toString())?.[1];
        const type = /"type":\s*"([a-z_.]+)"/.exec(body.toString())?.[1];
        journal.note(`webhook ${type} to ${app}: ${status}`, object);
      };
      void pass(`${urls[app]}/webhook/stripe`, body, headers).then((status) => {
        note(status === null ? 'no answer' : String(status));
        return status === null ? request.socket.destroy() : response.writeHead(status).end();
      });
    });
  });
  server.listen(port, '127.0.0.1');
  return server;
}

/** @returns the status, or null when nobody answered. */
async function pass(url: string, body: Buffer, headers: Record<string, string>): Promise<number | null> {
  try {
    const answer = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null;
  }
}
