import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
type Mutant = [name: string, ...edits: (string | RegExp)[]];
const { CHARGE_MUTANTS, MUTANTS } = createRequire(__filename)('../../scripts/lib/mutant-table.js') as {
  CHARGE_MUTANTS: Mutant[];
  MUTANTS: Mutant[];
};

/** A mutant is planted by hand only: one whose code has moved on would be found out when somebody needs it. */
it.each([...MUTANTS, ...CHARGE_MUTANTS])('%s finds the code that it breaks', (_name, ...edits) => {
  for (let i = 0; i < edits.length; i += 3) {
    const [file, from, to] = edits.slice(i, i + 3);
    const text = readFileSync(join(ROOT, String(file)), 'utf8');
    expect(from instanceof RegExp ? from.test(text) : text.includes(String(from))).toBe(true);
    expect(to).toBeDefined();
  }
});
