import { currencyRule, whyNotChargeable, whyTooSmall } from '../common/currency.js';
import type { Env } from './env.js';

/** Returns what makes a configured price or bound impossible at Stripe, each problem naming its variable. */
export function priceProblems(env: Env): string[] {
  return [...defaultPriceProblems(env), ...boundsProblems(env)];
}

/** Returns what Stripe refuses of an account that settles in the currency itself; it may take it of another. */
export function priceWarnings(env: Env): string[] {
  const { STOREFRONT_PRICE_AMOUNT: amount, STOREFRONT_PRICE_CURRENCY: currency } = env;
  const why = env.STOREFRONT_DEFAULT_PRICE ? whyTooSmall(amount, currency) : null;
  return why === null ? [] : [`STOREFRONT_PRICE_AMOUNT: ${why}`];
}

function defaultPriceProblems(env: Env): string[] {
  const { STOREFRONT_PRICE_AMOUNT: amount, STOREFRONT_PRICE_CURRENCY: currency } = env;
  if (!env.STOREFRONT_DEFAULT_PRICE) return [];
  if (currencyRule(currency) === undefined) return ['STOREFRONT_PRICE_CURRENCY: no currency that can be charged'];
  const why = whyNotChargeable(amount, currency);
  return why === null ? [] : [`STOREFRONT_PRICE_AMOUNT: ${why}`];
}

function boundsProblems({ STOREFRONT_CLIENT_AMOUNT_BOUNDS: bounds }: Env): string[] {
  const unknown = bounds.filter((one) => currencyRule(one.slice(0, 3)) === undefined).length;
  return unknown === 0 ? [] : [`STOREFRONT_CLIENT_AMOUNT_BOUNDS: ${unknown} of its currencies cannot be charged`];
}
