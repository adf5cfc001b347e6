import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
type Mutant = [name: string, ...edits: (string | RegExp)[]];
const { CHARGE_MUTANTS, MUTANTS, TRANSACTION_MUTANTS, TRANSACTION_TESTS } = createRequire(__filename)(
  '../../scripts/lib/mutant-table.js',
) as {
  CHARGE_MUTANTS: Mutant[];
  MUTANTS: Mutant[];
  TRANSACTION_MUTANTS: Mutant[];
  TRANSACTION_TESTS: Record<string, [file: string, title: string]>;
};

/** A mutant is planted by hand only: one whose code has moved on would be found out when somebody needs it. */
it.each([...MUTANTS, ...CHARGE_MUTANTS, ...TRANSACTION_MUTANTS])(
  '%s finds the code that it breaks',
  (_name, ...edits) => {
    for (let i = 0; i < edits.length; i += 3) {
      const [file, from, to] = edits.slice(i, i + 3);
      const text = readFileSync(join(ROOT, String(file)), 'utf8');
      expect(from instanceof RegExp ? from.test(text) : text.includes(String(from))).toBe(true);
      expect(to).toBeDefined();
    }
  },
);

it('each mutant of transactions has a test, which is where it should be', () => {
  const named = TRANSACTION_MUTANTS.map(([name]) => name);
  expect(new Set(Object.keys(TRANSACTION_TESTS))).toEqual(new Set(named));
  const specs = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.spec.ts'),
  );
  for (const [file, title] of Object.values(TRANSACTION_TESTS)) {
    const found = specs.filter((spec) => `test/${spec}`.includes(file));
    expect(found.some((spec) => readFileSync(join(ROOT, 'test', spec), 'utf8').includes(title))).toBe(true);
  }
});
