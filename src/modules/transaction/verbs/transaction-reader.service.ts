import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { may } from '../../user/gateway/permissions.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { Transaction } from '../record/transaction.types.js';

/** Reads the transactions that a caller may see: their own, and with `view_others_transactions` all of the account. */
@Injectable()
export class TransactionReader {
  constructor(private readonly rows: TransactionRepository) {}

  /** Throws AppError `transaction_not_found`, for another account's and for what the caller may not see too. */
  async read(caller: GatewayPrincipal, id: string): Promise<Transaction> {
    const found = await atFailpoint('transaction.find', () => this.rows.find(caller.accountId, id));
    if (found === null || !maySee(caller, found))
      throw new AppError('transaction_not_found', 'there is no such transaction');
    return found;
  }
}

export function maySee(caller: GatewayPrincipal, { userId }: Pick<Transaction, 'userId'>): boolean {
  return userId === caller.id || may(caller, 'view_others_transactions');
}
