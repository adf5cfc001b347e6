import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { audit, type Books, type Problem } from './books.js';
import { keepAlive, strike } from './chaos.js';
import { type ChaosRates, drawFailpoints, planChaos } from './chaos-plan.js';
import { Journal } from './journal.js';
import { atRest, failures, leaks, readBooks, StoreWatch } from './observation.js';
import { dice } from './random.js';
import { goShopping, type Shop, type Told } from './shopper.js';
import { planShopper, type ShopperPlan } from './shopper-plan.js';
import { type AppName, APPS, World } from './world.js';

export interface RunOptions {
  readonly seed: number;
  readonly chaosMs: number;
  readonly rates: ChaosRates;
  /** How many shop at once. */
  readonly shoppers: number;
  readonly appDist: string;
  readonly simulatorDist: string;
  readonly progress: (line: string) => void;
}

export interface RunReport {
  readonly seed: number;
  readonly problems: readonly Problem[];
  readonly payments: number;
  readonly charges: number;
  readonly answers: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly restMs: number;
  timeline(problem: Problem): string[];
  /** What the apps logged as their own failures. */
  readonly errors: readonly string[];
}

const USERS = 6;
/** Ruling 18 gives a minute; of the apps' own time several pass in it, so that dead claims and 3-D Secure pages expire. */
const REST_WITHIN_MS = 60_000;
const REST_STEP_MS = 5_000;
const UP_WITHIN_MS = 180_000;
const ALL_CLEAR = { drop: 0, duplicate: 0, reorder_ms: 0, delay_ms: 0, paused: false };

/** One storm from one seed, and the audit after it. */
export async function runOnce(options: RunOptions): Promise<RunReport> {
  const dir = mkdtempSync(join(tmpdir(), 'payments-faults-'));
  const journal = new Journal();
  const next = new Map<AppName, string>();
  const first = dice(options.seed, 'first life');
  for (const app of APPS) next.set(app, drawFailpoints(first));
  let armed = false;
  const world = await World.start({
    ...options,
    dir,
    journal,
    failpointsFor: (app) => (armed ? next.get(app) : undefined),
  });
  const watch = new StoreWatch(world.mongoUri);
  try {
    await world.startApps();
    const tokens = await registerUsers(world);
    armed = true;
    const told: Told[] = [];
    await storm(options, world, journal, tokens, told, next, () => (armed = false));
    const restMs = await comeToRest(world, watch);
    const books = await readBooks(world, watch, told);
    const leaked = await leaks(world, watch);
    return report(options.seed, journal, world, books, { leaked, errors: failures(world) }, restMs);
  } finally {
    await watch.stop();
    await world.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** @returns how long it took, in real milliseconds. */
async function comeToRest(world: World, watch: StoreWatch): Promise<number> {
  const began = performance.now();
  while (!(await atRest(watch).catch(() => false)) && performance.now() - began < REST_WITHIN_MS) {
    await sleep(1_000);
    await world.stripeLog.moveClock(REST_STEP_MS);
  }
  return Math.round(performance.now() - began);
}

async function registerUsers(world: World): Promise<string[]> {
  const register = async (i: number) => {
    const user = { userName: `User ${i}`, email: `user${i}@example.com`, password: 'password' };
    const response = await fetch(`${world.url('A')}/user/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(user),
    });
    const { access_token } = (await response.json()) as { access_token?: string };
    if (access_token === undefined) throw new Error(`register answered ${response.status}`);
    return access_token;
  };
  return Promise.all(Array.from({ length: USERS }, (_, i) => register(i)));
}

/** Shopping and blows at once; afterwards the sky is clear and everything that is down comes up. */
async function storm(
  { seed, chaosMs, rates, shoppers, progress }: RunOptions,
  world: World,
  journal: Journal,
  tokens: readonly string[],
  told: Told[],
  next: Map<AppName, string>,
  disarm: () => void,
): Promise<void> {
  let over = false;
  let quiet = false;
  const alive = keepAlive(world, () => quiet);
  const shop: Shop = { world, journal, told, tokens, loose: [], over: () => over };
  const plans = planned(seed, tokens.length);
  const lane = async () => {
    while (!shop.over()) {
      await goShopping(shop, plans.next());
      await sleep(50); // an app that refuses at once must not turn this into a busy loop
    }
  };
  const shopping = Array.from({ length: shoppers }, lane);
  const telling = setInterval(() => progress(summary(journal, told)), 10_000);
  await strike(world, journal, planChaos(seed, chaosMs, rates), next, () => told.length);
  over = true;
  disarm();
  journal.count('calm', 'the storm is over');
  await Promise.all(shopping);
  await Promise.all(shop.loose);
  for (const line of Object.values(world.lines)) await line.mend();
  await comeUp(world);
  await world.simulator.release();
  await world.simulator.clearFaults();
  await world.simulator.webhooks(ALL_CLEAR);
  // An armed app would die later: its next life is an ordinary one.
  for (const app of APPS) world.apps[app].kill();
  await comeUp(world);
  quiet = true;
  clearInterval(telling);
  await alive;
  progress(summary(journal, told));
}

/** @throws Error with the end of what the one said that does not come up any more. */
async function comeUp(world: World): Promise<void> {
  const all = { ...world.apps, store: world.store, simulator: world.simulatorProcess };
  const until = performance.now() + UP_WITHIN_MS;
  await sleep(100);
  for (const [name, victim] of Object.entries(all)) {
    while (!victim.isUp) {
      if (performance.now() > until) throw new Error(`${name} does not come up again: ${world.lastWords(name)}`);
      await sleep(100);
    }
  }
}

function planned(seed: number, users: number): { next(): ShopperPlan } {
  const of = dice(seed, 'shoppers');
  return { next: () => planShopper(of, users) };
}

function summary(journal: Journal, told: readonly Told[]): string {
  const kills = `kills: app ${journal.get('kill.app')} + failpoints ${journal.sum('failpoint.kill')}, store ${journal.get('kill.store')}, simulator ${journal.get('kill.simulator')}`;
  const faults = `faults: Stripe ${journal.get('fault.stripe')}, lines ${journal.get('fault.line')}, webhooks ${journal.get('fault.webhooks')}, clock ${journal.get('fault.clock')}`;
  return `${told.length} answers; ${kills}; ${faults}`;
}

function report(
  seed: number,
  journal: Journal,
  world: World,
  books: Books,
  logs: { leaked: string[]; errors: string[] },
  restMs: number,
): RunReport {
  const leaks_: Problem[] = logs.leaked.map((what) => ({ invariant: 'I9', what, payment: undefined, about: [] }));
  const nothing: Problem[] =
    books.payments.length === 0
      ? [{ invariant: 'harness', what: 'nothing was bought', payment: undefined, about: [] }]
      : [];
  const others = [...world.writeLog.asHappenings(), ...world.stripeLog.asHappenings()];
  return {
    seed,
    problems: [...audit(books), ...leaks_, ...nothing],
    payments: books.payments.length,
    charges: books.charges.length,
    answers: books.told.length,
    counts: journal.counts,
    restMs,
    errors: logs.errors,
    timeline: ({ about }) => journal.timeline(about, others),
  };
}
