import type { Behaviour, Decline } from './outcome.js';

/** A US test bank account: `pm_usBankAccount_<name>` and its number. */
export interface TestBankAccount {
  name: string;
  number: string;
  behaviour: Behaviour;
}

function account(name: string, number: string, failure: Decline | null = null): TestBankAccount {
  return { name: `usBankAccount_${name}`, number, behaviour: { settles: { failure } } };
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
];

const BY_NAME = new Map(ACCOUNTS.map((entry) => [entry.name, entry]));
const BY_NUMBER = new Map(ACCOUNTS.map((entry) => [entry.number, entry]));

export function bankAccountByToken(token: string): TestBankAccount | undefined {
  return BY_NAME.get(token.replace(/^pm_/, ''));
}

/** One of Stripe's test numbers, or any other: its debits succeed (RULINGS 34). */
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
