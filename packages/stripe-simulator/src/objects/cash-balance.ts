export type TransferType =
  'eu_bank_transfer' | 'gb_bank_transfer' | 'jp_bank_transfer' | 'mx_bank_transfer' | 'us_bank_transfer';

/** Money that a customer sent by bank transfer and that no payment has taken yet, by currency. The id is the customer's. */
export interface CashBalance {
  id: string;
  available: Record<string, number>;
}

/** One movement of that money. */
export interface CashBalanceTransaction {
  id: string;
  object: 'customer_cash_balance_transaction';
  applied_to_payment?: { payment_intent: string };
  created: number;
  currency: string;
  customer: string;
  customer_account: null;
  ending_balance: number;
  funded?: { bank_transfer: FundedTransfer };
  livemode: false;
  net_amount: number;
  refunded_from_payment?: { refund: string };
  type: 'applied_to_payment' | 'funded' | 'refunded_from_payment' | 'unapplied_from_payment';
  unapplied_from_payment?: { payment_intent: string };
}

export interface FundedTransfer {
  eu_bank_transfer?: { bic: string; iban_last4: string; sender_name: string };
  gb_bank_transfer?: { account_number_last4: string; sender_name: string; sort_code: string };
  jp_bank_transfer?: { sender_bank: string; sender_branch: string; sender_name: string };
  reference: string | null;
  type: TransferType;
  us_bank_transfer?: { network: 'ach'; sender_name: string };
}

/** What the payer is told: how much is still missing, and where to send it. */
export interface TransferInstructions {
  amount_remaining: number;
  currency: string;
  financial_addresses: FinancialAddress[];
  hosted_instructions_url: null;
  reference: string;
  type: TransferType;
}

export interface FinancialAddress {
  supported_networks: string[];
  type: 'aba' | 'iban' | 'sort_code' | 'spei' | 'zengin';
  [details: string]: unknown;
}
