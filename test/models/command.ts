import { CONFIGS, isVariant as isDebtVariant, VARIANTS as DEBT_VARIANTS } from './debtsim/model.types.js';
import { explore, walk } from './debtsim/simulate.js';
import { MUTANTS, mutantsIn } from './paysim/mutants.js';
import { simulate as simulatePaysim } from './paysim/simulate.js';
import { simulate as simulateStoresim } from './storesim/simulate.js';
import { isVariant, VARIANTS } from './storesim/variants.js';

const USAGE = `usage: npm run model -- [storesim|paysim|debtsim] [RUNS] [VARIANT] [SEED] [--verbose]
       npm run model -- debtsim --all-states`;
const MOST_STATES = 3_000_000;

/** What one run of either model comes to. */
interface Outcome {
  readonly violations: readonly string[];
  readonly stat: Readonly<Record<string, number>>;
  readonly charges: number;
  readonly capped: boolean;
}

type Model = (seed: number) => Outcome;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function refuse(why: string): 2 {
  process.stderr.write(`${why}\n`);
  return 2;
}

/** @returns the exit code: 1 when a rule was broken, 2 for what cannot be understood */
export function runModel(args: readonly string[], { faultRate }: { faultRate: number }): 0 | 1 | 2 {
  if (args.length === 2 && args[0] === 'debtsim' && args[1] === '--all-states') return allStates();
  const verbose = args.includes('--verbose');
  const [name = 'storesim', runs = '1000', asked, seed = '1', ...rest] = args.filter((each) => each !== '--verbose');
  const variant = asked ?? (name === 'debtsim' ? 'design' : 'none');
  const [count, first] = [Number(runs), Number(seed)];
  const understood = Number.isSafeInteger(count) && count > 0 && Number.isSafeInteger(first) && faultRate >= 0;
  if (!understood || rest.length > 0) return refuse(USAGE);
  const model = modelOf(name, variant, faultRate, verbose);
  if (model === null) return refuse(`${USAGE}\nno model ${name}: storesim, paysim, debtsim`);
  if (model === 'no such variant') return refuse(unknownVariant(name, variant));
  return run(model, { name, variant, count, first });
}

function modelOf(name: string, variant: string, faultRate: number, verbose: boolean): Model | 'no such variant' | null {
  if (name === 'storesim') {
    if (!isVariant(variant)) return 'no such variant';
    const trace = verbose ? { trace: say } : {};
    return (seed) => {
      const { violations, stat, charges } = simulateStoresim(seed, { variant, faultRate, ...trace });
      return { violations, stat, charges: charges.length, capped: false };
    };
  }
  if (name === 'debtsim') return isDebtVariant(variant) ? debtWalks(variant) : 'no such variant';
  if (name !== 'paysim') return null;
  const mutants = mutantsIn(variant);
  if (mutants === null) return 'no such variant';
  return (seed) => {
    const { violations, stat, stripe, capped } = simulatePaysim(seed, { mutants, faultRate });
    return { violations, stat, charges: stripe.charges.length, capped };
  };
}

const debtWalks =
  (variant: keyof typeof DEBT_VARIANTS): Model =>
  (seed) => {
    const why = walk(seed, variant);
    return { violations: why === null ? [] : [why], stat: {}, charges: 0, capped: false };
  };

/** Minutes, and 4 GB: NODE_OPTIONS=--max-old-space-size=6000. */
function allStates(): 0 | 1 {
  const found = CONFIGS.map((config) => explore('design', config, MOST_STATES));
  const states = found.reduce((sum, one) => sum + one.states, 0);
  const why = found.find((one) => one.why !== null)?.why ?? null;
  say(`debtsim design: ${states} states, all of them: ${why ?? 'holds, and nothing is stuck'}`);
  return why === null ? 0 : 1;
}

function unknownVariant(name: string, variant: string): string {
  const variants: Record<string, Record<string, string>> = { storesim: VARIANTS, debtsim: DEBT_VARIANTS };
  const known = variants[name] ?? MUTANTS;
  const lines = Object.entries(known).map(([each, what]) => `  ${each.padEnd(20)} ${what}`);
  return [`no variant ${variant} of ${name}; known:`, ...lines].join('\n');
}

interface Series {
  readonly name: string;
  readonly variant: string;
  readonly count: number;
  readonly first: number;
}

function run(model: Model, { name, variant, count, first }: Series): 0 | 1 {
  const since = performance.now();
  const total: Record<string, number> = { charges: 0, capped: 0 };
  const kinds: Record<string, number> = {};
  let broken = 0;
  for (let seed = first; seed < first + count; seed++) {
    const { violations, stat, charges, capped } = model(seed);
    for (const [key, n] of Object.entries({ ...stat, charges, capped: Number(capped) }))
      total[key] = (total[key] ?? 0) + n;
    if (violations.length === 0) continue;
    broken += 1;
    for (const kind of new Set(violations.map((each) => each.split(' ', 1)[0] ?? '')))
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (broken <= 4) say(`seed ${seed}: ${violations.slice(0, 3).join('; ')}`);
  }
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  say(`${name} ${variant}: ${count} runs from seed ${first}, ${broken} broken, ${seconds} s ${JSON.stringify(kinds)}`);
  say(JSON.stringify(total));
  return broken > 0 ? 1 : 0;
}
