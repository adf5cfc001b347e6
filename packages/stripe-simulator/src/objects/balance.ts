export interface BalanceTransaction {
  id: string;
  object: 'balance_transaction';
  amount: number;
  available_on: number;
  balance_type: 'payments';
  created: number;
  currency: string;
  description: string | null;
  exchange_rate: null;
  fee: number;
  fee_details: { amount: number; application: null; currency: string; description: string; type: string }[];
  net: number;
  reporting_category: string;
  source: string;
  status: 'available' | 'pending';
  type: string;
}

/** The account's money in one currency; the id is the currency. */
export interface BalanceTotal {
  id: string;
  available: number;
  pending: number;
}

/** As `GET /v1/balance` shows it and as `balance.available` carries it. It has no id. */
export interface Balance {
  object: 'balance';
  available: BalanceAmount[];
  livemode: false;
  pending: BalanceAmount[];
  refund_and_dispute_prefunding: { available: BalanceAmount[]; pending: BalanceAmount[] };
}

export interface BalanceAmount {
  amount: number;
  currency: string;
  source_types: { card: number };
}
