import { readFileSync } from 'node:fs';
import { type DirectedTest, PAYSIM_ON_THE_PRODUCT, STORESIM_ON_THE_PRODUCT } from './variants.js';

/** A breach of the protocol that only a model catches would be found once in hundreds of runs, and the product not at all. */
describe('what the models catch has a test of its own on the product', () => {
  const mutants = readFileSync('scripts/lib/mutant-table.js', 'utf8');
  const rows: [string, DirectedTest][] = [
    ...Object.entries(STORESIM_ON_THE_PRODUCT),
    ...Object.entries(PAYSIM_ON_THE_PRODUCT),
  ];

  it.each(rows)('%s', (variant, { file, test, mutant }) => {
    const text = readFileSync(file, 'utf8');
    const title = text.indexOf(`'${test}'`);
    expect(title).toBeGreaterThan(0);
    // It is a test that runs: the title of an `it`, plain or of a table.
    expect(text.slice(Math.max(0, title - 400), title)).toMatch(/\bit\(\s*$|\]\)\(\s*$/);
    expect(mutants).toContain(`'${mutant === true ? variant : mutant}',`);
  });
});
