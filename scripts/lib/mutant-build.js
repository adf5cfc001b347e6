// The built app with one rule of the payment protocol broken, for the fault harness.
const { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');
const { buildIfNeeded } = require('./build.js');
const { plant } = require('./mutant-table.js');

/** @returns where the broken app is, and the simulator that is not; `remove` takes the copy away. */
async function mutantBuild(name) {
  const root = join(__dirname, '../..');
  await buildIfNeeded({ root });
  const copy = mkdtempSync(join(tmpdir(), 'payments-mutant-'));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  try {
    for (const part of ['src', 'dist']) cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const { $schema, ...swc } = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
    for (const file of plant(name, copy)) {
      const { code } = transformSync(readFileSync(join(copy, file), 'utf8'), { ...swc, swcrc: false, filename: file });
      writeFileSync(join(copy, file.replace(/^src/, 'dist').replace(/ts$/, 'js')), code);
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { appDist: join(copy, 'dist'), simulatorDist: join(root, 'dist'), remove };
}

module.exports = { mutantBuild };
