import { judge } from './judgement.js';
import { movementsOf, tableOf } from './movements.js';
import { foldMixUps } from './mix-ups.js';
import type { DaySums, Difference, JudgingContext, Pairing } from './reconciliation.types.js';

export interface Comparison {
  readonly rows: readonly DaySums[];
  readonly differences: readonly Difference[];
  /** Pairings without a difference. */
  readonly agreed: number;
}

/** Pure: the table and the differences of what was read. The differences' gaps add up to the table's differences. */
export function compare(pairings: readonly Pairing[], context: JudgingContext): Comparison {
  const judged = pairings.map((pairing) => judge(pairing, context));
  const differences = foldMixUps(judged.flat());
  return {
    rows: tableOf(pairings.flatMap((pairing) => movementsOf(pairing, context.span))),
    differences: differences.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)),
    agreed: judged.filter(({ length }) => length === 0).length,
  };
}

/** The table's last lines: one per currency. */
export function totalsOf(rows: readonly DaySums[]): readonly Omit<DaySums, 'day'>[] {
  const currencies = [...new Set(rows.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const of = rows.filter((row) => row.currency === currency);
    const sum = (field: 'captured' | 'refunded' | 'net' | 'books' | 'difference') =>
      of.reduce((total, row) => total + row[field], 0);
    return {
      currency,
      captured: sum('captured'),
      refunded: sum('refunded'),
      net: sum('net'),
      books: sum('books'),
      difference: sum('difference'),
    };
  });
}

/** Tells whether a person has nothing to look at: no sum differs, no item does, and everything could be read. */
export function isZero(of: {
  readonly rows: readonly DaySums[];
  readonly differences: readonly Difference[];
  readonly counts: { readonly unreadable: number };
}): boolean {
  return (
    of.differences.length === 0 && of.counts.unreadable === 0 && of.rows.every(({ difference }) => difference === 0)
  );
}
