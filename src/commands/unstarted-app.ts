import type { INestApplicationContext } from '@nestjs/common';
import { createApp } from '../app.setup.js';
import { SystemClock } from '../platform/common/clock.js';
import { buildConfig, type Config } from '../platform/config/config.js';
import type { Env } from '../platform/config/env.js';
import { Indexes } from '../platform/database/indexes.js';
import type { CommandStripe } from './command-stripe.js';
import { createLogger } from '../platform/logging/logger.js';

/** Stands for every secret that a command does not use. */
const UNUSED = 'sk_test_unused';

/**
 * The configuration of a command, which asks the database and mostly nothing else, so nothing else needs to be configured.
 * @param apiKeyEncryptionKeys absent when the command reads no API keys
 * @param stripe absent when the command does not ask Stripe
 */
export function commandConfig(
  env: Env,
  mongoUri: string,
  apiKeyEncryptionKeys: readonly string[] = [UNUSED],
  stripe: Partial<CommandStripe> = {},
): Config {
  const { http, mongo, ...config } = buildConfig(env, {
    mongoUri,
    stripeSecretKey: UNUSED,
    ...stripe,
    stripeWebhookSecrets: [],
    jwtSecret: UNUSED.repeat(3),
    gatewayJwtSecret: UNUSED.repeat(3),
    apiKeyEncryptionKeys,
  });
  return { ...config, http: { ...http, docs: false }, mongo: { ...mongo, connectTries: 1 } };
}

/** Lends an app that is made but never started: it has every service and knows every schema, and neither listens nor works. */
export async function withUnstartedApp<T>(
  config: Config,
  work: (app: INestApplicationContext, indexes: Indexes) => Promise<T>,
): Promise<T> {
  const logger = createLogger({ level: 'silent', format: 'json' });
  const app = await createApp({ config, clock: new SystemClock(), logger });
  const indexes = app.get(Indexes, { strict: false });
  try {
    return await work(app, indexes);
  } finally {
    await indexes.disconnect();
  }
}
