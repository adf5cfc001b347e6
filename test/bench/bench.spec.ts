import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../..');
const load = createRequire(join(ROOT, 'bench/main.js'));
const WORKS = ['create', 'confirm', 'read', 'list'] as const;

interface Counts {
  stripeCalls: number;
  writes: number;
  writesAfter: number;
  bytesWritten: number;
}
interface Result {
  counts: Record<'product' | 'bare', Record<(typeof WORKS)[number], Counts>>;
  works: Record<(typeof WORKS)[number], Record<'product' | 'bare', { requests: number }>>;
  memory: Record<'product' | 'bare', number>;
}

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(ROOT, 'bench/main.js'), ...args], { cwd: ROOT, timeout: 240_000 });

describe('npm run bench', () => {
  let lines: string[];
  let result: Result;

  beforeAll(async () => {
    const tiny = ['--json', '--rounds', '1', '--requests', '4', '--users', '2', '--connections', '2'];
    const { stdout } = await bench(...tiny);
    lines = stdout.trimEnd().split('\n');
    result = JSON.parse(lines.at(-2) ?? '') as Result;
  }, 250_000);

  it('ends with the ratios', () => {
    expect(lines.at(-1)).toMatch(/^ratio create=\d+\.\d\d confirm=\d+\.\d\d read=\d+\.\d\d list=\d+\.\d\d$/);
  });

  it('measures as many requests on both sides', () => {
    const requests = WORKS.map((work) => [result.works[work].product.requests, result.works[work].bare.requests]);
    expect(requests).toEqual([4, 4, 12, 12].map((count) => [count, count]));
    expect(Math.min(...Object.values(result.memory))).toBeGreaterThan(1_000_000);
  });

  // What makes the comparison fair: another write or call on one side only, and the ratio says something else.
  it.each(WORKS)('both sides write the same and ask Stripe the same: %s', (work) => {
    const told = ({ stripeCalls, writes, writesAfter }: Counts) => ({ stripeCalls, writes, writesAfter });
    expect(told(result.counts.product[work])).toEqual(told(result.counts.bare[work]));
    expect(result.counts.product[work].stripeCalls).toBe(work === 'create' || work === 'confirm' ? 1 : 0);
  });

  // A field or a condition more on one side would be more than that; the address that a confirm writes has a port in it.
  it.each(WORKS)('both sides write as many bytes: %s', (work) => {
    const { product, bare } = result.counts;
    expect(Math.abs(product[work].bytesWritten - bare[work].bytesWritten)).toBeLessThan(3);
  });
});

it('refuses what it does not know', async () => {
  const unknown = [['--connections', '0'], ['--fast'], ['--also', 'dist']];
  await Promise.all(unknown.map((args) => expect(bench(...args)).rejects.toMatchObject({ code: 78 })));
});

it('speaks to this machine only', () => {
  const { client } = load('./load.js') as { client: (url: string, connections: number) => unknown };
  expect(() => client('http://192.0.2.1:80', 1)).toThrow('127.0.0.1 only');
});

it('compares pairs of slices', () => {
  const { compare } = load('./figures.js') as {
    compare: (slices: object[], bare: object[]) => Record<'ratio' | 'cpuRatio' | 'p50Ms' | 'cpuUsPerRequest', number>;
  };
  const slice = (seconds: number, cpuUs: number) => ({ seconds, latencies: [1, 2, 3, 4], cpuUs });
  // Three rounds, in each the product at half, a quarter and the whole of the other's speed.
  const compared = compare([slice(2, 40), slice(8, 40), slice(3, 40)], [slice(1, 10), slice(2, 10), slice(3, 10)]);
  expect(compared).toMatchObject({ ratio: 0.5, cpuRatio: 0.25, p50Ms: 3, cpuUsPerRequest: 10 });
});
