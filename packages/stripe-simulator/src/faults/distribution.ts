import type { Random } from '../state/random.js';

/** How long something takes, in milliseconds: anything between two bounds alike, or mostly short with a long tail. */
export type Distribution = { min: number; max: number } | { p50: number; p99: number; max?: number | undefined };

/** The 99th percentile of the normal distribution with variance 1. */
const NORMAL_P99 = 2.3263478740408408;

/** One draw; the tail is log-normal, as measured latencies roughly are. */
export function sample(distribution: Distribution, random: Random): number {
  if ('min' in distribution) return distribution.min + (distribution.max - distribution.min) * random.next();
  const { p50, p99, max = Number.POSITIVE_INFINITY } = distribution;
  const spread = Math.log(p99 / p50) / NORMAL_P99;
  return Math.min(p50 * Math.exp(spread * normal(random)), max);
}

/** Box and Muller: two even draws make a normal one. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
