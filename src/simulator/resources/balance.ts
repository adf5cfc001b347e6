import type { Stripe } from 'stripe';
import { missing } from '../api/errors.js';
import { list } from '../api/list.js';
import { operation } from '../api/operation.js';

/** Money counts as available at once; what Stripe calls pending is left at nothing. */
const retrieve = operation<Stripe.BalanceRetrieveParams>({
  method: 'GET',
  path: '/v1/balance',
  run({ world }) {
    const totals = [...world.tables.balance.oldest()];
    if (totals.length === 0) totals.push({ id: 'usd', available: 0 });
    return {
      object: 'balance',
      available: totals.map((total) => entry(total.available, total.id)),
      livemode: false,
      pending: totals.map((total) => entry(0, total.id)),
      refund_and_dispute_prefunding: { available: [entry(0, 'usd')], pending: [entry(0, 'usd')] },
    };
  },
});

function entry(amount: number, currency: string) {
  return { amount, currency, source_types: { card: amount } };
}

const retrieveTransaction = operation<Stripe.BalanceTransactionRetrieveParams>({
  method: 'GET',
  path: '/v1/balance_transactions/:id',
  run({ world, path }) {
    const transaction = world.tables.balanceTransaction.get(path['id'] ?? '');
    if (transaction === undefined) throw missing('balance transaction', path['id'] ?? '', 'id');
    return transaction;
  },
});

const listTransactions = operation<Stripe.BalanceTransactionListParams>({
  method: 'GET',
  path: '/v1/balance_transactions',
  run: ({ world, params }) =>
    list(
      {
        table: world.tables.balanceTransaction,
        what: 'balance transaction',
        url: '/v1/balance_transactions',
        index: params.source === undefined ? undefined : ['source', params.source],
        keep: (transaction) =>
          (params.type === undefined || transaction.type === params.type) &&
          (params.currency === undefined || transaction.currency === params.currency),
      },
      params,
    ),
});

export const balanceOperations = [retrieve, retrieveTransaction, listTransactions];
