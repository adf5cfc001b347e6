import { seeded } from './seeded.js';

/** Of the draw: the title of a test that depends on it should name it. */
export const CASES_SEED = Number(process.env['VAULT_SEED'] ?? Date.now() % 1_000_000);

/**
 * Divides cases between a client that comes back and one that does not: each case is one of the two in each run, drawn anew,
 * and both with VAULT_CASES=all, which `npm run test:vault` sets.
 */
export function backOrGone<T extends object>(cases: readonly T[]): { returning: T[]; leaving: T[] } {
  if (process.env['VAULT_CASES'] === 'all') return { returning: [...cases], leaving: cases.map((one) => ({ ...one })) };
  const drawn = new Set(
    seeded(CASES_SEED)
      .shuffled(cases)
      .slice(0, Math.ceil(cases.length / 2)),
  );
  return { returning: cases.filter((one) => drawn.has(one)), leaving: cases.filter((one) => !drawn.has(one)) };
}

/** Draws a share of the cases anew in each run, in their order; all of them with VAULT_CASES=all. */
export function drawnOf<T>(cases: readonly T[], share: number): T[] {
  if (process.env['VAULT_CASES'] === 'all') return [...cases];
  const drawn = new Set(
    seeded(CASES_SEED)
      .shuffled(cases)
      .slice(0, Math.ceil(cases.length * share)),
  );
  return cases.filter((one) => drawn.has(one));
}
