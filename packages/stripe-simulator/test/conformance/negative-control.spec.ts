import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Server from '../../src/server.js';
import type { Check } from './check.js';
import { idempotency } from './checks/idempotency.js';
import { type Mutant, MUTANTS } from './mutants.js';
import { simulatorTarget } from './target.js';

const SOURCES = join(__dirname, '../../src');

/** One copy for all, so that what no mutant breaks is compiled once. */
const copy = mkdtempSync(join(tmpdir(), 'simulator-mutant-'));
cpSync(SOURCES, copy, { recursive: true });
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The simulator as the copy has it now. */
function freshSimulator(): typeof Server {
  jest.resetModules();
  return jest.requireActual<typeof Server>(join(copy, 'server.ts'));
}

let writes = 0;
/** Jest compiles a file again when its time has changed, which on some disks is a matter of a second. */
function write(path: string, text: string): void {
  writeFileSync(path, text);
  writes += 1;
  utimesSync(path, writes, writes);
}

/** The simulator with one rule broken. */
function simulatorWith({ name, file, find, replace }: Mutant): typeof Server {
  const path = join(copy, file);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(find, () => replace);
  if (after === before) throw new Error(`${name}: ${file} no longer has what it replaces`);
  write(path, after);
  try {
    return freshSimulator();
  } finally {
    write(path, before);
  }
}

/** The checks that fail with this rule broken; `undefined` breaks none. */
async function caughtBy(mutant: Mutant | undefined): Promise<string[]> {
  const { startSimulator } = mutant === undefined ? freshSimulator() : simulatorWith(mutant);
  const target = await simulatorTarget(startSimulator);
  try {
    const failed: string[] = [];
    for (const check of idempotency) if (!(await holds(check, target))) failed.push(check.id);
    return failed;
  } finally {
    await target.close();
  }
}

async function holds(check: Check, target: Awaited<ReturnType<typeof simulatorTarget>>): Promise<boolean> {
  try {
    await check.run(target);
    return true;
  } catch {
    return false;
  }
}

/** A suite that passes under a broken rule is no proof of it. `npm run mutants -- simulator` prints who caught what. */
describe('the idempotency checks, with one rule broken at a time', () => {
  const report: string[] = [];
  afterAll(() => {
    if (process.env['MUTANTS_REPORT'] === '1') process.stderr.write(`${report.join('\n')}\n`);
  });

  it('hold when none is', async () => {
    expect(await caughtBy(undefined)).toEqual([]);
  }, 60_000);

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant.breaks, mutant] as const))(
    '%s: %s',
    async (name, breaks, mutant) => {
      const failed = await caughtBy(mutant);
      report.push(`| ${name} | ${breaks} | ${failed.join(', ')} |`);
      expect(failed.length).toBeGreaterThan(0);
    },
    60_000,
  );

  it('each check is what catches some of them', () => {
    const caught = new Set(report.flatMap((line) => line.match(/IDM-\d\d/g) ?? []));
    expect(idempotency.map(({ id }) => id).filter((id) => !caught.has(id))).toEqual([]);
  });
});
