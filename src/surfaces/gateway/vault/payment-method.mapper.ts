import type {
  BankAccountChange,
  CardChange,
  NewBankAccount,
  TokenChange,
} from '../../../modules/customer/record/new-method.types.js';
import type { AskedMethod } from '../../../modules/customer/record/new-method.types.js';
import type { MethodFlag, VaultBankAccount } from '../../../modules/customer/record/payment-method.types.js';
import { invalidRequest } from '../../../platform/common/app-error.js';
import { EXPIRY } from './card-fields.js';
import type {
  ApplePayFields,
  BankAccountFields,
  CardFields,
  DefaultPaymentFields,
  NewBankAccountFields,
  NewCardFields,
  TokenFields,
} from './payment-method.dto.js';

const KINDS = ['card', 'ach', 'token', 'apple_pay', 'google_pay_token'] as const;

/** @returns undefined when it names none of the kinds. Throws AppError validation_failed when it names several. */
export function toDefaultMethod(fields: DefaultPaymentFields | undefined): AskedMethod | undefined {
  if (fields === undefined) return undefined;
  if (KINDS.filter((kind) => fields[kind] !== undefined).length > 1)
    throw invalidRequest(`default_payment must have only one of ${KINDS.join(', ')}`);
  if (fields.card !== undefined) return toNewCard(fields.card, 'default_payment.card.');
  if (fields.ach !== undefined) return toNewBankAccount(fields.ach);
  if (fields.token !== undefined) return toNewToken(fields.token);
  if (fields.apple_pay !== undefined) return toApplePay(fields.apple_pay, 'default_payment.apple_pay.');
  return fields.google_pay_token === undefined ? undefined : toGooglePay(fields.google_pay_token);
}

/** @param path in front of the fields' names in messages */
export function toNewCard(fields: NewCardFields, path = ''): AskedMethod {
  const number = numberOf(fields, path);
  if (number === undefined) throw invalidRequest(`${path}number is required`);
  return { kind: 'card', card: { number, ...toExpiry(fields.expiration_date) } };
}

export function toNewBankAccount(fields: NewBankAccountFields): AskedMethod {
  return { kind: 'ach', account: toAccount(fields) };
}

export function toNewToken(token: string): AskedMethod {
  return { kind: 'token', token, wallet: null };
}

/** @param path in front of the fields' names in messages */
export function toApplePay({ temporary_token, pkpaymenttoken }: ApplePayFields, path = ''): AskedMethod {
  const payload = temporary_token ?? pkpaymenttoken;
  if (payload === undefined || (temporary_token !== undefined && pkpaymenttoken !== undefined))
    throw invalidRequest(`${path}temporary_token or ${path}pkpaymenttoken is required, and not both`);
  return { kind: 'wallet', wallet: 'apple_pay', payload };
}

export function toGooglePay(payload: object | string): AskedMethod {
  return { kind: 'wallet', wallet: 'google_pay', payload };
}

export function toCardChange(fields: CardFields): CardChange {
  const { expiration_date, flags } = fields;
  return {
    number: numberOf(fields),
    expiry: expiration_date === undefined ? undefined : toExpiry(expiration_date),
    flags: toFlags(flags),
  };
}

export function toBankAccountChange(fields: BankAccountFields): BankAccountChange {
  return {
    accountNumber: fields.account_number,
    routingNumber: fields.routing_number,
    accountType: fields.account_type as VaultBankAccount['accountType'] | undefined,
    secCode: fields.sec_code as VaultBankAccount['secCode'] | undefined,
    flags: toFlags(fields.flags),
  };
}

export function toTokenChange({ token, flags }: TokenFields): TokenChange {
  return { token, flags: toFlags(flags) };
}

/** Whichever name it came under. Throws AppError validation_failed when the two names say two numbers. */
function numberOf({ number, card_number }: Pick<CardFields, 'number' | 'card_number'>, path = ''): string | undefined {
  if (number !== undefined && card_number !== undefined && number !== card_number)
    throw invalidRequest(`${path}card_number must be the same as ${path}number`);
  return number ?? card_number;
}

/** The words are those of the rules. */
function toAccount(fields: NewBankAccountFields): NewBankAccount {
  return {
    accountNumber: fields.account_number,
    routingNumber: fields.routing_number,
    accountType: fields.account_type as VaultBankAccount['accountType'],
    secCode: fields.sec_code as VaultBankAccount['secCode'],
  };
}

function toFlags(flags: string[] | undefined): readonly MethodFlag[] | undefined {
  return flags === undefined ? undefined : [...new Set(flags as MethodFlag[])];
}

/** `MMYY` or `MM/YY`, of this century. */
export function toExpiry(text: string): { expiryMonth: number; expiryYear: number } {
  const [, month = '', year = ''] = EXPIRY.exec(text) ?? [];
  return { expiryMonth: Number(month), expiryYear: 2000 + Number(year) };
}
