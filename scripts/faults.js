// npm run test:faults -- [--size smoke|standard|long] [--minutes N] [--seed S] [--case T-06] [--mutant NAME] [--mutants] [--points [--only create.,confirm.]]
// Three app processes, a store and the simulator, killed and lied to, and an audit of the books afterwards. docs/faults.md
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parseArgs } = require('node:util');
const { endWithParent } = require('./lib/end-with-parent.js');
const { runInGroup } = require('./lib/run-in-group.js');

const ROOT = join(__dirname, '..');
const USAGE =
  'npm run test:faults -- [--size smoke|standard|long] [--minutes N] [--seed S] [--case T-06] [--mutant NAME] [--mutants] [--points [--only create.,confirm.]]';

function usage(problem) {
  console.error(`${problem}\n${USAGE}`);
  process.exit(2);
}

function options() {
  const string = { type: 'string' };
  const boolean = { type: 'boolean', default: false };
  try {
    return parseArgs({
      options: {
        ...{ size: string, minutes: string, seed: string, case: string },
        ...{ mutant: string, mutants: boolean, points: boolean, only: string },
      },
    }).values;
  } catch (error) {
    return usage(error.message);
  }
}

function whole(name, value) {
  if (!/^\d{1,6}$/.test(value)) usage(`--${name} is a whole number`);
  return Number(value);
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

async function runCase(name) {
  const jest = [join(ROOT, 'node_modules/jest/bin/jest.js'), ...testsOf(name), '--runInBand'];
  const { code } = await runInGroup(process.execPath, jest, { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = code ?? 1;
}

async function runStorms(asked) {
  process.chdir(ROOT);
  require('./lib/typescript.js');
  const { runFaults, SIZES } = require('../test/faults/harness/command.ts');
  const { mutantBuild } = require('./lib/mutant-build.js');
  const size = asked.size ?? (asked.minutes === undefined ? 'standard' : 'long');
  if (!Object.hasOwn(SIZES, size)) usage(`unknown size ${size}`);
  const seed = asked.seed === undefined ? 1 + Math.floor(Math.random() * 1e5) : whole('seed', asked.seed);
  // Asked for by its seed alone, a run is repeated once.
  const once = asked.seed !== undefined && asked.minutes === undefined;
  const minutes = once ? 0 : asked.minutes === undefined ? SIZES[size].minutes : whole('minutes', asked.minutes);
  const { mutant, mutants } = asked;
  const points = asked.points ? (asked.only ?? '').split(',') : undefined;
  if (!(await runFaults({ size, minutes, seed, mutant, mutants, points }, mutantBuild))) process.exitCode = 1;
}

const asked = options();
endWithParent();
if (asked.case === undefined) void runStorms(asked);
else void runCase(asked.case);
