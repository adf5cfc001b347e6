import type { BatchSearch, SettlementBatch } from '../../../modules/settlement/batch.types.js';
import { toDateRange } from '../search/date-range.dto.js';
import { DEFAULT_LIMIT } from '../search/page.js';
import { toTextCriterion } from '../search/text-criterion.dto.js';
import { secondsOf } from '../seconds.js';
import type { SearchSettlementBatches, SettlementBatchBody } from './settlement.dto.js';

export function toBatchSearch(body: SearchSettlementBatches): BatchSearch {
  return {
    batchDate: toDateRange(body.batch_date),
    batchId: toTextCriterion(body.settlement_batch_id),
    limit: body.limit ?? DEFAULT_LIMIT,
    offset: body.offset ?? 0,
  };
}

export function toBatchBody(batch: SettlementBatch): SettlementBatchBody {
  return {
    id: batch._id,
    batch_date: secondsOf(batch.batchDate),
    batch_number: String(batch.batchNumber),
    processor_id: batch.processorId,
    processor_type: 'stripe',
    terminal_id: batch.terminalId,
    num_transactions: batch.numTransactions,
    amount_captured: batch.capturedMinor,
    amount_credit: batch.creditMinor,
    net_deposit: batch.capturedMinor - batch.creditMinor,
    response_code: 100,
    response_message: 'settled',
    currency: batch.currency.toUpperCase(),
    payouts: batch.payouts.map(({ id, arrivesAt, currency, netMinor, feeMinor }) => ({
      id,
      arrival_date: secondsOf(arrivesAt),
      currency: currency.toUpperCase(),
      amount: netMinor,
      fee: feeMinor,
    })),
  };
}
