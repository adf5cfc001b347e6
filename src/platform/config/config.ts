import { parseFailpoints } from '../common/failpoints.js';
import { SECOND, timeOfDay } from '../common/duration.js';
import { ConfigError, type Env } from './env.js';
import { exposureProblems } from './production-rules.js';
import { isSameSecret } from './secret-rules.js';

/** Values that the embedded parts or the data folder provide where the environment sets none. */
export interface Provided {
  mongoUri: string;
  stripeSecretKey: string;
  stripeApiBase?: string;
  stripeWebhookSecrets: readonly string[];
  jwtSecret: string;
  gatewayJwtSecret: string;
  /** The first encrypts API keys, all decrypt. */
  apiKeyEncryptionKeys: readonly string[];
  /** Set when the Stripe side is the simulator: its address, for the control plane that moves the clock. */
  simulatorUrl?: string;
}

export type Config = Readonly<ReturnType<typeof buildConfig>>;

/** Injection token of the one typed, frozen configuration. */
export const CONFIG = Symbol('CONFIG');

/** Lists what production refuses; each problem names its variable. */
export function productionProblems(env: Env): string[] {
  if (env.NODE_ENV !== 'production') return developmentProblems(env);
  const problems: string[] = [];
  const demand = (ok: boolean, problem: string) => void (ok || problems.push(problem));
  demand(env.MONGODB_URI !== undefined, 'MONGODB_URI: required in production, the embedded store is refused');
  demand(env.STRIPE_SECRET_KEY !== undefined, 'STRIPE_SECRET_KEY: required in production, the simulator is refused');
  demand(
    env.ALLOW_TEST_KEYS || !/^(sk|rk)_test_/.test(env.STRIPE_SECRET_KEY ?? ''),
    'STRIPE_SECRET_KEY: a test key is refused in production (staging: ALLOW_TEST_KEYS=true)',
  );
  demand(
    env.STRIPE_API_BASE === undefined || new URL(env.STRIPE_API_BASE).protocol === 'https:',
    'STRIPE_API_BASE: production talks to Stripe over https only',
  );
  demand(env.STRIPE_WEBHOOK_SECRET.length > 0, 'STRIPE_WEBHOOK_SECRET: required in production');
  demand(
    env.STRIPE_WEBHOOK_SECRET.every((secret) => secret.length >= 24),
    'STRIPE_WEBHOOK_SECRET: too short to be one of Stripe’s',
  );
  demand(env.STOREFRONT_JWT_SECRET !== undefined, 'STOREFRONT_JWT_SECRET: required in production');
  demand(
    env.PUBLIC_URL !== undefined || env.STOREFRONT_RETURN_URL !== undefined,
    'PUBLIC_URL: required in production (or STOREFRONT_RETURN_URL), payers come back to it after 3-D Secure',
  );
  problems.push(...gatewayProductionProblems(env));
  demand(env.CENSUS_AUTH === 'on', 'CENSUS_AUTH: off spends other people’s payment methods, never in production');
  demand(
    env.ADMIN_PASSWORD === undefined || env.ADMIN_PASSWORD.length >= 12,
    'ADMIN_PASSWORD: at least 12 characters in production',
  );
  demand(env.METRICS_TOKEN === undefined || env.METRICS_TOKEN.length >= 16, 'METRICS_TOKEN: at least 16 characters');
  demand(env.BCRYPT_COST >= 10, 'BCRYPT_COST: at least 10 in production');
  demand(env.FAILPOINTS === undefined, 'FAILPOINTS: never in production');
  problems.push(...exposureProblems(env));
  return problems;
}

/** Open pages and drawn secrets are not for real money. */
function developmentProblems(env: Env): string[] {
  const problems: string[] = [];
  if (/^(sk|rk)_live_/.test(env.STRIPE_SECRET_KEY ?? ''))
    problems.push('STRIPE_SECRET_KEY: a live key is for NODE_ENV=production only');
  if (env.NODE_ENV !== 'test' && env.FAILPOINTS !== undefined) problems.push('FAILPOINTS: only with NODE_ENV=test');
  return problems;
}

function gatewayProductionProblems({ GATEWAY_JWT_SECRET: secret, API_KEY_ENCRYPTION_KEY: keys }: Env): string[] {
  const problems: string[] = [];
  if (secret === undefined) problems.push('GATEWAY_JWT_SECRET: required in production');
  if (keys.length === 0) problems.push('API_KEY_ENCRYPTION_KEY: required in production');
  return problems;
}

function gatewayProblems(env: Env): string[] {
  const { GATEWAY_JWT_SECRET: secret, API_KEY_ENCRYPTION_KEY: keys } = env;
  const problems: string[] = [];
  if (secret !== undefined && Buffer.byteLength(secret) < 32) problems.push('GATEWAY_JWT_SECRET: at least 32 bytes');
  if (env.NODE_ENV !== 'production' && isSameSecret(secret, env.STOREFRONT_JWT_SECRET))
    problems.push('GATEWAY_JWT_SECRET: another one than STOREFRONT_JWT_SECRET');
  if (keys.length > 2) problems.push('API_KEY_ENCRYPTION_KEY: at most two, the new and the old one');
  if (keys.some((key) => Buffer.byteLength(key) < 32)) problems.push('API_KEY_ENCRYPTION_KEY: at least 32 bytes each');
  return problems;
}

function clientAmountProblems({ STOREFRONT_CLIENT_AMOUNT, STOREFRONT_CLIENT_AMOUNT_BOUNDS: given }: Env): string[] {
  const name = 'STOREFRONT_CLIENT_AMOUNT_BOUNDS';
  const bounds = amountBounds(given);
  if (STOREFRONT_CLIENT_AMOUNT && given.length === 0) return [`${name}: required with STOREFRONT_CLIENT_AMOUNT=true`];
  if (bounds.size < given.length) return [`${name}: names a currency twice`];
  const wrong = [...bounds].filter(([, { minMinor, maxMinor }]) => minMinor < 1 || maxMinor < minMinor);
  return wrong.map(
    ([currency]) => `${name}: ${currency} needs a least amount of 1 or more, and a greatest not below it`,
  );
}

/** Bounds in minor units, by currency. */
export type AmountBounds = ReadonlyMap<string, { readonly minMinor: number; readonly maxMinor: number }>;

function amountBounds(given: readonly string[]): AmountBounds {
  return new Map(
    given.map((one) => {
      const [currency = '', minMinor, maxMinor] = one.split(/[:-]/);
      return [currency, { minMinor: Number(minMinor), maxMinor: Number(maxMinor) }];
    }),
  );
}

/** Failpoints are armed by a test process alone; elsewhere they are refused whatever they say. */
function failpointProblems({ NODE_ENV, FAILPOINTS }: Env): string[] {
  if (NODE_ENV !== 'test' || FAILPOINTS === undefined) return [];
  try {
    parseFailpoints(FAILPOINTS);
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [`FAILPOINTS: ${error.message}`];
  }
}

function generalProblems(env: Env): string[] {
  const problems = failpointProblems(env);
  if (env.STOREFRONT_JWT_SECRET !== undefined && Buffer.byteLength(env.STOREFRONT_JWT_SECRET) < 32) {
    problems.push('STOREFRONT_JWT_SECRET: at least 32 bytes');
  }
  if (env.STRIPE_WEBHOOK_SECRET.length > 2)
    problems.push('STRIPE_WEBHOOK_SECRET: at most two, the new and the old one');
  if ((env.ADMIN_EMAIL === undefined) !== (env.ADMIN_PASSWORD === undefined))
    problems.push('ADMIN_EMAIL: comes together with ADMIN_PASSWORD');
  if (env.ADMIN_PASSWORD !== undefined && env.ADMIN_PASSWORD.length < 8)
    problems.push('ADMIN_PASSWORD: at least 8 characters');
  if (env.STRIPE_API_BASE !== undefined && env.STRIPE_SECRET_KEY === undefined)
    problems.push('STRIPE_SECRET_KEY: required with STRIPE_API_BASE');
  if (env.PAYMENT_LEASE < env.STRIPE_TIMEOUT)
    problems.push('PAYMENT_LEASE: shorter than STRIPE_TIMEOUT, workers would repeat each other’s calls');
  problems.push(...clientAmountProblems(env), ...gatewayProblems(env));
  if (env.SWEEP_OVERLAP < Math.max(env.PAYMENT_ABANDON_AFTER, env.SWEEP_TWIN_AGE) + env.SWEEP_INTERVAL)
    problems.push(
      'SWEEP_OVERLAP: shorter than PAYMENT_ABANDON_AFTER or SWEEP_TWIN_AGE with SWEEP_INTERVAL, twins would be missed',
    );
  if (env.RECONCILE_AFTER > 0 && env.RECONCILE_AFTER < 600_000)
    problems.push('RECONCILE_AFTER: at least 10m, yesterday’s last payments would not be settled (0ms: never)');
  return problems;
}

/** Lists conflicts between settings and with production; at most one for each variable. */
export function configProblems(env: Env): string[] {
  const byVariable = new Map<string, string>();
  for (const problem of [...generalProblems(env), ...productionProblems(env)]) {
    const variable = problem.split(':', 1)[0] ?? '';
    byVariable.set(variable, byVariable.get(variable) ?? problem);
  }
  return [...byVariable.values()];
}

/** Throws ConfigError before anything is started. */
export function refuseBadConfig(env: Env): void {
  const problems = configProblems(env);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Load balancers want some seconds to see that an instance is not ready; nobody else wants to wait. Milliseconds. */
export function shutdownDelay({ SHUTDOWN_DELAY, NODE_ENV }: Env): number {
  return SHUTDOWN_DELAY ?? (NODE_ENV === 'production' ? 5 * SECOND : 0);
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner as object);
  return Object.freeze(value);
}

/** One nested object, grouped by who reads it. All times are milliseconds, money is minor units. */
export function buildConfig(env: Env, provided: Provided) {
  const production = env.NODE_ENV === 'production';
  return deepFreeze({
    production,
    role: env.ROLE,
    dataDir: env.DATA_DIR,
    log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT },
    http: {
      host: env.HOST,
      port: env.PORT,
      publicUrl: env.PUBLIC_URL?.replace(/\/+$/, ''),
      corsOrigins: env.CORS_ORIGINS,
      trustProxy: env.TRUST_PROXY,
      docs: env.DOCS ?? !production,
      metricsToken: env.METRICS_TOKEN,
      metricsOpen: !production,
      /** Addresses besides this machine that may see the development pages; null in production, which has none. */
      developmentPages: production ? null : { hosts: env.DEVELOPMENT_HOSTS, networks: env.DEVELOPMENT_NETWORKS },
      maxInFlight: env.MAX_REQUESTS_IN_FLIGHT,
      requestTimeoutMs: env.REQUEST_TIMEOUT,
      shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT,
      shutdownDelayMs: shutdownDelay(env),
    },
    mongo: {
      uri: provided.mongoUri,
      serverSelectionTimeoutMs: env.MONGODB_SERVER_SELECTION_TIMEOUT,
      checkIntervalMs: env.STORE_CHECK_INTERVAL,
      /** Number of connection tries at the start, a second apart: the store may be starting too. */
      connectTries: 20,
    },
    stripe: {
      secretKey: provided.stripeSecretKey,
      webhookSecrets: [...provided.stripeWebhookSecrets],
      apiBase: provided.stripeApiBase,
      accountId: env.STRIPE_ACCOUNT_ID,
      livemode: /^(sk|rk)_live_/.test(provided.stripeSecretKey),
      timeoutMs: env.STRIPE_TIMEOUT,
      retries: env.STRIPE_RETRIES,
      downAfterCalls: env.STRIPE_DOWN_AFTER,
      checkIntervalMs: env.STRIPE_CHECK_INTERVAL,
      webhookToleranceMs: env.WEBHOOK_TOLERANCE,
      simulatorUrl: provided.simulatorUrl,
      /** Card and account numbers may be sent to the real Stripe too. */
      rawCardData: env.ALLOW_RAW_CARD_DATA,
    },
    inbox: { keepMs: env.INBOX_KEEP, unmatchedForMs: env.INBOX_UNMATCHED_FOR },
    storefront: {
      jwtSecret: provided.jwtSecret,
      jwtTtlMs: env.STOREFRONT_JWT_TTL,
      userScope: env.STOREFRONT_USER_SCOPE,
      returnUrl: env.STOREFRONT_RETURN_URL,
      defaultPrice: env.STOREFRONT_DEFAULT_PRICE
        ? { amountMinor: env.STOREFRONT_PRICE_AMOUNT, currency: env.STOREFRONT_PRICE_CURRENCY }
        : null,
      /** Amounts that a payer may name; null when payers name none, as in the contract. */
      clientAmounts: env.STOREFRONT_CLIENT_AMOUNT ? amountBounds(env.STOREFRONT_CLIENT_AMOUNT_BOUNDS) : null,
    },
    gateway: {
      jwtSecret: provided.gatewayJwtSecret,
      jwtTtlMs: env.GATEWAY_JWT_TTL,
      /** The first encrypts, all decrypt. */
      encryptionKeys: [...provided.apiKeyEncryptionKeys],
      maskKeysInList: env.API_KEYS_MASK_IN_LIST,
    },
    census: {
      /** False: whoever reaches the address acts for the default account. Never in production. */
      wantsKey: env.CENSUS_AUTH === 'on',
    },
    /** Milliseconds after midnight, UTC. */
    settlement: { cutOffMs: timeOfDay(env.SETTLEMENT_CUTOFF_UTC) },
    fileBatches: { sameFileMs: env.FILE_BATCH_SAME_FILE },
    admin:
      env.ADMIN_EMAIL === undefined || env.ADMIN_PASSWORD === undefined
        ? null
        : { email: env.ADMIN_EMAIL, password: env.ADMIN_PASSWORD },
    audit: { keepDays: env.AUDIT_DAYS },
    passwords: { bcryptCost: env.BCRYPT_COST, concurrency: env.BCRYPT_CONCURRENCY, queue: env.BCRYPT_QUEUE },
    limits: {
      loginFailures: env.LOGIN_MAX_FAILURES,
      loginFailuresPerAccount: env.LOGIN_ACCOUNT_MAX_FAILURES,
      loginFailuresPerAccountAndDay: env.LOGIN_ACCOUNT_MAX_FAILURES_DAY,
      loginWindowMs: env.LOGIN_WINDOW,
      register: env.REGISTER_RATE_LIMIT,
      registerWindowMs: env.REGISTER_RATE_WINDOW,
      payment: env.PAYMENT_RATE_LIMIT,
      paymentWindowMs: env.PAYMENT_RATE_WINDOW,
      attemptsPerPayment: env.PAYMENT_MAX_ATTEMPTS,
      declinesPerPayment: env.PAYMENT_MAX_DECLINES,
      declinesPerUser: env.USER_MAX_DECLINES,
      declineWindowMs: env.USER_DECLINE_WINDOW,
      declinesPerAddress: env.ADDRESS_MAX_DECLINES,
      createsPerAddress: env.ADDRESS_MAX_CREATES,
      addressWindowMs: env.ADDRESS_PAYMENT_WINDOW,
      declinesPerInstrument: env.CARD_MAX_DECLINES,
      instrumentWindowMs: env.CARD_DECLINE_WINDOW,
    },
    payments: {
      quietAfterMs: env.PAYMENT_QUIET_AFTER,
      quietAfter3dsMs: env.PAYMENT_QUIET_AFTER_3DS,
      abandonAfterMs: env.PAYMENT_ABANDON_AFTER,
      unansweredRecheckMs: env.PAYMENT_UNANSWERED_RECHECK,
      pollFirstMs: env.PAYMENT_POLL_FIRST,
      pollMaxMs: env.PAYMENT_POLL_MAX,
      leaseMs: env.PAYMENT_LEASE,
      requestDeadlineMs: env.PAYMENT_REQUEST_DEADLINE,
      declineReplayMs: env.PAYMENT_DECLINE_REPLAY,
      readFreshMs: env.PAYMENT_READ_FRESH,
      repeatWaitMs: env.PAYMENT_REPEAT_WAIT,
      resolverTickMs: env.RESOLVER_TICK,
      resolverRate: env.RESOLVER_RATE,
    },
    sweep: {
      intervalMs: env.SWEEP_INTERVAL,
      overlapMs: env.SWEEP_OVERLAP,
      twinAgeMs: env.SWEEP_TWIN_AGE,
    },
    reconcile: {
      afterMs: env.RECONCILE_AFTER,
      days: env.RECONCILE_DAYS,
      maxRequests: env.RECONCILE_MAX_REQUESTS,
    },
    mail: { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM },
  });
}
