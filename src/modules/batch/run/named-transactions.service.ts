import { Injectable } from '@nestjs/common';
import { invalidRequest } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { TransactionRepository } from '../../transaction/record/transaction.repository.js';
import type { Transaction } from '../../transaction/record/transaction.types.js';
import { maySee } from '../../transaction/verbs/transaction-reader.service.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import type { RowOrder } from '../record/file-batch.types.js';

type Later = Exclude<RowOrder, { kind: 'charge' }>;

/** An order that is retried some hundred times would still be told as ambiguous. */
const MOST_OF_ORDER = 100;

/** Finds what a row captures or refunds (decision G40). */
@Injectable()
export class NamedTransactions {
  constructor(private readonly transactions: TransactionRepository) {}

  /** Returns the id that the row names, or that of the one eligible transaction of its order. Throws AppError validation_failed. */
  async find(caller: GatewayPrincipal, { kind, named }: Later): Promise<string> {
    const { transactionId, orderId } = named;
    if (transactionId !== '') return transactionId;
    if (orderId === '') throw invalidRequest(`a ${kind} needs transaction_id or order_id`);
    const status = kind === 'capture' ? 'authorized' : 'settled';
    const all = await atFailpoint('batch.of_order', () =>
      this.transactions.withOrderId(caller.accountId, orderId, status, MOST_OF_ORDER),
    );
    const [only, ...others] = all.filter((one) => maySee(caller, one) && IS_ELIGIBLE[kind](one));
    if (only !== undefined && others.length === 0) return only._id;
    const found = only === undefined ? 'no transaction' : 'more than one transaction';
    throw invalidRequest(`order_id names ${found} for a ${kind}`);
  }
}

const IS_ELIGIBLE: Readonly<Record<Later['kind'], (row: Transaction) => boolean>> = {
  capture: ({ asked }) => asked === null,
  refund: ({ settledMinor, refundedMinor }) => refundedMinor < settledMinor,
};
