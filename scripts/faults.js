// npm run test:faults -- [--size smoke|standard|long] [--minutes N] [--seed S] [--case T-06] [--mutant NAME]
// Three app processes, a store and the simulator, killed and lied to, and an audit of the books afterwards. docs/faults.md
const { spawn } = require('node:child_process');
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parseArgs } = require('node:util');

/** How long one storm lasts, for how long new ones begin, and the milliseconds between two blows. */
const SIZES = {
  smoke: { chaosMs: 20_000, minutes: 0, gapMs: '300-1100' },
  standard: { chaosMs: 60_000, minutes: 15, gapMs: '300-1100' },
  long: { chaosMs: 150_000, minutes: 60, gapMs: '150-600' },
};

const ROOT = join(__dirname, '..');

function usage(problem) {
  console.error(
    `${problem}\nnpm run test:faults -- [--size smoke|standard|long] [--minutes N] [--seed S] [--case T-06] [--mutant NAME]`,
  );
  process.exit(2);
}

function options() {
  try {
    const string = { type: 'string' };
    return parseArgs({ options: { size: string, minutes: string, seed: string, case: string, mutant: string } }).values;
  } catch (error) {
    return usage(error.message);
  }
}

function environment(asked) {
  const size = asked.size ?? (asked.minutes === undefined ? 'standard' : 'long');
  const { chaosMs, minutes, gapMs } = SIZES[size] ?? usage(`unknown size ${size}`);
  const wholes = {
    minutes: asked.minutes ?? String(minutes),
    seed: asked.seed ?? String(1 + Math.floor(Math.random() * 1e6)),
  };
  for (const [name, value] of Object.entries(wholes))
    if (!/^\d{1,6}$/.test(value)) usage(`--${name} is a whole number`);
  return {
    FAULTS_SEED: wholes.seed,
    // Asked for by its seed alone, a run is repeated once.
    FAULTS_MINUTES: asked.seed !== undefined && asked.minutes === undefined ? '0' : wholes.minutes,
    FAULTS_CHAOS_MS: String(chaosMs),
    FAULTS_GAP_MS: gapMs,
  };
}

/** Jest's arguments for the tests whose title names the case, wherever they are. */
function testsOf(name) {
  if (!/^T-\d\d$/.test(name)) usage('--case is T- and two digits');
  const word = new RegExp(`${name}\\b`);
  const specs = readdirSync(join(ROOT, 'test'), { recursive: true }).filter((file) => file.endsWith('.spec.ts'));
  const files = specs.filter((file) => word.test(readFileSync(join(ROOT, 'test', file), 'utf8')));
  if (files.length === 0) usage(`no test names ${name}: docs/faults.md says why`);
  return ['--runTestsByPath', ...files.map((file) => join('test', file)), '-t', word.source];
}

async function main() {
  const asked = options();
  let env = environment(asked);
  if (asked.mutant !== undefined)
    env = { ...env, ...(await require('./lib/mutant-build.js').mutantBuild(asked.mutant)) };
  const files = asked.case === undefined ? ['test/faults/harness.spec.ts'] : testsOf(asked.case);
  const jest = [join(ROOT, 'node_modules/jest/bin/jest.js'), ...files, '--runInBand'];
  const child = spawn(process.execPath, jest, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  child.once('close', (code) => {
    process.exitCode = code ?? 1;
  });
}

void main();
