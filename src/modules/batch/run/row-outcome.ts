import { isApproved, RESPONSE } from '../../transaction/record/response-codes.js';
import type { Transaction, TransactionMethod } from '../../transaction/record/transaction.types.js';
import type { FileBatchRow } from '../record/file-batch.types.js';

/** Fields that tell how a row ended. */
export type RowOutcome = Pick<FileBatchRow, 'status' | 'transactionId' | 'responseCode' | 'responseText'> &
  Partial<Pick<FileBatchRow, 'maskedAccount'>>;

/** A row that moved nothing, because there is no transaction of it. */
export function refusedRow(why: string): RowOutcome {
  return { status: 'failed', transactionId: '', responseCode: null, responseText: why };
}

/** Returns how a charge, or a refund, ended; null while nobody knows. */
export function outcomeOf(row: Transaction): RowOutcome | null {
  if (row.status === 'unknown') return null;
  return row.status === 'declined' ? { ...of(row), status: 'failed' } : { ...of(row), status: 'success' };
}

/** Returns how a capture ended; null while nobody knows. */
export function captureOutcomeOf(row: Transaction, amountMinor: number | undefined): RowOutcome | null {
  if (row.asked?.kind === 'capture') return null;
  if (row.capturedMinor > 0 && (amountMinor ?? row.capturedMinor) === row.capturedMinor)
    return { ...of(row), status: 'success', responseCode: RESPONSE.approved, responseText: 'approved' };
  return { ...of(row), status: 'failed', responseText: 'it was not captured' };
}

function of(row: Transaction): Omit<RowOutcome, 'status'> {
  const { _id: transactionId, responseCode, answer, method } = row;
  const responseText = isApproved(responseCode) ? 'approved' : answer.text || answer.code || 'declined';
  const maskedAccount = maskedOf(method);
  return { transactionId, responseCode, responseText, ...(maskedAccount === '' ? {} : { maskedAccount }) };
}

function maskedOf(method: TransactionMethod): string {
  switch (method.type) {
    case 'card':
    case 'terminal':
      return method.maskedNumber;
    case 'ach':
      return method.maskedAccountNumber;
    case 'apm':
      return '';
  }
}
