import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDocument } from '../../src/app.openapi.js';
import { createApp } from '../../src/app.setup.js';
import metadata from '../../src/metadata.js';
import { buildConfig, type Config, refuseBadConfig } from '../../src/platform/config/config.js';
import { readEnv } from '../../src/platform/config/env.js';
import type { Language } from '../../src/surfaces/shared/dialect.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { SimulatorClock } from '../../src/platform/stripe/simulator-clock.js';
import { dropDatabase, freshDatabase } from './database.js';
import { type HttpClient, httpClient } from './http-client.js';
import { keptInWorker } from './kept-in-worker.js';
import { logs } from './log-capture.js';
import { OpenApiCheck } from './openapi-check.js';
import { borrowSimulator, giveBackSimulator } from './idle-simulators.js';
import type { Simulator } from './simulator.js';
import { TEST_STRIPE_KEY, TEST_WEBHOOK_SECRET } from './test-keys.js';

export { TEST_STRIPE_KEY, TEST_WEBHOOK_SECRET };
const JWT_SECRET = 'a-signing-key-only-for-tests-0123456789abcdef';
const GATEWAY_JWT_SECRET = 'a-gateway-key-only-for-tests-0123456789abcdef';
const ENCRYPTION_KEY = 'an-encryption-key-only-for-tests-0123456789abcdef';

/** Limits out of the way and no waiting, but where a test says otherwise. */
const TEST_ENV: Readonly<Record<string, string>> = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'debug',
  PORT: '0',
  BCRYPT_COST: '4',
  STRIPE_TIMEOUT: '2s',
  // Faults of one test do not add up to an outage.
  STRIPE_DOWN_AFTER: '0',
  // Tests count calls, and set faults for the next one.
  STRIPE_CHECK_INTERVAL: '0ms',
  SWEEP_INTERVAL: '0ms',
  RECONCILE_AFTER: '0ms',
  REGISTER_RATE_LIMIT: '100000',
  PAYMENT_RATE_LIMIT: '100000',
  // All clients of a test have one address.
  ADDRESS_MAX_DECLINES: '0',
  ADDRESS_MAX_CREATES: '0',
  LOGIN_MAX_FAILURES: '100000',
};

export interface TestAppOptions {
  env?: Record<string, string>;
  /** Have the simulator deliver its events to this app. Default true. */
  webhooks?: boolean;
  /** Shared with another app; then its owner stops it. */
  simulator?: Simulator;
  /** Another store or another database than a fresh one. */
  mongoUri?: string;
  /** More languages than the product's. */
  languages?: readonly [Language, ...Language[]];
  /** The app does not know that its Stripe is a simulator, which takes no card numbers, as of a new account. */
  asRealStripe?: boolean;
}

export interface TestApp {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly config: Config;
  readonly clock: SimulatorClock;
  readonly simulator: Simulator;
  readonly http: HttpClient;
  /** A new user with a password of `password`. */
  register(email?: string): Promise<{ token: string; userId: string; email: string }>;
  /** Moves the simulator's time and the app's with it. */
  advance(ms: number): Promise<void>;
  /** The app goes down and comes up again on the same port, database and simulator. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The real app on a real port, its own database, its own simulator process. Every answer is checked against its OpenAPI document. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const simulator = options.simulator ?? (await borrowSimulator(options.asRealStripe !== true));
  const dataDir = mkdtempSync(join(tmpdir(), 'payments-test-'));
  const mongoUri = options.mongoUri ?? freshDatabase();
  const ownSimulator = options.simulator === undefined ? simulator : undefined;
  let running = await startOne(options, { simulator, dataDir, mongoUri, port: 0 }).catch(async (error: unknown) => {
    await ownSimulator?.stop();
    throw error;
  });

  const http = httpClient(
    () => running.url,
    () => running.check,
  );
  return {
    get url() {
      return running.url;
    },
    get app() {
      return running.app;
    },
    get config() {
      return running.config;
    },
    get clock() {
      return running.clock;
    },
    simulator,
    http,
    async register(email = `u${randomBytes(6).toString('hex')}@example.com`) {
      const made = await http.post('/user/register', { userName: 'Test User', email, password: 'password' });
      if (made.status !== 201) throw new Error(`register answered ${made.status}: ${made.text}`);
      const token = String(made.body['access_token']);
      const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string };
      return { token, userId: claims.sub, email };
    },
    async advance(ms) {
      await simulator.moveClock({ advance: ms });
      await running.clock.refresh();
    },
    async restart() {
      await stopOne(running);
      running = await startOne(options, { simulator, dataDir, mongoUri, port: Number(new URL(running.url).port) });
    },
    async stop() {
      await stopOne(running);
      if (ownSimulator !== undefined) await giveBackSimulator(ownSimulator);
      if (options.mongoUri === undefined) await dropDatabase(mongoUri);
      rmSync(dataDir, { recursive: true, force: true });
      refuseDroppedFields();
    },
  };
}

interface Ground {
  simulator: Simulator;
  dataDir: string;
  mongoUri: string;
  port: number;
}

interface Running {
  app: NestFastifyApplication;
  config: Config;
  clock: SimulatorClock;
  url: string;
  check: OpenApiCheck;
}

async function startOne(options: TestAppOptions, ground: Ground): Promise<Running> {
  const { simulator } = ground;
  if (Object.keys(await metadata()).length === 0) throw new Error('src/metadata.ts is empty: npm run metadata');
  const env = readEnv({ ...TEST_ENV, PORT: String(ground.port), DATA_DIR: ground.dataDir, ...options.env });
  refuseBadConfig(env);
  const config = buildConfig(env, {
    mongoUri: ground.mongoUri,
    stripeSecretKey: env.STRIPE_SECRET_KEY ?? TEST_STRIPE_KEY,
    stripeApiBase: env.STRIPE_API_BASE ?? simulator.url,
    stripeWebhookSecrets: env.STRIPE_WEBHOOK_SECRET.length > 0 ? env.STRIPE_WEBHOOK_SECRET : [TEST_WEBHOOK_SECRET],
    jwtSecret: env.STOREFRONT_JWT_SECRET ?? JWT_SECRET,
    gatewayJwtSecret: env.GATEWAY_JWT_SECRET ?? GATEWAY_JWT_SECRET,
    apiKeyEncryptionKeys: env.API_KEY_ENCRYPTION_KEY.length > 0 ? env.API_KEY_ENCRYPTION_KEY : [ENCRYPTION_KEY],
    ...(options.asRealStripe === true ? {} : { simulatorUrl: simulator.url }),
  });
  const clock = await SimulatorClock.start(simulator.url);
  const logger = createLogger(config.log, logs.destination);
  const { languages } = options;
  const app = await createApp({ config, clock, logger, ...(languages === undefined ? {} : { languages }) });
  await app.listen(config.http.port, config.http.host);
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  if (options.webhooks !== false) {
    const endpoint = { id: 'we_test_app', url: `${url}/webhook/stripe`, secret: TEST_WEBHOOK_SECRET };
    await simulator.setWebhookEndpoints([endpoint]);
  }
  return { app, config, clock, url, check: await checkOf(app, config, languages?.length) };
}

/** What the document depends on is the same in most tests, and writing and compiling it takes longer than many of them. */
function checkOf(app: NestFastifyApplication, { http, storefront }: Config, languages = 0): Promise<OpenApiCheck> {
  const key = JSON.stringify([http.publicUrl, storefront.clientAmounts === null, languages]);
  return keptInWorker(`OpenAPI ${key}`, async () => new OpenApiCheck(await createDocument(app)));
}

async function stopOne({ app, clock }: Running): Promise<void> {
  await app.close();
  clock.stop();
}

/** A field that log-fields.ts does not list is never written; better to know in a test than to miss it in an incident. */
function refuseDroppedFields(): void {
  const line = logs.lines.find((one) => one['dropped'] !== undefined);
  if (line !== undefined)
    throw new Error(`a log line lost fields, list them in log-fields.ts: ${JSON.stringify(line)}`);
}
