import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
/** What this release has nothing to be tested of, or no ground for; docs/faults.md says why. */
const NOT_RUN = ['T-10', 'T-11', 'T-29', 'T-34', 'T-35'];
const LAST = 39;
/** Of the cases after it, which are not about a payment's path, what is tested as one. */
const BESIDES = ['T-47'];

/** docs/faults.md against the titles of the tests. */
const table = new Map(
  readFileSync(join(ROOT, 'docs/faults.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| T-\d\d \|/.test(line))
    .map((line) => [line.slice(2, 6), [...line.matchAll(/`(test\/[\w./-]+)`/g)].map(([, file = '']) => file)]),
);

function filesNaming(name: string): string[] {
  const own = 'faults/case-table.spec.ts';
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts') && file !== own)
    .filter((file) => new RegExp(`['"\`(][^'"\`\n]*${name}\\b`).test(readFileSync(join(ROOT, 'test', file), 'utf8')))
    .map((file) => `test/${file}`)
    .toSorted();
}

it('has every case up to the last one of webhooks, but for those that are not run, and card testing', () => {
  const all = Array.from({ length: LAST }, (_, i) => `T-${String(i + 1).padStart(2, '0')}`);
  expect([...table.keys()]).toEqual([...all.filter((name) => !NOT_RUN.includes(name)), ...BESIDES]);
});

it.each([...table])('%s is in the titles of the files that it names, and of no other', (name, files) => {
  expect(filesNaming(name)).toEqual(files.toSorted());
});
