import { isZero, totalsOf } from './compare.js';
import { wordsFor } from './difference-words.js';
import type { Difference, Reconciliation } from './reconciliation.types.js';

/** The report for programs: the command's `--json` and the administrator's endpoint. Amounts are minor units. */
export function reportJson(reconciliation: Reconciliation) {
  const { range, until, rows, differences, counts } = reconciliation;
  return {
    from: range.from,
    to: range.to,
    until: until.toISOString(),
    agrees: isZero(reconciliation),
    days: rows.map((row) => ({ ...row })),
    totals: totalsOf(rows).map((sums) => ({ ...sums })),
    differences: differences.map(differenceJson),
    counts: { ...counts },
  };
}

export function differenceJson(one: Difference) {
  const { kind, cure, day, paymentId, providerPaymentId, related, atStripe, inBooks, gaps } = one;
  return {
    kind,
    ...wordsFor(one),
    cure,
    day,
    paymentId,
    providerPaymentId,
    related: [...related],
    atStripe,
    inBooks,
    gaps: gaps.map((gap) => ({ ...gap })),
  };
}
