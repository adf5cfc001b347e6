import { startTestApp, type TestApp } from '../support/app.js';
import { APP_FOR_COMPARING, compare } from './side-by-side/side-by-side.js';

/** More: npm run model -- --product --runs 20 --seed 100 */
const FIRST = Number(process.env['MODEL_PRODUCT_SEED'] ?? 1);
const RUNS = Number(process.env['MODEL_PRODUCT_RUNS'] ?? 2);
const SEEDS = Array.from({ length: RUNS }, (_, i) => FIRST + i);
/** So many are told in full. */
const IN_FULL = 3;

describe('the storefront’s model and the product, side by side', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp(APP_FOR_COMPARING);
  }, 60_000);
  afterAll(() => app.stop());

  it.each(SEEDS)(
    'seed %i: the same answers, states, charges and attempts on both',
    async (seed) => {
      const reports = await compare(seed, app);
      const rest = reports.slice(IN_FULL).map((report) => report.split('\n', 1)[0]);
      expect([...reports.slice(0, IN_FULL), ...rest].join('\n')).toBe('');
    },
    300_000,
  );
});
