import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { saysReady, secantusConfigFile, storageDir, storeCommand } from '../../../src/embedded/store-candidate.js';
import { storeCandidates } from '../../../src/embedded/store-choice.js';
import { TEST_STRIPE_KEY, TEST_WEBHOOK_SECRET } from '../../support/test-keys.js';
import type { Journal } from './journal.js';
import type { Reaper } from './reaper.js';
import { Victim } from './victim.js';

/** As docs/fault-cases.md has it: lease 5 s, tick 1 s, abandoned after 20 s, Stripe time-out 2 s, one retry of the SDK. */
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
  ADDRESS_MAX_DECLINES: '0',
  ADDRESS_MAX_CREATES: '0',
  PAYMENT_MAX_DECLINES: '50',
  USER_MAX_DECLINES: '100000',
};

export const ADMIN = { email: 'admin@example.com', password: 'fault-harness' };
const JWT_SECRET = 'a-signing-key-only-for-tests-0123456789abcdef';

/** What all processes of a run share. */
export interface Ground {
  readonly dir: string;
  readonly journal: Journal;
  readonly reaper: Reaper;
}

export interface AppGround extends Ground {
  /** Where main.js is; a mutant has its own. */
  readonly appDist: string;
  readonly simulatorUrl: string;
  /** Of the store, as this app reaches it. */
  readonly mongoUri: string;
  readonly port: number;
  /** What it is started with next time. */
  failpoints(): string | undefined;
  /** Settings that differ from the run's own. */
  env(): Readonly<Record<string, string>>;
}

export function appVictim(name: string, ground: AppGround): Victim {
  const { dir, journal } = ground;
  return new Victim(ground.reaper, () => {
    const failpoints = ground.failpoints();
    return {
      name,
      command: [process.execPath, '--disable-proto=delete', join(ground.appDist, 'main.js')],
      cwd: dir,
      logFile: join(dir, `${name}.log`),
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        NODE_ENV: 'test',
        ...TEST_SETTINGS,
        DATA_DIR: join(dir, name),
        HOST: '127.0.0.1',
        PORT: String(ground.port),
        LOG_FORMAT: 'json',
        DOCS: 'false',
        MONGODB_URI: ground.mongoUri,
        STRIPE_API_BASE: ground.simulatorUrl,
        STRIPE_SECRET_KEY: TEST_STRIPE_KEY,
        STRIPE_WEBHOOK_SECRET: TEST_WEBHOOK_SECRET,
        STOREFRONT_JWT_SECRET: JWT_SECRET,
        ADMIN_EMAIL: ADMIN.email,
        ADMIN_PASSWORD: ADMIN.password,
        ...ground.env(),
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
}

export function simulatorVictim(ground: Ground, dist: string, port: number, seed: number): Victim {
  const { dir, journal } = ground;
  const data = join(dir, 'simulator');
  const options = ['--port', String(port), '--data', data, '--seed', String(seed), '--allow-raw-cards'];
  return new Victim(ground.reaper, (name) => ({
    name,
    command: [process.execPath, join(dist, '../packages/stripe-simulator/bin/stripe-simulator.js'), ...options],
    cwd: dir,
    env: { ...process.env, NODE_ENV: 'test' },
    logFile: join(dir, 'simulator.log'),
    ready: (output) => output.includes('SIMULATOR_READY'),
    onDeath: (how) => journal.count('death.simulator', `the simulator died (${how})`),
  }));
}

export async function storeVictim({ dir, journal, reaper }: Ground, port: number): Promise<Victim> {
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
  return new Victim(reaper, (name) => ({
    name,
    command: storeCommand(candidate, { dir: storeDir, port, testCommands: false }),
    cwd: dir,
    env: process.env,
    logFile: join(dir, 'store.log'),
    ready: (output) => saysReady(candidate.kind, output),
    onDeath: (how) => journal.count('death.store', `the store died (${how})`),
  }));
}
