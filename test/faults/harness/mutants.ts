import type { StormOptions } from './storms.js';
import { inOneLine, storm } from './storms.js';

/** The protocol's table; `npm run mutants` has these and more, one for each ruling. */
export const PROTOCOL_MUTANTS = [
  'one_step_fresh_key',
  'confirm_before_store',
  'timeout_as_failure',
  'no_cas',
  'check_then_insert',
  'no_resolver',
  'trust_snapshot',
] as const;

/** The rarest of them shows in every second run. */
const MOST_RUNS = 6;

export interface MutantBuild {
  readonly appDist: string;
  readonly simulatorDist: string;
  remove(): void;
}

interface Caught {
  readonly mutant: string;
  readonly runs: number;
  readonly seconds: number;
  readonly invariants: string;
  readonly first: string | null;
}

/** Storms on each broken app until one fails. @returns whether all were caught. */
export async function catchMutants(
  mutants: readonly string[],
  build: (mutant: string) => Promise<MutantBuild>,
  options: Pick<StormOptions, 'seed' | 'say'>,
): Promise<boolean> {
  const rows: Caught[] = [];
  for (const mutant of mutants) {
    options.say(`${mutant}:`);
    const built = await build(mutant);
    try {
      rows.push(await catchOne(mutant, built, options));
    } finally {
      built.remove();
    }
  }
  for (const line of table(rows)) options.say(line);
  return rows.every(({ first }) => first !== null);
}

async function catchOne(
  mutant: string,
  { appDist, simulatorDist }: MutantBuild,
  { seed, say }: Pick<StormOptions, 'seed' | 'say'>,
): Promise<Caught> {
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  for (let runs = 1; runs <= MOST_RUNS; runs++) {
    const report = await storm({ size: 'smoke', seed: seed + runs - 1, appDist, simulatorDist, say });
    const [first] = report.problems;
    if (first === undefined) continue;
    const invariants = [...new Set(report.problems.map(({ invariant }) => invariant))].toSorted().join(' ');
    say(`  ${inOneLine(first)}`);
    return { mutant, runs, seconds: seconds(), invariants, first: inOneLine(first) };
  }
  return { mutant, runs: MOST_RUNS, seconds: seconds(), invariants: '', first: null };
}

function table(rows: readonly Caught[]): string[] {
  const line = ({ mutant, runs, seconds, invariants, first }: Caught) =>
    `| \`${mutant}\` | ${first === null ? `SURVIVED ${runs}` : runs} | ${seconds} | ${invariants} |`;
  return ['', '| Mutant | Caught in run | Seconds | By |', '|---|---|---|---|', ...rows.map(line)];
}
