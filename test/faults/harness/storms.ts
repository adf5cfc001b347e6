import type { Problem } from './books.js';
import type { ChaosRates } from './chaos-plan.js';
import { type RunReport, runOnce } from './run.js';

/** How long one storm lasts, for how long new ones begin, and the milliseconds between two blows. */
export const SIZES = {
  smoke: { chaosMs: 20_000, minutes: 0, gapMs: [300, 1_100] },
  standard: { chaosMs: 60_000, minutes: 15, gapMs: [300, 1_100] },
  long: { chaosMs: 120_000, minutes: 60, gapMs: [100, 500] },
} as const;

export type Size = keyof typeof SIZES;

const RATES = { app: 42, store: 11, simulator: 12, line: 10 };
const SHOPPERS = 10;
const SHOWN_PROBLEMS = 3;

export interface StormOptions {
  readonly size: Size;
  readonly seed: number;
  readonly appDist: string;
  readonly simulatorDist: string;
  readonly mutant?: string | undefined;
  readonly say: (line: string) => void;
}

/** One storm, told as it goes; in the end what it came to. */
export async function storm(options: StormOptions): Promise<RunReport> {
  const { size, seed, appDist, simulatorDist, say } = options;
  const { chaosMs, gapMs } = SIZES[size];
  const rates: ChaosRates = { ...RATES, gapMs };
  const progress = (line: string) => say(`  ${line}`);
  const report = await runOnce({ seed, chaosMs, rates, shoppers: SHOPPERS, appDist, simulatorDist, progress });
  say(told(report));
  return report;
}

/** The worst of it: what is wrong, the timeline of that payment, and how to have it again. */
export function tellProblems(report: RunReport, { size, mutant, say }: StormOptions): void {
  for (const problem of report.problems.slice(0, SHOWN_PROBLEMS)) {
    say(`  ${inOneLine(problem)}`);
    for (const line of report.timeline(problem)) say(`    ${line}`);
  }
  for (const problem of report.problems.slice(SHOWN_PROBLEMS)) say(`  ${inOneLine(problem)}`);
  const unusual = report.errors.filter((line) => !/MongooseModule|MongoServerSelection|StoreError/.test(line));
  for (const line of unusual.slice(0, 5)) say(`  logged: ${line.slice(0, 2_000)}`);
  const broken = mutant === undefined ? '' : ` --mutant ${mutant}`;
  say(`  repeat it: npm run test:faults -- --size ${size} --minutes 0 --seed ${report.seed}${broken}`);
}

export function inOneLine({ invariant, what }: Problem): string {
  return `${invariant}: ${what}`;
}

export interface Kills {
  readonly appsAtRandom: number;
  readonly appsAtFailpoints: number;
  readonly store: number;
  readonly simulator: number;
}

export function killsOf(report: RunReport): Kills {
  const of = (prefix: string) =>
    [...report.counts].reduce((sum, [kind, n]) => (kind.startsWith(prefix) ? sum + n : sum), 0);
  return {
    appsAtRandom: of('kill.app'),
    appsAtFailpoints: of('failpoint.kill'),
    store: of('kill.store'),
    simulator: of('kill.simulator'),
  };
}

export function killsInWords({ appsAtRandom, appsAtFailpoints, store, simulator }: Kills): string {
  const all = appsAtRandom + appsAtFailpoints + store + simulator;
  return `${all} killed: apps ${appsAtRandom} at random, ${appsAtFailpoints} at failpoints, store ${store}, simulator ${simulator}`;
}

function told(report: RunReport): string {
  const { seed, problems, payments, charges, answers, restMs } = report;
  const verdict = problems.length === 0 ? 'the books agree' : `${problems.length} PROBLEMS`;
  return `run ${seed}: ${verdict}; ${payments} payments, ${charges} charges, ${answers} answers; ${killsInWords(killsOf(report))}; at rest after ${(restMs / 1000).toFixed(1)} s`;
}
