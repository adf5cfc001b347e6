import { ConfigError, type Env } from '../platform/config/env.js';
import { developmentSecrets } from '../platform/development/development-secrets.js';
import { readRunFile } from '../platform/development/run-file.js';

/** The Stripe that a command asks. */
export interface CommandStripe {
  readonly stripeSecretKey: string;
  readonly stripeApiBase: string | undefined;
  /** Absent when a key is configured. */
  readonly simulatorUrl: string | undefined;
}

/** Returns what is configured, or the simulator of the copy that runs on DATA_DIR. Throws ConfigError when there is neither. */
export function commandStripe(env: Env): CommandStripe {
  const { STRIPE_SECRET_KEY: configured, STRIPE_API_BASE: base } = env;
  if (configured !== undefined) return { stripeSecretKey: configured, stripeApiBase: base, simulatorUrl: undefined };
  const simulatorUrl = readRunFile(env.DATA_DIR)?.simulator ?? undefined;
  if (simulatorUrl === undefined)
    throw new ConfigError([`STRIPE_SECRET_KEY is not set, and no copy with embedded parts runs on ${env.DATA_DIR}`]);
  const { simulatorKey } = developmentSecrets(env.DATA_DIR);
  return { stripeSecretKey: simulatorKey, stripeApiBase: base ?? simulatorUrl, simulatorUrl };
}
