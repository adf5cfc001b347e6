import Stripe from 'stripe';
import type { Config } from '../config/config.js';
import { countTries } from './try-counter.js';
import { limitTries } from './try-limit.js';

export const STRIPE_CLIENT = Symbol('STRIPE_CLIENT');
export type StripeClient = Stripe;

/**
 * The version of Stripe's API that the code is written for. By name, so that neither an upgrade of the SDK nor the account's
 * default moves it: it moves here, with what its changes ask for.
 */
export const STRIPE_API_VERSION = '2026-10-28.endive';

/** The real SDK; only host, port and protocol differ when another address is configured (the simulator, a proxy). */
export function createStripeClient(config: Config['stripe']): StripeClient {
  const base = config.apiBase === undefined ? undefined : new URL(config.apiBase);
  return new Stripe(config.secretKey, {
    ...(base === undefined
      ? {}
      : {
          host: base.hostname,
          port: Number(base.port) || (base.protocol === 'https:' ? 443 : 80),
          protocol: base.protocol === 'https:' ? ('https' as const) : ('http' as const),
        }),
    apiVersion: STRIPE_API_VERSION,
    httpClient: countTries(limitTries(Stripe.createNodeHttpClient())),
    maxNetworkRetries: config.retries,
    timeout: config.timeoutMs,
    telemetry: false,
  });
}
