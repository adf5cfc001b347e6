import { isCurrency, whyNotChargeable } from './modules/calculator/currency.js';
import { checkConfig, type ConfigCheck } from './platform/config/config-check.js';
import { ConfigError, type Env } from './platform/config/env.js';
import { lookAtEnvironment } from './platform/config/environment.js';

/** What the modules know about their settings, each problem naming its variable. */
export function businessProblems(env: Env): string[] {
  return [...priceProblems(env), ...boundsProblems(env)];
}

function priceProblems(env: Env): string[] {
  const { STOREFRONT_PRICE_AMOUNT: amount, STOREFRONT_PRICE_CURRENCY: currency } = env;
  if (!env.STOREFRONT_DEFAULT_PRICE) return [];
  if (!isCurrency(currency)) return ['STOREFRONT_PRICE_CURRENCY: no currency that can be charged'];
  const why = whyNotChargeable(amount, currency);
  return why === null ? [] : [`STOREFRONT_PRICE_AMOUNT: ${why}`];
}

function boundsProblems({ STOREFRONT_CLIENT_AMOUNT_BOUNDS: bounds }: Env): string[] {
  const unknown = bounds.filter((one) => !isCurrency(one.slice(0, 3))).length;
  return unknown === 0 ? [] : [`STOREFRONT_CLIENT_AMOUNT_BOUNDS: ${unknown} of its currencies cannot be charged`];
}

/** What a start here and now would say, without starting anything. */
export async function checkStart(): Promise<ConfigCheck & { readonly env: Env }> {
  const environment = lookAtEnvironment();
  return { ...(await checkConfig(environment, businessProblems)), env: environment.env };
}

/** @throws ConfigError with every problem, before anything is started. */
export async function startConfig(): Promise<{ readonly env: Env; readonly warnings: readonly string[] }> {
  const { env, problems, warnings } = await checkStart();
  if (problems.length > 0) throw new ConfigError(problems);
  return { env, warnings };
}
