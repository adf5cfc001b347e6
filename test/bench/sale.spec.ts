import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../..');

interface Asked {
  stripeCalls: number;
  writes: number;
  writesAfter: number;
  bytesWritten: number;
}
type Figures = Record<'product' | 'bare', { requests: number; asked: Asked }>;

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(ROOT, 'bench/sale.js'), ...args], { cwd: ROOT, timeout: 240_000 });

it('npm run bench:sale: both sides ask Stripe the same and write the same, to the byte', async () => {
  const tiny = ['--json', '--count', '--rounds', '4', '--requests', '4', '--connections', '1,2'];
  const lines = (await bench(...tiny)).stdout.trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(/^ratio sale-at-1=\d+\.\d\d sale-at-2=\d+\.\d\d$/);
  const { works } = JSON.parse(lines.at(-2) ?? '') as { works: Record<string, Figures> };
  for (const { product, bare } of Object.values(works)) {
    expect([product.requests, bare.requests]).toEqual([16, 16]);
    const told = ({ stripeCalls, writes, writesAfter }: Asked) => ({ stripeCalls, writes, writesAfter });
    expect(told(product.asked)).toEqual(told(bare.asked));
    // The method, the create, the confirm, and the charge that the confirm made.
    expect(product.asked.stripeCalls).toBe(4);
    expect(Math.abs(product.asked.bytesWritten - bare.asked.bytesWritten)).toBeLessThan(3);
  }
}, 250_000);

it.concurrent.each([['--connections', '2'], ['--connections', '2,1'], ['--rounds', '0'], ['--fast']])(
  'refuses %s %s',
  async (...args) => {
    await expect(bench(...args)).rejects.toMatchObject({ code: 78 });
  },
);
