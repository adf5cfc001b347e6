import { createHash } from 'node:crypto';
import { MINUTE } from '../../platform/common/duration.js';
import { xidOf } from '../../platform/common/xid.js';
import type { Transaction } from '../transaction/record/transaction.types.js';
import type { SettlementBatch } from './batch.types.js';

/** Time after which a batch in `closing` counts as left behind: a worker that lives has ended it by then. */
const LEFT_CLOSING_MS = 30 * MINUTE;

type RowFacts = Pick<Transaction, 'accountId' | 'processorId' | 'currency'>;

/** The batch of a processor that a row belongs to: the same for every worker and every repeat. */
export function processorBatch(row: RowFacts, batchDate: Date, now: Date): Omit<SettlementBatch, 'v' | 'w'> {
  const { accountId, processorId, currency } = row;
  const _id = derivedId(['processor', accountId, processorId, currency, batchDate.toISOString()]);
  return { ...empty(row, batchDate, now), _id };
}

/** The batch of a terminal: one for each processor and currency that its number was used with, mostly one. */
export function terminalBatch(
  row: RowFacts,
  terminal: { readonly id: string; readonly batchNumber: number },
  now: Date,
): Omit<SettlementBatch, 'v' | 'w'> {
  const { accountId, processorId, currency } = row;
  const { id: terminalId, batchNumber } = terminal;
  const _id = derivedId(['terminal', accountId, terminalId, String(batchNumber), processorId, currency]);
  return { ...empty(row, now, now), _id, terminalId, batchNumber };
}

function empty({ accountId, processorId, currency }: RowFacts, batchDate: Date, now: Date) {
  return {
    accountId,
    processorId,
    terminalId: '',
    currency,
    batchDate,
    batchNumber: 0,
    state: 'closing',
    numTransactions: 0,
    capturedMinor: 0,
    creditMinor: 0,
    payouts: [],
    createdAt: now,
    settledAt: null,
    nextCheckAt: new Date(now.getTime() + LEFT_CLOSING_MS),
  } as const;
}

function derivedId(parts: readonly string[]): string {
  return xidOf(
    createHash('sha256')
      .update(`batch|${parts.join('|')}`)
      .digest()
      .subarray(0, 12),
  );
}
