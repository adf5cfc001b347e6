import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failpoint } from '../../../../src/platform/common/failpoint-names.js';
import { audit, type Problem } from '../books.js';
import { Journal } from '../journal.js';
import { atRest, readBooks, StoreWatch } from '../observation.js';
import { PAYMENT_POINTS } from '../payment-points.js';
import { dice } from '../random.js';
import type { Told } from '../shopper.js';
import { inOneLine } from '../storms.js';
import { type AppName, World } from '../world.js';
import { OUT_OF_REACH, type Route, ROUTES } from './routes.js';
import { adminToken, type Answer, newPayer, Scene } from './scene.js';

export interface PointsOptions {
  /** Only points whose name begins with one of these. */
  readonly only: readonly string[];
  readonly seed: number;
  readonly appDist: string;
  readonly simulatorDist: string;
  readonly say: (line: string) => void;
}

type Point = `${Failpoint}.${'before' | 'after'}`;

interface Outcome {
  readonly point: Point;
  readonly comesBack: boolean;
  readonly reached: boolean;
  readonly what: string;
  readonly problems: readonly Problem[];
}

const DIES_WITHIN_MS = 6_000;
const REST_WITHIN_MS = 60_000;
const REST_STEP_MS = 15_000;
const SWEEP_TAKES_MS = 10_000;
const TRIES = 20;
/** What an app's own tampering with the store cannot bring about. */
const ABOUT_MONEY = new Set(['I1', 'I2', 'R18', 'I7']);

/**
 * Every point once with a client who comes back and once without: A dies there, C goes on, and in the end the
 * books are compared. @returns whether all agreed, and every point was reached that is not said to be out of reach.
 */
export async function killAtEveryPoint(options: PointsOptions): Promise<boolean> {
  const loop = await PointsLoop.start(options);
  const failed: string[] = [];
  try {
    options.say('| Point | Client comes back | Nobody comes back |\n|---|---|---|');
    for (const name of PAYMENT_POINTS) {
      if (!options.only.some((prefix) => name.startsWith(prefix))) continue;
      failed.push(...(await loop.tellPoint(name)));
    }
  } finally {
    await loop.stop();
  }
  options.say(failed.length === 0 ? 'the books agree' : `FAILED: ${failed.join(', ')}`);
  return failed.length === 0;
}

class PointsLoop {
  private readonly told: Told[] = [];
  private readonly known = new Set<string>();
  private readonly of = dice(0, 'points');
  private payers = 0;
  private failpoints: string | undefined;
  private env: Readonly<Record<string, string>> = {};
  private admin = '';

  private constructor(
    private readonly options: PointsOptions,
    private readonly world: World,
    private readonly store: StoreWatch,
    private readonly journal: Journal,
    private readonly dir: string,
  ) {}

  static async start(options: PointsOptions): Promise<PointsLoop> {
    const dir = mkdtempSync(join(tmpdir(), 'payments-points-'));
    const journal = new Journal();
    let loop: PointsLoop | undefined;
    const failpointsFor = (app: AppName) => (app === 'A' ? loop?.failpoints : undefined);
    const envFor = (app: AppName) => (app === 'A' ? (loop?.env ?? {}) : {});
    const world = await World.start({ ...options, dir, journal, failpointsFor, envFor });
    loop = new PointsLoop(options, world, new StoreWatch(world.mongoUri), journal, dir);
    await world.apps.C.start('C');
    loop.admin = await adminToken(world, 'C');
    return loop;
  }

  async stop(): Promise<void> {
    await this.store.stop();
    await this.world.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Both phases of a point, both ways. @returns what failed. */
  async tellPoint(name: Failpoint): Promise<string[]> {
    const why = OUT_OF_REACH[name];
    if (why !== undefined) this.options.say(`| \`${name}\` | not run: ${why} | |`);
    const routes = ROUTES.filter(({ points }) => points.includes(name));
    if (routes.length === 0) return why === undefined ? [`${name}: no route`] : [];
    const failed: string[] = [];
    for (const phase of ['before', 'after'] as const) {
      const point: Point = `${name}.${phase}`;
      const outcomes: Outcome[] = [];
      for (const comesBack of [true, false]) outcomes.push(await this.die(point, routes, comesBack));
      this.options.say(`| \`${point}\` | ${outcomes.map(({ what }) => what).join(' | ')} |`);
      for (const { reached, comesBack, problems } of outcomes) {
        if (reached && problems.length === 0) continue;
        failed.push(`${point} ${comesBack ? 'with' : 'without'} retry`);
        for (const problem of problems) this.tellProblem(problem);
      }
    }
    return failed;
  }

  private tellProblem(problem: Problem): void {
    const { writeLog, stripeLog } = this.world;
    this.options.say(`  ${inOneLine(problem)}`);
    const others = [...writeLog.asHappenings(), ...stripeLog.asHappenings()];
    for (const line of this.journal.timeline(problem.about, others)) this.options.say(`    ${line}`);
  }

  /** By the first route that comes to the point. */
  private async die(point: Point, routes: readonly Route[], comesBack: boolean): Promise<Outcome> {
    let outcome: Outcome | undefined;
    for (const route of routes) {
      outcome = await this.dieOn(route, point, comesBack);
      if (outcome.reached || outcome.problems.length > 0) return outcome;
    }
    return outcome as Outcome;
  }

  private async dieOn(route: Route, point: Point, comesBack: boolean): Promise<Outcome> {
    const payer = await newPayer(this.world, 'C', this.payers++);
    const scene = new Scene(this.world, this.store, this.told, this.of, payer, this.admin);
    scene.at = 'C';
    await route.prepare?.(scene);
    await this.onlyA(route);
    await route.meanwhile?.(scene);
    const before = this.journal.get(`failpoint.kill.${point}`);
    await this.startA([route.also, `${point}=kill@${route.hit ?? 1}`].filter(Boolean).join(','), route.env);
    scene.at = 'A';
    await route.act(scene);
    await this.untilDead();
    const reached = this.journal.get(`failpoint.kill.${point}`) > before;
    await this.onlyC(route);
    scene.at = 'C';
    const told = comesBack ? await comeBack(scene) : '';
    await this.settle(route.settlesInMs ?? 0);
    const problems = await this.newProblems(route);
    const what = reached ? `${await this.stateOf(scene)}${told}` : 'NOT REACHED';
    return { point, comesBack, reached, problems, what: problems.length === 0 ? what : `${what} WRONG` };
  }

  /** The stage is A's: C stands still, or is gone. */
  private async onlyA({ alone }: Route): Promise<void> {
    this.world.webhookReaders = ['A'];
    if (alone === true) await this.world.apps.C.stop();
    else this.world.apps.C.pause();
  }

  /** A is dead, or has lived through it; the sky is clear, and C goes on. */
  private async onlyC({ alone }: Route): Promise<void> {
    await this.world.apps.A.stop();
    await this.world.simulator.release();
    await this.world.simulator.clearFaults();
    this.world.webhookReaders = ['C'];
    if (alone === true) await this.world.revive(this.world.apps.C, 'C');
    else this.world.apps.C.resume();
  }

  /** A point on its way up ends it before it serves; that is a death like any other. */
  private async startA(failpoints: string, env: Route['env']): Promise<void> {
    this.failpoints = failpoints;
    this.env = env ?? {};
    await this.world.apps.A.start('A').catch(() => undefined);
  }

  private async untilDead(): Promise<void> {
    const until = performance.now() + DIES_WITHIN_MS;
    while (this.world.apps.A.isUp && performance.now() < until) await sleep(50);
  }

  private async settle(leastMs: number): Promise<void> {
    for (let passed = 0; passed < leastMs; passed += REST_STEP_MS) {
      await this.world.stripeLog.moveClock(REST_STEP_MS);
      await sleep(100);
    }
    // A loop's own ticks are of real time: the sweep's are three seconds here.
    if (leastMs > 0) await sleep(SWEEP_TAKES_MS);
    const began = performance.now();
    while (performance.now() - began < REST_WITHIN_MS) {
      if (await atRest(this.store).catch(() => false)) return;
      await this.world.stripeLog.moveClock(REST_STEP_MS);
      await sleep(300);
    }
  }

  private async newProblems({ tampers }: Route): Promise<Problem[]> {
    const all = audit(await readBooks(this.world, this.store, this.told));
    const fresh = all.filter((problem) => !this.known.has(inOneLine(problem)));
    for (const problem of fresh) this.known.add(inOneLine(problem));
    return tampers ? fresh.filter(({ invariant }) => ABOUT_MONEY.has(invariant)) : fresh;
  }

  private async stateOf({ cuid }: Scene): Promise<string> {
    const records = await this.store.payments.find({ cuid } as never).toArray();
    const { charges } = await this.world.simulator.ledger();
    const mine = charges.filter(({ metadata }) => metadata['cuid'] === cuid).length;
    const states = records.map(({ state }) => state).join(' and ') || 'no record';
    return `${states}, ${mine} ${mine === 1 ? 'charge' : 'charges'}`;
  }
}

/** The same cuid again, until there is an answer that is one. @returns what the client was told in the end. */
async function comeBack(scene: Scene): Promise<string> {
  const made = await untilAnswered(scene, () => scene.create());
  const id = made?.status === 201;
  const last = id ? await untilAnswered(scene, () => scene.confirm(scene.paymentMethodId)) : made;
  const said = last?.body['status'] ?? last?.body['code'] ?? last?.body['message'] ?? '';
  return `, told ${last?.status ?? 'nothing'} ${said}`.trimEnd();
}

async function untilAnswered(scene: Scene, ask: () => Promise<Answer | null>): Promise<Answer | null> {
  let last: Answer | null = null;
  for (let i = 0; i < TRIES; i++) {
    last = await ask();
    const again =
      last === null || last.status >= 500 || last.body['status'] === 'processing' || (last.status === 409 && i < 10);
    if (!again) return last;
    await scene.world.stripeLog.moveClock(1_000);
    await sleep(300);
  }
  return last;
}
