import { type Behaviour, type Decline, FRAUDULENT } from './outcome.js';

export interface Block {
  network_code: string;
  reason: string;
}

/** A US test bank account: `pm_usBankAccount_<name>` and its number. */
export interface TestBankAccount {
  name: string;
  number: string;
  behaviour: Behaviour;
}

function account(name: string, number: string, failure: Decline | null = null, more: Behaviour = {}): TestBankAccount {
  return { name: `usBankAccount_${name}`, number, behaviour: { settles: { failure }, ...more } };
}

/** https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test-account-numbers */
const ACCOUNTS: readonly TestBankAccount[] = [
  account('success', '000123456789'),
  account('accountClosed', '000111111113', {
    code: 'account_closed',
    message: 'The bank account has been closed.',
  }),
  account('noAccount', '000111111116', {
    code: 'no_account',
    message: 'The bank account could not be located.',
  }),
  account('insufficientFunds', '000222222227', {
    code: 'insufficient_funds',
    message: 'The bank account has insufficient funds to complete the purchase.',
  }),
  account('debitNotAuthorized', '000333333335', {
    code: 'debit_not_authorized',
    message: 'The customer has notified their bank that this payment was unauthorized.',
  }),
  account('invalidCurrency', '000444444440', {
    code: 'payment_intent_payment_attempt_failed',
    decline_code: 'invalid_currency',
    message: 'The bank was unable to process this transaction because of its currency.',
  }),
  account('failMicrodeposits', '000666666661', null, { microdepositsFail: true }),
  account('dispute', '000555555559', null, { dispute: 'debit_not_authorized' }),
  account('processing', '000000000009', null, { settles: { failure: null, when: 'never' } }),
  account('weeklyLimitExceeded', '000777777771', {
    code: 'charge_exceeds_source_limit',
    message: 'This payment exceeds the amount that the account may pay in a week.',
  }),
  account('riskLevelHighest', '000000004954', null, { decline: FRAUDULENT, risk: 'highest' }),
];

/**
 * What the network says of an account that cannot be debited again, shown in its `status_details.blocked`.
 * https://docs.stripe.com/payments/ach-direct-debit/blocked-bank-accounts
 */
const BLOCKS: Record<string, Block> = {
  account_closed: { network_code: 'R02', reason: 'bank_account_closed' },
  no_account: { network_code: 'R03', reason: 'bank_account_invalid_details' },
  debit_not_authorized: { network_code: 'R10', reason: 'debit_not_authorized' },
};

/** The block that follows a failed debit; undefined if the account may be tried again. */
export function blockAfter(failure: Decline): Block | undefined {
  return Object.hasOwn(BLOCKS, failure.code) ? BLOCKS[failure.code] : undefined;
}

const BY_NAME = new Map(ACCOUNTS.map((entry) => [entry.name, entry]));
const BY_NUMBER = new Map(ACCOUNTS.map((entry) => [entry.number, entry]));

export function bankAccountByToken(token: string): TestBankAccount | undefined {
  return BY_NAME.get(token.replace(/^pm_/, ''));
}

/** One of Stripe's test numbers, or any other: its debits succeed (ruling 34). */
export function bankAccountByNumber(number: string): TestBankAccount {
  return BY_NUMBER.get(number) ?? account('success', number);
}

export function bankBehaviourOf(name: string): Behaviour | undefined {
  return BY_NAME.get(name)?.behaviour;
}

/** The check digit of an ABA routing number. */
export function isRoutingNumber(number: string): boolean {
  if (!/^\d{9}$/.test(number)) return false;
  const weights = [3, 7, 1];
  let sum = 0;
  for (const [index, digit] of number.split('').entries()) sum += Number(digit) * (weights[index % 3] ?? 0);
  return sum % 10 === 0;
}
