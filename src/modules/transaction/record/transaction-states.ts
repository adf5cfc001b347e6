import type { TransactionStatus } from './transaction.types.js';

/**
 * Every change of status that may happen, and nothing else (contract gateway 5.1.11). The lines of the contract come first in
 * each row; behind them stands what Stripe may still tell afterwards, because it is the truth about money.
 */
const NEXT: Readonly<Record<TransactionStatus, readonly TransactionStatus[]>> = {
  unknown: ['authorized', 'pending_settlement', 'pending', 'declined', 'settled', 'reversed', 'voided'],
  pending: ['pending_settlement', 'declined', 'voided'],
  // To unknown by a capture that Stripe has not answered.
  authorized: ['pending_settlement', 'reversed', 'unknown'],
  // To declined by a debit that came back, while nothing was settled.
  pending_settlement: ['voided', 'settled', 'declined'],
  // To declined by a refund that failed after it was settled.
  settled: ['refunded', 'declined'],
  // A success that comes after all.
  declined: ['pending_settlement'],
  // A void whose refund failed, or that came too late.
  voided: ['pending_settlement'],
  reversed: ['pending_settlement'],
  // A refund that failed: the money is back.
  refunded: ['settled'],
};

export function mayBecome(from: TransactionStatus, to: TransactionStatus): boolean {
  return from === to || NEXT[from].includes(to);
}

export const NEXT_STATUSES = NEXT;
