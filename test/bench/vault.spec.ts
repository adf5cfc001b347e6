import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../..');
const WORKS = ['create', 'read', 'search'] as const;

interface Figures {
  requests: number;
}
interface Result {
  works: Record<
    (typeof WORKS)[number],
    {
      few: Record<'product' | 'bare', Figures>;
      many: Record<'product' | 'bare', Figures>;
      store: Record<'product' | 'bare', { reads: number; writes: number }>;
    }
  >;
  memory: Record<string, number>;
}

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(ROOT, 'bench/vault.js'), ...args], { cwd: ROOT, timeout: 240_000 });

describe('npm run bench:vault', () => {
  let lines: string[];
  let result: Result;

  beforeAll(async () => {
    const tiny = ['--json', '--count', '--rounds', '2', '--requests', '20', '--sizes', '5,50', '--connections', '2'];
    const { stdout } = await bench(...tiny);
    lines = stdout.trimEnd().split('\n');
    result = JSON.parse(lines.at(-2) ?? '') as Result;
  }, 250_000);

  it('ends with the ratios: over the bare handler with few and with many, and many over few', () => {
    const three = String.raw`=\d+\.\d\d,\d+\.\d\d,\d+\.\d\d`;
    expect(lines.at(-1)).toMatch(new RegExp(`^ratio ${WORKS.map((work) => work + three).join(' ')}$`));
  });

  it('measures as many requests on both sides and at both sizes', () => {
    for (const work of WORKS) {
      const { few, many } = result.works[work];
      expect([few, many].flatMap(({ product, bare }) => [product.requests, bare.requests])).toEqual([40, 40, 40, 40]);
    }
    expect(Object.keys(result.memory)).toEqual(['product 5', 'bare 5', 'product 50', 'bare 50']);
    expect(Math.min(...Object.values(result.memory))).toBeGreaterThan(1_000_000);
  });

  // What makes the comparison fair. The key's last use is one write a minute, so the figures are rounded.
  it.each(WORKS)('both sides ask the store the same: %s', (work) => {
    const { product, bare } = result.works[work].store;
    const rounded = ({ reads, writes }: typeof bare) => [Math.round(reads), Math.round(writes)];
    expect(rounded(product)).toEqual(rounded(bare));
    expect(rounded(bare)).toEqual(work === 'create' ? [2, 1] : [3, 0]);
  });
});

it.concurrent.each([['--sizes', '10'], ['--sizes', '10,5'], ['--rounds', '0'], ['--fast']])(
  'refuses %s %s',
  async (...args) => {
    await expect(bench(...args)).rejects.toMatchObject({ code: 78 });
  },
);
