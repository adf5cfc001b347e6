import type { FaultAction, FaultMatch } from '../../support/simulator.js';
import { PAYMENT_POINTS } from './payment-points.js';
import { type Dice, dice } from './random.js';
import type { LineTrouble } from './store-line.js';
import { APPS, type AppName } from './world.js';

export type Blow =
  | { readonly kind: 'app'; readonly app: AppName; readonly failpoints: string }
  | { readonly kind: 'store' | 'simulator' }
  | { readonly kind: 'line'; readonly app: AppName; readonly trouble: LineTrouble; readonly ms: number }
  | { readonly kind: 'stripe'; readonly match: FaultMatch; readonly action: FaultAction }
  | { readonly kind: 'webhooks'; readonly disturb: Record<string, number | boolean> }
  | { readonly kind: 'clock'; readonly ms: number };

export interface PlannedBlow {
  readonly afterMs: number;
  readonly blow: Blow;
}

export interface ChaosRates {
  readonly gapMs: readonly [number, number];
  /** Out of 100 blows; the rest are faults of Stripe, of webhooks and of the clock. */
  readonly app: number;
  readonly store: number;
  readonly simulator: number;
  readonly line: number;
}

const STRIPE_FAULTS: readonly FaultAction[] = [
  { type: 'drop_before' },
  { type: 'drop_after_effect' },
  { type: 'delay_effect', ms: 6_000 },
  { type: 'hold' },
  { type: 'latency', ms: 1_200 },
  { type: 'latency', ms: 400 },
  { type: 'latency', ms: 150 },
  { type: 'status', status: 500, when: 'before', cached: true },
  { type: 'status', status: 500, when: 'after' },
  { type: 'status', status: 503, when: 'before' },
  { type: 'status', status: 429, when: 'before', headers: { 'retry-after': '1' } },
  { type: 'status', status: 401, when: 'before' },
  { type: 'status', status: 409, when: 'before', code: 'idempotency_key_in_use' },
  { type: 'reset_before' },
  { type: 'reset_after' },
  { type: 'truncate_body' },
  { type: 'bad_json' },
];

const PATHS = [
  '/v1/payment_intents',
  '/v1/payment_intents/*/confirm',
  '/v1/payment_intents/*/confirm',
  '/v1/payment_intents/*/cancel',
  '/v1/payment_intents/*',
  '/v1/customers',
];

const POINTS = PAYMENT_POINTS.flatMap((name) => [`${name}.before`, `${name}.after`]);
/** Where a death leaves the most behind: between Stripe and the store, on every request. */
const HOT = ['create.insert', 'create.send', 'create.store', 'confirm.start', 'confirm.send', 'confirm.accepted']
  .flatMap((name) => [`${name}.before`, `${name}.after`])
  .concat(['confirm.declined.before', 'confirm.resend.before', 'confirm.resend.after', 'observe.store.before']);

/** Up to three points at which the next life of an app ends or stumbles, somewhere in its first hits. */
export function drawFailpoints(of: Dice): string {
  if (of.chance(0.3)) return '';
  const points = Array.from({ length: of.between(1, 3) }, () => of.pick(of.chance(0.6) ? HOT : POINTS));
  const act = (point: string) => {
    const action = of.chance(0.6) ? 'kill' : `sleep:${of.pick([100, 300, 800, 2_000])}`;
    return `${point}=${action}@${of.between(1, 4)}`;
  };
  return [...new Set(points)].map(act).join(',');
}

/** The whole storm, from the seed alone. */
export function planChaos(seed: number, lastsMs: number, rates: ChaosRates): PlannedBlow[] {
  const of = dice(seed, 'chaos');
  const blows: PlannedBlow[] = [];
  for (let at = 0; at < lastsMs;) {
    const afterMs = of.between(...rates.gapMs);
    at += afterMs;
    blows.push({ afterMs, blow: drawBlow(of, rates) });
  }
  return blows;
}

function drawBlow(of: Dice, { app, store, simulator, line }: ChaosRates): Blow {
  const roll = of.roll() * 100;
  if (roll < app) return { kind: 'app', app: of.pick(APPS), failpoints: drawFailpoints(of) };
  if (roll < app + store) return { kind: 'store' };
  if (roll < app + store + simulator) return { kind: 'simulator' };
  if (roll < app + store + simulator + line) {
    const trouble = of.pick<LineTrouble>(['lost_answer', 'lost_answer', 'lost_write', 'slow', 'cut']);
    return { kind: 'line', app: of.pick(APPS), trouble, ms: of.pick([50, 200, 600]) };
  }
  return drawFault(of);
}

function drawFault(of: Dice): Blow {
  const other = of.roll();
  if (other < 0.7) {
    const method = of.chance(0.85) ? 'POST' : 'GET';
    const match = { method, path: of.pick(PATHS), times: of.between(1, 4) };
    return { kind: 'stripe', match, action: of.pick(STRIPE_FAULTS) };
  }
  if (other < 0.93) {
    const disturb = {
      drop: of.pick([0, 0.15, 0.5]),
      duplicate: of.pick([0, 0.3]),
      reorder_ms: of.pick([0, 1_500]),
      delay_ms: of.pick([0, 2_000]),
    };
    return { kind: 'webhooks', disturb };
  }
  return { kind: 'clock', ms: of.pick([1_000, 4_000, 8_000]) };
}
