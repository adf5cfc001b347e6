/** Why a bank refuses a payout. https://docs.stripe.com/api/payouts/failures */
export interface PayoutFailure {
  code: string;
  message: string;
}

/** US account numbers that payouts go to, with what comes of them. https://docs.stripe.com/connect/testing#payouts */
const ACCOUNTS = new Map<string, PayoutFailure | null>([
  ['000123456789', null],
  [
    '000111111116',
    {
      code: 'no_account',
      message:
        'The bank account details on file are probably incorrect. No bank account could be located with those details.',
    },
  ],
  ['000111111113', { code: 'account_closed', message: 'The bank account has been closed.' }],
  [
    '000222222227',
    {
      code: 'insufficient_funds',
      message: 'Your Stripe account has insufficient funds to cover the payout.',
    },
  ],
  [
    '000333333335',
    {
      code: 'debit_not_authorized',
      message:
        'Debit transactions are not approved on your bank account. (Stripe requires bank accounts to be set up for both credit and debit payouts.)',
    },
  ],
  [
    '000444444440',
    {
      code: 'invalid_currency',
      message:
        'The bank was unable to process this payout because of its currency. This is probably because the bank account cannot accept payments in that currency.',
    },
  ],
]);

export const PAYOUT_ACCOUNTS: readonly string[] = [...ACCOUNTS.keys()];
export const DEFAULT_PAYOUT_ACCOUNT = '000123456789';

const BY_LAST4 = new Map([...ACCOUNTS].map(([number, failure]) => [number.slice(-4), failure]));

/** What comes of a payout to the test account with these last digits; null if it arrives. */
export function payoutFailure(last4: string): PayoutFailure | null {
  return BY_LAST4.get(last4) ?? null;
}
