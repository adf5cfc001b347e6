import type { Stripe } from 'stripe';
import { invalidRequest, missing } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import { checkCurrency } from '../../cards/currency.js';
import { cashBalanceView, receiveTransfer } from './cash-balance.js';
import { customerInPath } from '../customers/customers.js';

/** The SDK has this type and does not export it. */
type CustomerFundCashBalanceParams = Parameters<Stripe['testHelpers']['customers']['fundCashBalance']>[1];

const fund = operation<CustomerFundCashBalanceParams>({
  method: 'POST',
  path: '/v1/test_helpers/customers/:customer/fund_cash_balance',
  run({ world, path, params }) {
    const customer = customerInPath(world, path['customer']);
    if (params.amount < 1) {
      throw invalidRequest('This value must be greater than or equal to 1.', {
        code: 'parameter_invalid_integer',
        param: 'amount',
      });
    }
    return receiveTransfer(world, customer.id, {
      amount: params.amount,
      currency: checkCurrency(params.currency),
      reference: params.reference ?? null,
    });
  },
});

const retrieve = operation<Stripe.CustomerRetrieveCashBalanceParams>({
  method: 'GET',
  path: '/v1/customers/:customer/cash_balance',
  run: ({ world, path }) => cashBalanceView(world, customerInPath(world, path['customer']).id),
});

const retrieveTransaction = operation<Stripe.CustomerRetrieveCashBalanceTransactionParams>({
  method: 'GET',
  path: '/v1/customers/:customer/cash_balance_transactions/:transaction',
  run({ world, path }) {
    const customer = customerInPath(world, path['customer']);
    const id = path['transaction'] ?? '';
    const found = world.tables.cashBalanceTransaction.get(id);
    if (found?.customer !== customer.id) throw missing('customer_cash_balance_transaction', id, 'transaction');
    return found;
  },
});

const listTransactions = operation<Stripe.CustomerListCashBalanceTransactionsParams>({
  method: 'GET',
  path: '/v1/customers/:customer/cash_balance_transactions',
  run({ world, path, params }) {
    const customer = customerInPath(world, path['customer']);
    return list(
      {
        table: world.tables.cashBalanceTransaction,
        what: 'customer_cash_balance_transaction',
        url: `/v1/customers/${customer.id}/cash_balance_transactions`,
        index: ['customer', customer.id],
      },
      params,
    );
  },
});

export const cashBalanceOperations = [fund, retrieve, retrieveTransaction, listTransactions];
