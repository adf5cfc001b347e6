import type { INestApplicationContext } from '@nestjs/common';
import type { CommandOptions } from './command-options.js';
import { TransactionStories } from '../../modules/transaction/support/transaction-story.service.js';
import { toTransactionBody } from '../../surfaces/gateway/transaction/transaction.mapper.js';

/** `npm run admin -- transaction --id I`: the whole story of a transaction, by its id, its payment's or the PaymentIntent's. */
export async function showTransaction(app: INestApplicationContext, { id = '' }: CommandOptions): Promise<object> {
  const { transactions, payment, keys, lines } = await app.get(TransactionStories, { strict: false }).of(id);
  return {
    account_id: transactions[0]?.accountId ?? '',
    payment_id: payment?._id ?? '',
    payment_intent: payment?.providerPaymentId ?? '',
    payment_state: payment?.state ?? '',
    customer: payment?.customerId ?? '',
    stripe_keys: keys.map((key) => ({ key })),
    transactions: transactions.map(toTransactionBody),
    story: lines.map(({ at, where, what }) => ({ at: at.toISOString(), where, what })),
  };
}
