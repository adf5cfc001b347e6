import { appPool } from '../support/pool.js';
import { APP_FOR_COMPARING, compare } from './side-by-side/side-by-side.js';

/** One that no run had before, which the title names. More: npm run model -- --product --runs 20 --seed 100 */
const FIRST = Number(process.env['MODEL_PRODUCT_SEED'] ?? Date.now() % 1_000_000);
const RUNS = Number(process.env['MODEL_PRODUCT_RUNS'] ?? 1);
const SEEDS = Array.from({ length: RUNS }, (_, i) => FIRST + i);
/** So many are told in full. */
const IN_FULL = 3;

// Next to all of it is waiting for time-outs, so seeds run at once, each on an app with a clock to itself.
const it = globalThis.it.concurrent;

describe('the storefront’s model and the product, side by side', () => {
  const apps = appPool(Math.min(RUNS, 2), APP_FOR_COMPARING);
  afterAll(() => apps.stop());

  it.each(SEEDS)(
    'seed %i: the same answers, states, charges and attempts on both',
    async (seed) => {
      await using lent = await apps.lend();
      const reports = await compare(seed, lent.app);
      const rest = reports.slice(IN_FULL).map((report) => report.split('\n', 1)[0]);
      expect([...reports.slice(0, IN_FULL), ...rest].join('\n')).toBe('');
    },
    // Those that wait for an app wait here.
    300_000 * RUNS,
  );
});
