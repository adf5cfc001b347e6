import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../..');

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(ROOT, 'bench/transaction-search.js'), ...args], {
    cwd: ROOT,
    timeout: 240_000,
  });

it('npm run bench:search: milliseconds and matches of each search, with few and with many', async () => {
  const { stdout } = await bench('--json', '--sizes', '20,40', '--repeats', '1');
  const lines = stdout.trimEnd().split('\n');
  const { works } = JSON.parse(lines.at(-2) ?? '') as { works: Record<string, { ms: number; found: number }[]> };
  expect(Object.keys(works).length).toBeGreaterThan(10);
  for (const sides of Object.values(works)) {
    expect(sides).toHaveLength(2);
    for (const { ms, found } of sides) expect(Math.min(ms, found)).toBeGreaterThan(0);
  }
  expect(works['everything']?.map(({ found }) => found)).toEqual([20, 40]);
  expect(lines.at(-1)).toMatch(/^ms (\S+=\d+,\d+ )+everything=\d+,\d+$/);
}, 250_000);

it.concurrent.each([['--sizes', '10'], ['--sizes', '10,5'], ['--repeats', '0'], ['--fast']])(
  'refuses %s %s',
  async (...args) => {
    await expect(bench(...args)).rejects.toMatchObject({ code: 78 });
  },
);
