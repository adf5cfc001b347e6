// npm run mutants [NAME …]: breaks one rule of the payment protocol at a time in a copy of the sources and expects the
// fault tests and the storm to fail. A mutant that survives is a promise that no test keeps. Takes about a minute each.
// npm run mutants -- directed [NAME …]: the same for what the models catch (test/models/variants.ts), each with the one
// test that is there for it; some ten seconds each.
// npm run mutants -- charge [NAME …]: the same for the one-call form, captures, refunds, disputes and effects.
// npm run mutants -- transactions [NAME …]: the same for the gateway's transactions, each with the one test that is there for it.
// npm run mutants -- simulator: the same for the simulator's idempotency and the conformance checks; half a minute for all.
const { spawnSync } = require('node:child_process');
const { mutantCopy } = require('./lib/mutant-copy.js');
const { CHARGE_MUTANTS, MUTANTS, TRANSACTION_MUTANTS, TRANSACTION_TESTS } = require('./lib/mutant-table.js');
const { runConformance } = require('./lib/run-conformance.js');

const [first, ...rest] = process.argv.slice(2);
if (first === 'simulator' && rest.length === 0) simulator();
else if (first === 'directed') report(directed(rest));
else if (first === 'charge') report(charge(rest));
else if (first === 'transactions') report(transactions(rest));
else report(everything(process.argv.slice(2)));

function simulator() {
  const run = runConformance('negative-control.spec.ts', { MUTANTS_REPORT: '1' });
  console.log(run.stderr.trim());
  process.exitCode = run.status === 0 ? 0 : 1;
}

/** Each mutant against all that could notice. */
function everything(names) {
  const tests = [
    ...['test/faults/confirm', 'test/faults/two', 'test/faults/hidden', 'test/faults/create', 'test/faults/store'],
    ...[
      'test/surfaces/storefront/payment',
      'test/surfaces/storefront/checkout',
      'test/surfaces/webhook',
      'test/scenarios',
    ],
  ];
  const known = MUTANTS.map(([name]) => name);
  return chosen(known, names, 'simulator directed charge transactions').map((name) => ({
    title: name,
    mutant: name,
    args: ['--bail', ...tests],
  }));
}

/** Each mutant of the one-call form against the tests of the payment core. */
function charge(names) {
  const known = CHARGE_MUTANTS.map(([name]) => name);
  const args = ['--bail', 'test/payment/'];
  return chosen(known, names, '').map((name) => ({ title: name, mutant: name, args }));
}

/** Each mutant of the gateway's transactions against its own test. */
function transactions(names) {
  const known = TRANSACTION_MUTANTS.map(([name]) => name);
  return chosen(known, names, '').map((name) => {
    const [file, test] = TRANSACTION_TESTS[name];
    return { title: name, mutant: name, args: [file, '-t', asPattern(test)] };
  });
}

/** Each variant of the models against its own test. */
function directed(names) {
  require('./lib/typescript.js');
  const { PAYSIM_ON_THE_PRODUCT, STORESIM_ON_THE_PRODUCT } = require('../test/models/variants.ts');
  const rows = [...Object.entries(STORESIM_ON_THE_PRODUCT), ...Object.entries(PAYSIM_ON_THE_PRODUCT)];
  const variants = chosen([...new Set(rows.map(([variant]) => variant))], names, '');
  return rows
    .filter(([variant]) => variants.includes(variant))
    .map(([variant, { file, test, mutant }]) => ({
      title: variant,
      mutant: mutant === true ? variant : mutant,
      args: [file, '-t', asPattern(test)],
    }));
}

/** A title as it stands in the file, `%i` and the like for whatever was filled in. */
function asPattern(title) {
  return title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%[a-z]/g, '.*');
}

function chosen(known, names, others) {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return names.length === 0 ? known : names;
  console.error(`unknown: ${unknown.join(' ')}; known: ${[others, ...known].join(' ').trim()}`);
  process.exit(2);
}

function report(trials) {
  let survived = 0;
  for (const { title, mutant, args } of trials) {
    const caughtBy = failingTest(mutant, args);
    if (caughtBy === null) survived += 1;
    console.log(`${caughtBy === null ? 'SURVIVED' : 'caught  '} ${title}${caughtBy === null ? '' : `: ${caughtBy}`}`);
  }
  console.log(`${trials.length - survived} caught, ${survived} survived`);
  process.exitCode = survived === 0 ? 0 : 1;
}

/** @returns the first test that fails with the mutant, or null: one that did not come to run has caught nothing */
function failingTest(mutant, args) {
  const { copy, env, remove } = mutantCopy(mutant);
  try {
    const run = spawnSync('node', ['node_modules/jest/bin/jest.js', ...args], { cwd: copy, encoding: 'utf8', env });
    const caughtBy = /●\s+(?!Console)(.*)/.exec(run.stderr)?.[1];
    return run.status !== 0 && caughtBy !== undefined ? caughtBy.trim() : null;
  } finally {
    remove();
  }
}
