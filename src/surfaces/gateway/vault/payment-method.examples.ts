/** Examples for Swagger UI: each variant of a body once. */

const NUMBER = '4111111111111111';

export const CARD_EXAMPLES = {
  card: { summary: 'a card', value: { number: NUMBER, expiration_date: '1230' } },
  slash: { summary: 'the date with a slash', value: { number: '5555555555554444', expiration_date: '12/30' } },
};

export const CARD_CHANGE_EXAMPLES = {
  date: { summary: 'only the date: the same card', value: { expiration_date: '12/31' } },
  flags: { summary: 'date and flags', value: { expiration_date: '12/31', flags: ['surcharge_exempt'] } },
  number: { summary: 'another card under the same id', value: { number: NUMBER, expiration_date: '1230' } },
  none: { summary: 'no flags any more', value: { flags: [] } },
};

const ACCOUNT = { account_number: '999999', routing_number: '490000018', account_type: 'checking', sec_code: 'web' };

export const ACH_EXAMPLES = { account: { summary: 'a bank account', value: ACCOUNT } };

export const ACH_CHANGE_EXAMPLES = {
  account: { summary: 'another account under the same id', value: ACCOUNT },
  kind: { summary: 'the same account', value: { account_type: 'savings', sec_code: 'ppd' } },
  flags: { summary: 'flags', value: { flags: ['closed_contact'] } },
};

export const TOKEN_EXAMPLES = {
  card: { summary: 'a card', value: { token: 'pm_card_visa' } },
  once: { summary: 'a card, by a token that works once', value: { token: 'tok_visa' } },
  account: { summary: 'a bank account', value: { token: 'pm_usBankAccount_success' } },
};

export const TOKEN_CHANGE_EXAMPLES = {
  token: { summary: 'another card under the same id', value: { token: 'pm_card_mastercard' } },
  flags: { summary: 'flags', value: { flags: ['contact'] } },
};

const APPLE = { key_id: 'b89ffdqj8m0o735i19i0', processor_id: '' };
const PKPAYMENTTOKEN = { paymentData: { version: 'EC_v1', data: '…', signature: '…' }, transactionIdentifier: '2f0e…' };
const GOOGLE = '{"signature":"...","protocolVersion":"ECv2","signedMessage":"..."}';

export const APPLE_PAY_EXAMPLES = {
  walletjs: { summary: 'from WalletJS', value: { ...APPLE, temporary_token: '4fHqW0aQ2mS9xYb7ZtK1cV3nR' } },
  applepayjs: { summary: 'from Apple Pay JS', value: { ...APPLE, pkpaymenttoken: PKPAYMENTTOKEN } },
};

export const GOOGLE_PAY_EXAMPLES = {
  text: { summary: 'as a text', value: { google_pay_token: GOOGLE } },
  object: { summary: 'as an object', value: { google_pay_token: JSON.parse(GOOGLE) as object } },
};

/** Examples of `default_payment`, one for each kind. */
export const DEFAULT_PAYMENT_EXAMPLES = {
  card: { summary: 'with a card', value: { default_payment: { card: CARD_EXAMPLES.slash.value } } },
  formatted: {
    summary: 'with a card and an id made of it',
    value: { id_format: 'xid_type_last4', default_payment: { card: CARD_EXAMPLES.card.value } },
  },
  ach: { summary: 'with a bank account', value: { default_payment: { ach: ACCOUNT } } },
  token: { summary: 'with a token', value: { default_payment: { token: 'pm_card_visa' } } },
  apple_pay: {
    summary: 'with Apple Pay',
    value: { default_payment: { apple_pay: APPLE_PAY_EXAMPLES.walletjs.value } },
  },
  google_pay: { summary: 'with Google Pay', value: { default_payment: { google_pay_token: GOOGLE } } },
};
