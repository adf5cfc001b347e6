import { invalidRequest, missingParam } from '../../api/errors.js';
import type {
  FinancialAddress,
  FundedTransfer,
  TransferInstructions,
  TransferType,
} from '../../objects/cash-balance.js';
import { NO_ADDRESS } from '../../objects/common.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { World } from '../../world.js';

/** https://docs.stripe.com/payments/bank-transfers: which transfer brings which currency. */
const TRANSFERS: Readonly<Record<string, TransferType>> = {
  eur: 'eu_bank_transfer',
  gbp: 'gb_bank_transfer',
  jpy: 'jp_bank_transfer',
  mxn: 'mx_bank_transfer',
  usd: 'us_bank_transfer',
};

const SENDER = 'Test sender';

/** The transfer of a currency, or Stripe's 400. */
export function transferOf(currency: string): TransferType {
  const type = TRANSFERS[currency];
  if (type !== undefined) return type;
  throw invalidRequest(
    `The currency ${currency} is not supported for bank transfers. It must be one of: ${Object.keys(TRANSFERS).join(', ')}.`,
    { param: 'currency' },
  );
}

/** Throws Stripe's 400 unless the intent says that it is paid by a bank transfer of its currency. */
export function checkTransfer(intent: PaymentIntent): void {
  if (intent.customer === null) throw missingParam('customer');
  const at = 'payment_method_options[customer_balance]';
  const asked = intent.payment_method_options.customer_balance;
  if (asked?.funding_type !== 'bank_transfer') throw missingParam(`${at}[funding_type]`);
  if (asked.bank_transfer === undefined) throw missingParam(`${at}[bank_transfer][type]`);
  const wanted = transferOf(intent.currency);
  if (asked.bank_transfer.type === wanted) return;
  throw invalidRequest(`The bank transfer type for the currency ${intent.currency} must be ${wanted}.`, {
    param: `${at}[bank_transfer][type]`,
  });
}

/** Where to send `amount`: always the same account for the same customer. */
export function instructions(world: World, intent: PaymentIntent, amount: number): TransferInstructions {
  const of = intent.customer ?? intent.id;
  return {
    amount_remaining: amount,
    currency: intent.currency,
    financial_addresses: [addressOf(world, of, transferOf(intent.currency))],
    hosted_instructions_url: null,
    reference: world.ids.of(`transfer|${of}|${intent.currency}`, 12).toUpperCase(),
    type: transferOf(intent.currency),
  };
}

/** A transfer that arrived, as the simulated sender made it. */
export function arrivedTransfer(currency: string, reference: string | null): FundedTransfer {
  const type = transferOf(currency);
  const details = {
    eu_bank_transfer: { bic: 'TESTDEFFXXX', iban_last4: '3000', sender_name: SENDER },
    gb_bank_transfer: { account_number_last4: '6789', sender_name: SENDER, sort_code: '108800' },
    jp_bank_transfer: { sender_bank: 'Test bank', sender_branch: 'Test branch', sender_name: SENDER },
    mx_bank_transfer: undefined,
    us_bank_transfer: { network: 'ach' as const, sender_name: SENDER },
  }[type];
  return { ...(details === undefined ? {} : { [type]: details }), reference, type };
}

function addressOf(world: World, customer: string, type: TransferType): FinancialAddress {
  const number = (digits: number) => digitsOf(world.ids.of(`account|${customer}|${type}`, digits));
  const holder = { account_holder_address: NO_ADDRESS, account_holder_name: 'Test merchant', bank_address: NO_ADDRESS };
  const bank_name = 'STRIPE TEST BANK';
  switch (type) {
    case 'eu_bank_transfer':
      return {
        iban: { ...holder, bic: 'TESTDEFFXXX', country: 'DE', iban: `DE00${number(18)}` },
        supported_networks: ['sepa'],
        type: 'iban',
      };
    case 'gb_bank_transfer':
      return {
        sort_code: { ...holder, account_number: number(8), sort_code: '108800' },
        supported_networks: ['fps', 'bacs', 'chaps'],
        type: 'sort_code',
      };
    case 'jp_bank_transfer':
      return {
        supported_networks: ['zengin'],
        type: 'zengin',
        zengin: {
          ...holder,
          account_number: number(7),
          account_type: 'futsu',
          bank_code: '9999',
          bank_name,
          branch_code: '999',
          branch_name: 'TEST',
        },
      };
    case 'mx_bank_transfer':
      return {
        spei: { ...holder, bank_code: '999', bank_name, clabe: number(18) },
        supported_networks: ['spei'],
        type: 'spei',
      };
    case 'us_bank_transfer':
      return {
        aba: {
          ...holder,
          account_number: number(12),
          account_type: 'checking',
          bank_name,
          routing_number: '110000000',
        },
        supported_networks: ['ach', 'domestic_wire_us'],
        type: 'aba',
      };
  }
}

/** Letters and digits as digits, so that an account number comes from the seed like any id. */
function digitsOf(letters: string): string {
  return letters.replace(/\D/g, (letter) => String(letter.charCodeAt(0) % 10));
}
