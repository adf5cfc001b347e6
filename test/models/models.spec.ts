import { CAUGHT_BY_DEBTSIM, CAUGHT_BY_PAYSIM, CAUGHT_BY_STORESIM, HARMLESS_FOR_STORESIM } from './caught.js';
import { runModel } from './command.js';
import { CONFIGS, type Variant as DebtVariant } from './debtsim/model.types.js';
import { explore, walk } from './debtsim/simulate.js';
import { mutantsIn } from './paysim/mutants.js';
import { simulate as simulatePaysim } from './paysim/simulate.js';
import { simulate as simulateStoresim } from './storesim/simulate.js';
import { type Variant, VARIANTS } from './storesim/variants.js';

/** More for a longer look: MODEL_RUNS=3000 npx jest test/models/models */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 200);

/** Seeds whose run breaks a rule, with what it broke. */
function broken(runs: number, violationsOf: (seed: number) => readonly string[]): string[] {
  const found: string[] = [];
  for (let seed = 1; seed <= runs; seed++)
    for (const violation of violationsOf(seed)) found.push(`seed ${seed}: ${violation}`);
  return found;
}

describe('storesim, the storefront’s payments', () => {
  it('breaks nothing as the rulings have it', () => {
    expect(broken(RUNS, (seed) => simulateStoresim(seed).violations)).toEqual([]);
  }, 600_000);

  it.each([1.8])(
    'nor when things go wrong at Stripe %d times as often',
    (faultRate) => {
      expect(broken(RUNS / 4, (seed) => simulateStoresim(seed, { faultRate }).violations)).toEqual([]);
    },
    600_000,
  );

  it.each(Object.entries(CAUGHT_BY_STORESIM))('catches %s', (variant, { seed, faultRate }) => {
    expect(simulateStoresim(seed, { faultRate }).violations).toEqual([]);
    expect(simulateStoresim(seed, { faultRate, variant: variant as Variant }).violations).not.toEqual([]);
  });

  it('has a seed for every variant, or says that it breaks no rule', () => {
    const known = ['none', ...Object.keys(CAUGHT_BY_STORESIM), ...HARMLESS_FOR_STORESIM];
    expect(known.toSorted()).toEqual(Object.keys(VARIANTS).toSorted());
  });

  it('is the same run again under the same seed', () => {
    const [one, again] = [simulateStoresim(7), simulateStoresim(7)];
    expect(again.stat).toEqual(one.stat);
    expect([...again.payments]).toEqual([...one.payments]);
  });
});

describe('paysim, one call that creates and charges, refunds and billing', () => {
  it('breaks nothing as specified', () => {
    expect(broken(RUNS / 20, (seed) => simulatePaysim(seed).violations)).toEqual([]);
  }, 600_000);

  it.each(Object.entries(CAUGHT_BY_PAYSIM))(
    'catches %s',
    (names, { seed, faultRate }) => {
      const mutants = mutantsIn(names) ?? [];
      expect(simulatePaysim(seed, { faultRate, mutants }).violations).not.toEqual([]);
    },
    120_000,
  );
});

describe('debtsim, one debt of a subscription: who owes, and what pays it', () => {
  it('breaks nothing as designed', () => {
    const violations = (seed: number) => [walk(seed, 'design')].filter((why) => why !== null);
    expect(broken(RUNS * 5, violations)).toEqual([]);
  }, 600_000);

  it.each(Object.entries(CAUGHT_BY_DEBTSIM))('catches %s', (variant, seed) => {
    expect(walk(seed, variant as DebtVariant)).not.toBeNull();
    expect(walk(seed, 'design')).toBeNull();
  });

  it('visits the states of a variant until one breaks a rule, and says when there are too many', () => {
    const [payer, pausing] = CONFIGS as [(typeof CONFIGS)[number], (typeof CONFIGS)[number]];
    expect(explore('insert_is_commit', pausing, 20_000).why).toBe('billed after an acknowledged pause');
    expect(() => explore('design', payer, 1_000)).toThrow('more than 1000 states');
  });
});

describe('npm run model', () => {
  const silence = () => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    return jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  };
  afterEach(() => jest.restoreAllMocks());

  it('says by its exit code whether a rule was broken', () => {
    silence();
    expect(runModel(['storesim', '3'], { faultRate: 1 })).toBe(0);
    expect(runModel(['storesim', '1', 'leak_secret', '332'], { faultRate: 1 })).toBe(1);
    expect(runModel(['debtsim', '20'], { faultRate: 1 })).toBe(0);
    expect(runModel(['debtsim', '1', 'no_reference', '2'], { faultRate: 1 })).toBe(1);
  });

  it.each([
    [['storesim', '1', 'nosuch'], 'no variant nosuch'],
    [['paysim', '1', 'none+nosuch'], 'no variant none+nosuch'],
    [['debtsim', '1', 'none'], 'no variant none'],
    [['other'], 'no model other'],
    [['storesim', 'many'], 'usage'],
  ])('refuses %j', (args, why) => {
    const stderr = silence();
    expect(runModel(args, { faultRate: 1 })).toBe(2);
    expect(stderr.mock.calls.join()).toContain(why);
  });
});
