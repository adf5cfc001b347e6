import type { INestApplicationContext } from '@nestjs/common';
import { accountOf } from './account-key-command.js';
import type { CommandOptions } from './command-options.js';
import { commandLineActor } from '../../modules/audit/actors.js';
import type { SettlementBatch } from '../../modules/settlement/batch.types.js';
import { OperatorSettlement } from '../../modules/settlement/operator-settlement.service.js';

/** `npm run admin -- settle [--account A]`: settles now what was captured until now, of all accounts or of one. */
export async function settle(app: INestApplicationContext, { account }: CommandOptions): Promise<object> {
  const accountId = account === undefined ? undefined : (await accountOf(app, account)).id;
  const closed = await app.get(OperatorSettlement, { strict: false }).settle(commandLineActor(), accountId);
  return { batches: closed.map(shown) };
}

/** In the words of the contract. */
function shown(batch: SettlementBatch): object {
  return {
    id: batch._id,
    account_id: batch.accountId,
    processor_id: batch.processorId,
    terminal_id: batch.terminalId,
    batch_date: batch.batchDate.toISOString(),
    batch_number: String(batch.batchNumber),
    currency: batch.currency.toUpperCase(),
    num_transactions: batch.numTransactions,
    amount_captured: batch.capturedMinor,
    amount_credit: batch.creditMinor,
    net_deposit: batch.capturedMinor - batch.creditMinor,
  };
}
