import type { BalanceTotal, BalanceTransaction } from '../src/objects/balance.js';
import { adoptOldTotals, balanceOf } from '../src/resources/balance/balance.book.js';
import { UNDISTURBED } from '../src/webhooks/disturbance.js';
import { World } from '../src/world.js';

function world(): World {
  return new World('2026-10-28.endive', 'old', {
    raw_cards: false,
    save_unexpected_state: true,
    verify_bank_accounts: false,
    rate_limits: null,
    search_lag_ms: 2_000,
    payout_schedule: 'manual',
    payout_account: '000123456789',
    webhooks: UNDISTURBED,
  });
}

function transaction(id: string, currency: string, net: number, available_on: number): BalanceTransaction {
  return {
    id,
    object: 'balance_transaction',
    amount: net,
    available_on,
    balance_type: 'payments',
    created: 1_700_000_000,
    currency,
    description: null,
    exchange_rate: null,
    fee: 0,
    fee_details: [],
    net,
    reporting_category: 'charge',
    source: 'ch_1',
    status: 'pending',
    type: 'charge',
  };
}

describe('a journal from before money could be pending', () => {
  it('gets its totals from its transactions, and the days on which they become available', () => {
    const old = world();
    const put = (row: BalanceTransaction) => old.store.put(old.tables.balanceTransaction, row);
    put(transaction('txn_1', 'usd', 1911, 1_700_172_800));
    put(transaction('txn_2', 'usd', -500, 1_700_172_800));
    put(transaction('txn_3', 'eur', 42, 1_700_259_200));
    // Release 0.1.0 kept one number for each currency.
    for (const [id, available] of [
      ['usd', 1411],
      ['eur', 42],
    ] as const) {
      old.store.put(old.tables.balance, { id, available } as BalanceTotal);
    }
    adoptOldTotals(old);
    expect(balanceOf(old)).toMatchObject({
      available: [
        { amount: 0, currency: 'usd' },
        { amount: 0, currency: 'eur' },
      ],
      pending: [
        { amount: 1411, currency: 'usd' },
        { amount: 42, currency: 'eur' },
      ],
    });
    const planned = [...old.tables.job.oldest()].map(({ at, kind, ref }) => ({ at, kind, ref }));
    expect(planned).toEqual([
      { at: 1_700_172_800_000, kind: 'settle_day', ref: '1700172800' },
      { at: 1_700_259_200_000, kind: 'settle_day', ref: '1700259200' },
    ]);
    old.close();
  });

  it('is left alone when it knows both numbers', () => {
    const current = world();
    current.store.put(current.tables.balance, { id: 'usd', available: 7, pending: 8 });
    adoptOldTotals(current);
    expect(current.tables.balance.get('usd')).toEqual({ id: 'usd', available: 7, pending: 8 });
    expect([...current.tables.job.oldest()]).toEqual([]);
    current.close();
  });
});
