// npm run model -- [storesim|paysim|debtsim] [RUNS] [VARIANT] [SEED] [--verbose]: the models of the protocol, many seeded
// runs of one variant. FAULT=1.8 makes Stripe's side go wrong 1.8 times as often. Exit code 1 when a rule was broken.
// npm run model -- debtsim --all-states: every state of its design; minutes, and 4 GB of memory.
// npm run model -- --product [--runs N] [--seed S] [--mutant NAME]: the storefront's model and the product side by side,
// the product with one rule broken if asked. Exit code 1 when they differ.
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { parseArgs } = require('node:util');

const args = process.argv.slice(2);
if (args.includes('--product')) sideBySide();
else alone();

function alone() {
  require('./lib/typescript.js');
  const { runModel } = require('../test/models/command.ts');
  process.exitCode = runModel(args, { faultRate: Number(process.env.FAULT ?? 1) });
}

function sideBySide() {
  const { runs, seed, mutant } = asked();
  const root = join(__dirname, '..');
  const at = mutant === undefined ? { copy: root, env: process.env, remove: () => undefined } : brokenBy(mutant);
  try {
    const env = { ...at.env, MODEL_PRODUCT_RUNS: runs, MODEL_PRODUCT_SEED: seed };
    const jest = [join(root, 'node_modules/jest/bin/jest.js'), 'test/models/product.spec.ts', '--runInBand'];
    const { status } = spawnSync(process.execPath, jest, { cwd: at.copy, stdio: 'inherit', env });
    process.exitCode = status ?? 1;
  } finally {
    at.remove();
  }
}

function asked() {
  try {
    const string = { type: 'string' };
    const options = { product: { type: 'boolean' }, runs: string, seed: string, mutant: string };
    const { runs = '10', seed = '1', mutant } = parseArgs({ args, options }).values;
    if (!/^[1-9]\d{0,5}$/.test(runs) || !/^\d{1,9}$/.test(seed)) throw new Error('--runs and --seed are whole numbers');
    return { runs, seed, mutant };
  } catch (error) {
    return refuse(error);
  }
}

function brokenBy(mutant) {
  try {
    return require('./lib/mutant-copy.js').mutantCopy(mutant);
  } catch (error) {
    return refuse(error);
  }
}

function refuse(error) {
  console.error(`${error.message}\nusage: npm run model -- --product [--runs N] [--seed S] [--mutant NAME]`);
  process.exit(2);
}
