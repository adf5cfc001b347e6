import type { Transaction, TransactionChange, TransactionType } from './transaction.types.js';

/** Pure: what settlement does with a row (contract gateway 6.3). */

/** Types that give money out. */
const CREDITS: readonly TransactionType[] = ['refund', 'credit'];

export const isCredit = ({ type }: Pick<Transaction, 'type'>): boolean => CREDITS.includes(type);

/** Tells whether a batch may take it now: what a bank is at work on waits for its money, a verification has none. */
export function maySettle({ status, fundsPending, asked, type }: Transaction): boolean {
  return status === 'pending_settlement' && !fundsPending && asked === null && type !== 'verification';
}

/** The moment that decides which cut-off it goes to: a refund is never captured, so it is that of its answer. */
export function settlesFrom(row: Pick<Transaction, 'type' | 'capturedAt' | 'answeredAt' | 'createdAt'>): Date {
  return (isCredit(row) ? row.answeredAt : row.capturedAt) ?? row.createdAt;
}

/** The one swap that settles: who voids it has to be there before. */
export function settled(row: Transaction, settlementBatchId: string, now: Date): TransactionChange {
  const settledMinor = isCredit(row) ? row.amountMinor : row.capturedMinor;
  return { status: 'settled', settlementBatchId, settledAt: now, settledMinor, updatedAt: now };
}
