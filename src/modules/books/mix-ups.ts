import type { Difference, Gap } from './reconciliation.types.js';

/**
 * One mistake shows on several PaymentIntents: where two payments name each other's, both are of another payment; and where
 * a payment names a wrong one, its own looks like a second one that was paid. Told as one difference, because it is put
 * right as one, and because "paid twice, refund one" would be the wrong advice.
 */
export function foldMixUps(differences: readonly Difference[]): readonly Difference[] {
  const kept: Difference[] = [];
  const byPayment = new Map<string, Difference>();
  for (const one of differences.filter(({ kind }) => kind === 'wrong_payment')) {
    // `related` of a mix-up begins with the payment that the PaymentIntent really belongs to.
    const reverse = byPayment.get(one.related[0] ?? '');
    const isSwap = reverse !== undefined && reverse.related[0] === one.paymentId;
    if (isSwap) replace(kept, byPayment, reverse, one);
    else keep(kept, byPayment, one);
  }
  for (const one of differences.filter(({ kind }) => kind !== 'wrong_payment')) {
    const mixUp = byPayment.get(one.paymentId ?? '');
    if (mixUp !== undefined && (one.kind === 'paid_twice' || one.kind === 'paid_elsewhere'))
      replace(kept, byPayment, mixUp, one);
    else kept.push(one);
  }
  return kept;
}

function keep(kept: Difference[], byPayment: Map<string, Difference>, one: Difference): void {
  kept.push(one);
  byPayment.set(one.paymentId ?? '', one);
}

function replace(kept: Difference[], byPayment: Map<string, Difference>, into: Difference, one: Difference): void {
  const folded = {
    ...into,
    related: [...into.related, ...(one.providerPaymentId === null ? [] : [one.providerPaymentId])],
    gaps: addedUp([...into.gaps, ...one.gaps]),
  };
  kept[kept.indexOf(into)] = folded;
  for (const [payment, difference] of byPayment) if (difference === into) byPayment.set(payment, folded);
  byPayment.set(one.paymentId ?? '', folded);
}

function addedUp(gaps: readonly Gap[]): readonly Gap[] {
  const sums = new Map<string, Gap>();
  for (const gap of gaps) {
    const key = `${gap.day} ${gap.currency}`;
    sums.set(key, { ...gap, minor: gap.minor + (sums.get(key)?.minor ?? 0) });
  }
  return [...sums.values()].filter(({ minor }) => minor !== 0);
}
