import { builtDist } from '../../support/built-dist.js';
import { catchMutants, type MutantBuild, PROTOCOL_MUTANTS } from './mutants.js';
import { killAtEveryPoint } from './points/loop.js';
import type { RunReport } from './run.js';
import { type Kills, killsInWords, killsOf, SIZES, type Size, storm, tellProblems } from './storms.js';

export interface Asked {
  readonly size: Size;
  /** New storms begin until then; 0 is one. */
  readonly minutes: number;
  readonly seed: number;
  readonly mutant?: string | undefined;
  readonly mutants: boolean;
  /** Instead of storms: a death at every point whose name begins with one of these. */
  readonly points?: readonly string[] | undefined;
}

type Build = (mutant: string) => Promise<MutantBuild>;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What `npm run test:faults` does, but for single cases. @returns whether everything held, or every mutant was caught. */
export async function runFaults(asked: Asked, build: Build): Promise<boolean> {
  if (asked.mutants) return catchMutants(PROTOCOL_MUTANTS, build, { seed: asked.seed, say });
  if (asked.mutant === undefined) {
    const dist = await builtDist();
    const built = { appDist: dist, simulatorDist: dist };
    if (asked.points !== undefined) return killAtEveryPoint({ ...built, only: asked.points, seed: asked.seed, say });
    return storms(asked, dist, dist);
  }
  const built = await build(asked.mutant);
  try {
    return await storms(asked, built.appDist, built.simulatorDist);
  } finally {
    built.remove();
  }
}

async function storms(asked: Asked, appDist: string, simulatorDist: string): Promise<boolean> {
  const until = performance.now() + asked.minutes * 60_000;
  const reports: RunReport[] = [];
  let broken = 0;
  for (let seed = asked.seed; reports.length + broken === 0 || performance.now() < until; seed++) {
    const options = { ...asked, seed, appDist, simulatorDist, say };
    const report = await storm(options).catch((error: Error) => error);
    if (report instanceof Error) {
      // Hours of storms do not end with one whose store, say, never came up again; they are not a success either.
      say(`run ${seed} came to no end: ${report.stack}`);
      broken++;
      continue;
    }
    reports.push(report);
    if (report.problems.length > 0) tellProblems(report, options);
    // A mutant is caught once; what an unbroken app does wrong is worth knowing in full.
    if (report.problems.length > 0 && asked.mutant !== undefined) break;
  }
  say(sum(reports));
  return broken === 0 && reports.every(({ problems }) => problems.length === 0);
}

function sum(reports: readonly RunReport[]): string {
  const total = (of: (report: RunReport) => number) => reports.reduce((so, report) => so + of(report), 0);
  const kills = (kind: keyof Kills) => total((report) => killsOf(report)[kind]);
  const broken = (invariant: string) =>
    total(({ problems }) => problems.filter((one) => one.invariant === invariant).length);
  const killed = killsInWords({
    appsAtRandom: kills('appsAtRandom'),
    appsAtFailpoints: kills('appsAtFailpoints'),
    store: kills('store'),
    simulator: kills('simulator'),
  });
  const found = `${total(({ problems }) => problems.length)} problems, of them double charges or payments (I1) ${broken('I1')}, lost or wrong charges (I2) ${broken('I2')}`;
  const runs = `${reports.length} ${reports.length === 1 ? 'run' : 'runs'}`;
  return `${runs}: ${total(({ payments }) => payments)} payments, ${total(({ charges }) => charges)} charges, ${total(({ answers }) => answers)} answers; ${killed}; ${found}`;
}

export { SIZES };
