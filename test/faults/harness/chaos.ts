import { setTimeout as sleep } from 'node:timers/promises';
import { FAILPOINTS } from '../../../src/platform/common/failpoint-names.js';
import type { FaultAction, FaultMatch } from '../../support/simulator.js';
import type { Journal } from './journal.js';
import { type Dice, dice } from './random.js';
import { APPS, type AppName, type World } from './world.js';

type Blow =
  | { readonly kind: 'app'; readonly app: AppName; readonly failpoints: string }
  | { readonly kind: 'store' | 'simulator' }
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
}

const STRIPE_FAULTS: readonly FaultAction[] = [
  { type: 'drop_before' },
  { type: 'drop_after_effect' },
  { type: 'delay_effect', ms: 6_000 },
  { type: 'hold' },
  { type: 'latency', ms: 1_200 },
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

/** Up to three points at which the next life of an app may end, somewhere in its first hits. */
export function drawFailpoints(of: Dice): string {
  if (of.chance(0.4)) return '';
  const names = Object.keys(FAILPOINTS);
  const points = Array.from({ length: of.between(1, 3) }, () => `${of.pick(names)}.${of.pick(['before', 'after'])}`);
  return [...new Set(points)].map((point) => `${point}=kill@${of.between(1, 4)}`).join(',');
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

function drawBlow(of: Dice, { app, store, simulator }: ChaosRates): Blow {
  const roll = of.roll() * 100;
  if (roll < app) return { kind: 'app', app: of.pick(APPS), failpoints: drawFailpoints(of) };
  if (roll < app + store) return { kind: 'store' };
  if (roll < app + store + simulator) return { kind: 'simulator' };
  const other = of.roll();
  if (other < 0.7) {
    const method = of.chance(0.85) ? 'POST' : 'GET';
    const match = { method, path: of.pick(PATHS), times: of.between(1, 3) };
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

/** Strikes as planned. What is down already is not struck again; what died comes back by `keepAlive`. */
export async function strike(
  world: World,
  journal: Journal,
  plan: readonly PlannedBlow[],
  next: Map<AppName, string>,
): Promise<void> {
  for (const { afterMs, blow } of plan) {
    await sleep(afterMs);
    try {
      await land(world, journal, blow, next);
    } catch {
      journal.note(`${blow.kind}: the simulator was down, not struck`);
    }
  }
}

async function land(world: World, journal: Journal, blow: Blow, next: Map<AppName, string>): Promise<void> {
  switch (blow.kind) {
    case 'app':
      next.set(blow.app, blow.failpoints);
      if (!world.apps[blow.app].isUp) return;
      journal.count('kill.app', `kill -9 ${blow.app}`);
      return world.apps[blow.app].kill();
    case 'store':
      if (!world.store.isUp) return;
      journal.count('kill.store', 'kill -9 the store');
      return world.store.kill();
    case 'simulator':
      if (!world.simulatorProcess.isUp) return;
      journal.count('kill.simulator', 'kill -9 the simulator');
      return world.simulatorProcess.kill();
    case 'stripe':
      await world.simulator.fault(blow.match, blow.action);
      return journal.count(
        'fault.stripe',
        `Stripe: ${JSON.stringify(blow.action)} on ${blow.match.method} ${blow.match.path}`,
      );
    case 'webhooks':
      await world.simulator.webhooks(blow.disturb);
      return journal.count('fault.webhooks', `webhooks: ${JSON.stringify(blow.disturb)}`);
    case 'clock':
      await world.simulator.moveClock({ advance: blow.ms });
      return journal.count('fault.clock', `the clock moves by ${blow.ms} ms`);
  }
}

/** Starts again whatever has died, until told to stop. */
export async function keepAlive(world: World, stopped: () => boolean): Promise<void> {
  const watch = async (victim: World['store'], name: string) => {
    while (!stopped()) {
      if (!victim.isUp) await world.revive(victim, name);
      await sleep(50);
    }
  };
  await Promise.all([
    watch(world.store, 'store'),
    watch(world.simulatorProcess, 'simulator'),
    ...APPS.map((name) => watch(world.apps[name], name)),
  ]);
}
