import { join } from 'node:path';
import type { Provided } from '../platform/config/config.js';
import { ConfigError, type Env } from '../platform/config/env.js';
import { lockDataDir } from './data-dir-lock.js';
import { startEmbeddedMongo } from './embedded-mongo.js';
import { startEmbeddedSimulator } from './embedded-simulator.js';
import type { Shutdown } from '../platform/operations/shutdown.js';
import { type DevelopmentSecrets, developmentSecrets } from '../platform/development/development-secrets.js';
import type { StartProgress } from '../platform/development/progress.js';
import { writeRunFile } from '../platform/development/run-file.js';

/** The store and Stripe that the app uses, and the parts that must learn where it listens. */
export interface Ground {
  readonly provided: Provided;
  /** Tells the parts where the app listens, once the port is known. */
  announce(url: string, docs: boolean): Promise<void>;
}

interface Surroundings {
  readonly shutdown: Shutdown;
  readonly progress: StartProgress;
  readonly log: (line: string) => void;
}

/** Compiled, this file is dist/platform/development/ground.js. */
const SIMULATOR_PROGRAM = join(__dirname, '../../packages/stripe-simulator/bin/stripe-simulator.js');

/** Takes what is configured and starts the rest. Production configures everything (refuseBadConfig saw to it). */
export async function prepareGround(env: Env, around: Surroundings): Promise<Ground> {
  if (env.NODE_ENV === 'production') return configuredGround(env);
  const { shutdown, progress, log } = around;
  progress.report('data folder', env.DATA_DIR);
  const lock = await lockDataDir(env.DATA_DIR).catch(refuseBadFolder);
  shutdown.add('data folder', () => lock.release());
  const { dataDir } = lock;
  const secrets = developmentSecrets(dataDir);

  const mongoUri = env.MONGODB_URI ?? (await embeddedMongo(env, dataDir, around));
  const simulatorUrl = env.STRIPE_SECRET_KEY === undefined ? await embeddedSimulator(env, dataDir, around) : undefined;
  return {
    provided: {
      mongoUri,
      stripeSecretKey: env.STRIPE_SECRET_KEY ?? secrets.simulatorKey,
      stripeApiBase: env.STRIPE_API_BASE ?? simulatorUrl,
      stripeWebhookSecrets: webhookSecrets(env, simulatorUrl, secrets.webhookSecret),
      jwtSecret: env.STOREFRONT_JWT_SECRET ?? secrets.jwtSecret,
      gatewayJwtSecret: env.GATEWAY_JWT_SECRET ?? secrets.gatewayJwtSecret,
      apiKeyEncryptionKeys: encryptionKeys(env, secrets),
      // Several test processes share one simulator, and its clock.
      simulatorUrl: simulatorUrl ?? (env.NODE_ENV === 'test' ? env.STRIPE_API_BASE : undefined),
    },
    async announce(url, docs) {
      lock.announce(url);
      const removeRunFile = writeRunFile(dataDir, {
        url,
        docs: docs ? `${url}/docs` : null,
        simulator: simulatorUrl ?? null,
        mongodb: env.MONGODB_URI === undefined ? mongoUri : null,
        pid: process.pid,
      });
      shutdown.add('run.json', async () => removeRunFile());
      if (simulatorUrl !== undefined) await tellSimulator(simulatorUrl, `${url}/webhook/stripe`, secrets.webhookSecret);
      log(`announced ${url}`);
    },
  };
}

/** Such as a folder on a read-only file system, which only writing finds out. */
function refuseBadFolder(error: NodeJS.ErrnoException): never {
  if (error.code === undefined || error.syscall === undefined) throw error;
  throw new ConfigError([`DATA_DIR: cannot be written (${error.code})`]);
}

function configuredGround(env: Env): Ground {
  const { MONGODB_URI, STRIPE_SECRET_KEY, STOREFRONT_JWT_SECRET, GATEWAY_JWT_SECRET } = env;
  if (
    MONGODB_URI === undefined ||
    STRIPE_SECRET_KEY === undefined ||
    STOREFRONT_JWT_SECRET === undefined ||
    GATEWAY_JWT_SECRET === undefined
  ) {
    throw new Error('refuseBadConfig was not asked');
  }
  return {
    provided: {
      mongoUri: MONGODB_URI,
      stripeSecretKey: STRIPE_SECRET_KEY,
      stripeApiBase: env.STRIPE_API_BASE,
      stripeWebhookSecrets: env.STRIPE_WEBHOOK_SECRET,
      jwtSecret: STOREFRONT_JWT_SECRET,
      gatewayJwtSecret: GATEWAY_JWT_SECRET,
      apiKeyEncryptionKeys: env.API_KEY_ENCRYPTION_KEY,
    },
    announce: async () => undefined,
  };
}

/** The simulator signs with the first; the others are for events signed elsewhere, such as by `stripe listen`. */
function webhookSecrets(env: Env, simulatorUrl: string | undefined, drawn: string): readonly string[] {
  const configured = env.STRIPE_WEBHOOK_SECRET;
  return simulatorUrl === undefined && configured.length > 0 ? configured : [drawn, ...configured];
}

/** Returns the configured keys, or else the one that was drawn for DATA_DIR. */
export function encryptionKeys(env: Env, secrets: DevelopmentSecrets): readonly string[] {
  return env.API_KEY_ENCRYPTION_KEY.length > 0 ? env.API_KEY_ENCRYPTION_KEY : [secrets.apiKeyEncryptionKey];
}

async function embeddedMongo(env: Env, dataDir: string, { shutdown, progress, log }: Surroundings): Promise<string> {
  progress.report('embedded MongoDB', 'looking for one');
  const mongo = await startEmbeddedMongo({
    dataDir,
    choice: env.EMBEDDED_MONGO,
    mongodBinary: env.MONGODB_BINARY,
    progress: (step, detail) => progress.report('embedded MongoDB', `${step} ${detail}`.trim()),
    log,
  });
  shutdown.add('embedded MongoDB', () => mongo.stop());
  return mongo.uri;
}

async function embeddedSimulator(env: Env, dataDir: string, around: Surroundings): Promise<string> {
  const { shutdown, progress, log } = around;
  progress.report('Stripe simulator', 'starting');
  const simulator = await startEmbeddedSimulator({
    dataDir,
    port: env.SIMULATOR_PORT,
    allowHosts: env.DEVELOPMENT_HOSTS,
    program: SIMULATOR_PROGRAM,
    log,
  });
  shutdown.add('Stripe simulator', () => simulator.stop());
  return simulator.url;
}

async function tellSimulator(simulatorUrl: string, url: string, secret: string): Promise<void> {
  const response = await fetch(`${simulatorUrl}/_sim/webhooks`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ endpoints: [{ id: 'we_embedded_app', url, secret }] }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`the simulator refused our webhook address: ${await response.text()}`);
}
