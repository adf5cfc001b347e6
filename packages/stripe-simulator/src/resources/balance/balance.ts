import type { Stripe } from 'stripe';
import { invalidRequest, missing } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { World } from '../../world.js';
import { balanceOf } from './balance.book.js';

const retrieve = operation<Stripe.BalanceRetrieveParams>({
  method: 'GET',
  path: '/v1/balance',
  run: ({ world }) => balanceOf(world),
});

const retrieveTransaction = operation<Stripe.BalanceTransactionRetrieveParams>({
  method: 'GET',
  path: '/v1/balance_transactions/:id',
  run({ world, path }) {
    const transaction = world.tables.balanceTransaction.get(path['id'] ?? '');
    if (transaction === undefined) throw missing('balance transaction', path['id'] ?? '', 'id');
    return transaction;
  },
});

/** Refuses payouts that Stripe cannot itemise. */
function checkItemised(world: World, id: string): void {
  const payout = world.tables.payout.get(id);
  if (payout === undefined) throw missing('payout', id, 'payout', 400);
  if (payout.automatic) return;
  throw invalidRequest('Balance transaction history can only be filtered on automatic transfers, not manual.', {
    param: 'payout',
  });
}

const listTransactions = operation<Stripe.BalanceTransactionListParams>({
  method: 'GET',
  path: '/v1/balance_transactions',
  run({ world, params }) {
    const { currency, payout, source, type } = params;
    if (payout !== undefined) checkItemised(world, payout);
    const { balanceTransaction, payoutEntry } = world.tables;
    return list(
      {
        table: balanceTransaction,
        what: 'balance transaction',
        url: '/v1/balance_transactions',
        ...(payout === undefined ? {} : { ids: payoutEntry.ids('payout', payout) }),
        index: source === undefined ? undefined : ['source', source],
        keep: (transaction) =>
          (source === undefined || transaction.source === source) &&
          (type === undefined || transaction.type === type) &&
          (currency === undefined || transaction.currency === currency.toLowerCase()),
      },
      params,
    );
  },
});

export const balanceOperations = [retrieve, retrieveTransaction, listTransactions];
