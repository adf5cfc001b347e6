// A copy of the sources and tests with one rule of the payment protocol broken, for Jest to run in.
const { cpSync, mkdtempSync, rmSync, symlinkSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { plant } = require('./mutant-table.js');

const ROOT = join(__dirname, '../..');
const PARTS = [
  ...['src', 'test', 'packages', 'scripts', 'jest.config.js', '.swcrc', 'package.json'],
  ...['tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'],
];

/** @returns where it is, the environment for its tests (their simulator is the one that is right), and what removes it */
function mutantCopy(name) {
  const copy = mkdtempSync(join(tmpdir(), 'payments-mutant-'));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  try {
    for (const part of PARTS) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    plant(name, copy);
  } catch (error) {
    remove();
    throw error;
  }
  const entry = process.env.TEST_SIMULATOR_ENTRY ?? join(ROOT, 'packages/stripe-simulator/bin/stripe-simulator.js');
  return { copy, env: { ...process.env, TEST_SIMULATOR_ENTRY: entry }, remove };
}

module.exports = { mutantCopy };
