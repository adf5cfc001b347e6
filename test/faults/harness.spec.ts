import { appendFileSync } from 'node:fs';
import { builtDist } from '../support/built-dist.js';
import type { ChaosRates } from './harness/chaos.js';
import { type RunReport, runOnce } from './harness/run.js';

/** npm run test:faults sets these; without them it is the smoke run of npm test. */
const SEED = Number(process.env['FAULTS_SEED'] ?? 1);
const RUNS_UNTIL_MS = Number(process.env['FAULTS_MINUTES'] ?? 0) * 60_000;
const CHAOS_MS = Number(process.env['FAULTS_CHAOS_MS'] ?? 20_000);
const SHOPPERS = Number(process.env['FAULTS_SHOPPERS'] ?? 5);
const MUTANT = process.env['FAULTS_MUTANT'];
const [FROM = 300, TO = 1_100] = (process.env['FAULTS_GAP_MS'] ?? '300-1100').split('-').map(Number);
const RATES: ChaosRates = { gapMs: [FROM, TO], app: 40, store: 9, simulator: 20 };

function say(line: string): void {
  process.stdout.write(`${line}\n`);
  const file = process.env['FAULTS_REPORT'];
  if (file !== undefined) appendFileSync(file, `${line}\n`);
}

function told(report: RunReport): string {
  const { seed, problems, payments, charges, answers, counts, restMs } = report;
  const kills = [...counts].filter(([kind]) => /^(kill|failpoint\.kill)/.test(kind));
  const of = (prefix: string) => kills.reduce((sum, [kind, n]) => (kind.startsWith(prefix) ? sum + n : sum), 0);
  return `run ${seed}: ${problems.length === 0 ? 'the books agree' : `${problems.length} PROBLEMS`}; ${payments} payments, ${charges} charges, ${answers} answers; killed: apps ${of('kill.app')} at random, ${of('failpoint.kill')} at failpoints, store ${of('kill.store')}, simulator ${of('kill.simulator')}; at rest after ${(restMs / 1000).toFixed(1)} s`;
}

function tellProblems(report: RunReport): void {
  for (const problem of report.problems.slice(0, 5)) {
    say(`  ${problem.invariant}: ${problem.what}`);
    for (const line of report.timeline(problem)) say(`    ${line}`);
  }
  const unusual = report.errors.filter((line) => !/MongooseModule|MongoServerSelection|StoreError/.test(line));
  for (const line of unusual.slice(0, 5)) say(`  logged: ${line.slice(0, 2_000)}`);
  const mutant = MUTANT === undefined ? '' : ` --mutant ${MUTANT}`;
  say(`  repeat it: npm run test:faults -- --seed ${report.seed}${mutant}`);
}

it(
  'T-12 kill it anywhere, lose any answer: the books agree',
  async () => {
    const dist = process.env['FAULTS_APP_DIST'] ?? (await builtDist());
    const simulatorDist = process.env['FAULTS_SIMULATOR_DIST'] ?? dist;
    const until = performance.now() + RUNS_UNTIL_MS;
    let seed = SEED;
    const found: string[] = [];
    do {
      const report = await runOnce({
        seed,
        chaosMs: CHAOS_MS,
        rates: RATES,
        shoppers: SHOPPERS,
        appDist: dist,
        simulatorDist,
        progress: (line) => say(`  ${line}`),
      });
      say(told(report));
      if (report.problems.length > 0) tellProblems(report);
      found.push(...report.problems.map(({ invariant, what }) => `run ${report.seed}: ${invariant}: ${what}`));
      seed++;
    } while (performance.now() < until && (MUTANT === undefined || found.length === 0));
    expect(found).toEqual([]);
  },
  RUNS_UNTIL_MS + 300_000,
);
