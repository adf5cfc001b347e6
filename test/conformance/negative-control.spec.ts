import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Server from '../../src/simulator/server.js';
import type { Check } from './check.js';
import { idempotency } from './checks/idempotency.js';
import { type Mutant, MUTANTS } from './mutants.js';
import { simulatorTarget } from './target.js';

const SOURCES = join(__dirname, '../../src/simulator');

/** The simulator with one rule broken, from a copy of its sources. `undefined` breaks none. */
function simulatorWith(mutant: Mutant | undefined, folder: string): typeof Server {
  cpSync(SOURCES, folder, { recursive: true });
  if (mutant !== undefined) {
    const file = join(folder, mutant.file);
    const before = readFileSync(file, 'utf8');
    const after = before.replace(mutant.find, () => mutant.replace);
    if (after === before) throw new Error(`${mutant.name}: ${mutant.file} no longer has what it replaces`);
    writeFileSync(file, after);
  }
  return jest.requireActual<typeof Server>(join(folder, 'server.ts'));
}

/** The checks that fail with this rule broken. */
async function caughtBy(mutant: Mutant | undefined): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-mutant-'));
  try {
    const target = await simulatorTarget(simulatorWith(mutant, folder).startSimulator);
    try {
      const failed: string[] = [];
      for (const check of idempotency) if (!(await holds(check, target))) failed.push(check.id);
      return failed;
    } finally {
      await target.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
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
