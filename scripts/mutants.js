// npm run mutants [NAME …]: breaks one rule of the payment protocol at a time in a copy of the sources and expects the
// fault tests and the storm to fail. A mutant that survives is a promise that no test keeps. Takes about a minute each.
// npm run mutants -- simulator: the same for the simulator's idempotency and the conformance checks; half a minute for all.
const { spawnSync } = require('node:child_process');
const { cpSync, mkdtempSync, rmSync, symlinkSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { MUTANTS, plant } = require('./lib/mutant-table.js');
const { runConformance } = require('./lib/run-conformance.js');

const root = join(__dirname, '..');
const wanted = process.argv.slice(2);
if (wanted.length === 1 && wanted[0] === 'simulator') {
  const run = runConformance('negative-control.spec.ts', { MUTANTS_REPORT: '1' });
  console.log(run.stderr.trim());
  process.exit(run.status === 0 ? 0 : 1);
}
const chosen = wanted.length === 0 ? MUTANTS : MUTANTS.filter(([name]) => wanted.includes(name));
if (chosen.length === 0) {
  console.error(`unknown mutant; known: simulator ${MUTANTS.map(([name]) => name).join(' ')}`);
  process.exit(2);
}

let survived = 0;
for (const [name] of chosen) {
  const copy = mkdtempSync(join(tmpdir(), 'payments-mutant-'));
  try {
    for (const part of [
      'src',
      'test',
      'scripts',
      'jest.config.js',
      '.swcrc',
      'package.json',
      'tsconfig.json',
      'tsconfig.build.json',
      'nest-cli.json',
    ])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    plant(name, copy);
    const run = spawnSync(
      'node',
      [
        'node_modules/jest/bin/jest.js',
        '--bail',
        'test/faults/confirm',
        'test/faults/two',
        'test/faults/hidden',
        'test/faults/create',
        'test/faults/store',
        'test/surfaces/storefront/payment',
        'test/scenarios',
      ],
      {
        cwd: copy,
        encoding: 'utf8',
        env: {
          ...process.env,
          TEST_SIMULATOR_ENTRY: process.env['TEST_SIMULATOR_ENTRY'] ?? join(root, 'dist/simulator/main.js'),
        },
      },
    );
    const caughtBy = /●\s+(?!Console)(.*)/.exec(run.stderr)?.[1];
    const caught = run.status !== 0 && caughtBy !== undefined;
    if (!caught) survived += 1;
    console.log(`${caught ? 'caught  ' : 'SURVIVED'} ${name}${caught ? `: ${caughtBy.trim()}` : ''}`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
console.log(`${chosen.length - survived} caught, ${survived} survived`);
process.exitCode = survived === 0 ? 0 : 1;
