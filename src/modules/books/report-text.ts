import { formatMoney } from '../calculator/currency.js';
import { isZero, totalsOf } from './compare.js';
import { wordsFor } from './difference-words.js';
import type { DaySums, Difference, Reconciliation } from './reconciliation.types.js';

type Line = readonly string[];

const HEAD: Line = ['Day (UTC)', 'Captured', 'Refunded', 'Net at Stripe', 'In our books', 'Difference'];

/** The report for a terminal, line by line. */
export function reportLines(reconciliation: Reconciliation): readonly string[] {
  const { range, until, rows, differences, counts } = reconciliation;
  const { agreed, foreign, unreadable } = counts;
  const read = [`${agreed} payments agree`, ...(foreign > 0 ? [`${foreign} of others on this account ignored`] : [])];
  return [
    `Stripe and our books, ${range.from} to ${range.to}, up to ${until.toISOString()}`,
    '',
    ...(rows.length === 0 ? ['No money moved on these days.'] : aligned(tableLines(rows))),
    '',
    `${read.join(', ')}.`,
    ...(unreadable > 0 ? [`${unreadable} objects of Stripe could not be read: nothing is said about them.`] : []),
    ...differences.flatMap((one, i) => differenceLines(one, i + 1)),
    isZero(reconciliation)
      ? 'No difference.'
      : differences.length === 1
        ? '1 difference.'
        : `${differences.length} differences.`,
  ];
}

/** The differences that a repair has put right. */
export function repairedLines(repaired: readonly Difference[]): readonly string[] {
  return repaired.map((one) => `repaired: ${subjectOf(one)}: ${wordsFor(one).what}`);
}

function tableLines(rows: readonly DaySums[]): readonly Line[] {
  return [HEAD, ...rows.map((row) => sumsLine(row.day, row)), ...totalsOf(rows).map((sums) => sumsLine('Total', sums))];
}

function sumsLine(title: string, sums: Omit<DaySums, 'day'>): Line {
  const { currency, captured, refunded, net, books, difference } = sums;
  return [title, ...[captured, refunded, net, books, difference].map((minor) => signedMoney(minor, currency))];
}

function differenceLines(one: Difference, n: number): readonly string[] {
  const { what, todo } = wordsFor(one);
  const gaps = one.gaps.map(({ minor, currency, day }) => `${signedMoney(minor, currency)} on ${day}`);
  return [
    '',
    `${n}. ${what}`,
    `   ${one.day}  ${subjectOf(one)}`,
    `   Stripe: ${one.atStripe}; our books: ${one.inBooks}`,
    `   Difference: ${gaps.length === 0 ? 'in no sum' : gaps.join(', ')}`,
    `   To do: ${todo}`,
  ];
}

function subjectOf({ providerPaymentId, paymentId, related }: Difference): string {
  const others = related.length === 0 ? '' : ` (${related.join(', ')})`;
  return `${providerPaymentId ?? 'no PaymentIntent'}, payment ${paymentId ?? 'unknown'}${others}`;
}

export function signedMoney(minor: number, currency: string): string {
  return `${minor < 0 ? '-' : ''}${formatMoney(Math.abs(minor), currency)}`;
}

/** The first column to the left, numbers to the right. */
function aligned(lines: readonly Line[]): readonly string[] {
  const widths = HEAD.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines.map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
}
