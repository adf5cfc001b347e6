import { invalidRequest } from '../../api/errors.js';
import {
  bankAccountByNumber,
  bankAccountByToken,
  isRoutingNumber,
  type TestBankAccount,
} from '../../cards/bank-accounts.js';
import { bankOf, isIban, isSepaCountry, plainIban } from '../../cards/iban.js';
import { ibanByNumber, ibanByToken, type TestIban } from '../../cards/test-ibans.js';
import type { PaymentMethod, UsBankAccountDetails } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { type About, frame, storeMethod } from './payment-method.make.js';

/** The routing number of Stripe's test bank. */
const TEST_ROUTING_NUMBER = '110000000';

export interface NewBankAccount {
  account: TestBankAccount;
  routingNumber: string;
  holderType: string;
  accountType: string;
  /** Its owner is known, as with Stripe's test tokens. */
  verified?: true;
}

export function bankAccountFromNumber(sent: {
  account_number: string;
  routing_number: string;
  account_holder_type?: string | undefined;
  account_type?: string | undefined;
}): NewBankAccount {
  if (!isRoutingNumber(sent.routing_number)) {
    throw invalidRequest('You must use a valid routing number.', {
      code: 'routing_number_invalid',
      param: 'us_bank_account[routing_number]',
    });
  }
  return {
    account: bankAccountByNumber(sent.account_number),
    routingNumber: sent.routing_number,
    holderType: sent.account_holder_type ?? 'individual',
    accountType: sent.account_type ?? 'checking',
  };
}

/** Stores a new US bank account as a PaymentMethod. */
export function makeBankAccount(world: World, made: NewBankAccount, about: About = {}): PaymentMethod {
  const details: UsBankAccountDetails = {
    account_holder_type: made.holderType,
    account_type: made.accountType,
    bank_name: 'STRIPE TEST BANK',
    financial_connections_account: null,
    fingerprint: world.ids.of(`bank|${made.routingNumber}|${made.account.number}`, 16),
    last4: made.account.number.slice(-4),
    networks: { preferred: 'ach', supported: ['ach'] },
    routing_number: made.routingNumber,
    status_details: {},
  };
  return storeMethod(
    world,
    made.account.name,
    { ...frame(world, about), type: 'us_bank_account', us_bank_account: details },
    made.verified === true ? { verified: true } : {},
  );
}

/** The bank account of a token such as `pm_usBankAccount_success` or `pm_success_de`; undefined if there is none. */
export function makeAccountOfToken(world: World, token: string): PaymentMethod | undefined {
  const iban = ibanByToken(token);
  if (iban !== undefined) return makeSepaDebit(world, iban);
  const account = bankAccountByToken(token);
  if (account === undefined) return undefined;
  return makeBankAccount(world, {
    account,
    routingNumber: TEST_ROUTING_NUMBER,
    holderType: 'individual',
    accountType: 'checking',
    ...(account.behaviour.microdepositsFail === true ? {} : { verified: true }),
  });
}

/** The account of an IBAN in a request, or Stripe's 400. */
export function sepaFromIban(sent: string): TestIban {
  const iban = plainIban(sent);
  if (/^[A-Z]{2}\d{2}/.test(iban) && !isSepaCountry(iban)) {
    throw invalidRequest('This IBAN is of a country that SEPA Direct Debit does not reach.', {
      code: 'sepa_unsupported_account',
      param: 'sepa_debit[iban]',
    });
  }
  if (!isIban(iban)) {
    throw invalidRequest('The IBAN you entered is invalid.', {
      code: 'invalid_bank_account_iban',
      param: 'sepa_debit[iban]',
    });
  }
  return ibanByNumber(iban);
}

/** Stores a new SEPA account as a PaymentMethod. */
export function makeSepaDebit(world: World, account: TestIban, about: About = {}): PaymentMethod {
  const { bank, branch } = bankOf(account.iban);
  return storeMethod(world, account.name, {
    ...frame(world, about),
    sepa_debit: {
      bank_code: bank,
      branch_code: branch,
      country: account.iban.slice(0, 2),
      fingerprint: world.ids.of(`iban|${account.iban}`, 16),
      generated_from: null,
      last4: account.iban.slice(-4),
    },
    type: 'sepa_debit',
  });
}
