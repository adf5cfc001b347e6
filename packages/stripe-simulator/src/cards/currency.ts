import { invalidRequest } from '../api/errors.js';
import table from './currencies.json';

/** Amounts are in the currency's smallest unit. */
interface CurrencyRule {
  readonly decimals: number;
  readonly multiple?: number;
  readonly payoutMultiple?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const RULES: ReadonlyMap<string, CurrencyRule> = new Map(Object.entries<CurrencyRule>(table.currencies));

/** Eight digits, where the table names no other bound. */
const MAXIMUM = 99_999_999;

/** The currency in Stripe's lower case, or its 400. */
export function checkCurrency(sent: string): string {
  const currency = sent.toLowerCase();
  if (RULES.has(currency)) return currency;
  throw invalidRequest(
    `Invalid currency: ${sent.toLowerCase()}. Stripe currently supports these currencies: ${[...RULES.keys()].join(', ')}`,
    { param: 'currency' },
  );
}

/** The least that can be paid, in the currency's smallest unit. */
export function minimumAmount(currency: string): number {
  return RULES.get(currency)?.minimum ?? 1;
}

/** Stripe's bounds of a payment, in the currency's smallest unit. */
export function checkAmount(amount: number, currency: string): void {
  if (amount < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  const minimum = minimumAmount(currency);
  if (amount < minimum) {
    throw invalidRequest(`Amount must be at least ${formatted(minimum, currency)} ${currency}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  const maximum = RULES.get(currency)?.maximum ?? MAXIMUM;
  if (amount > maximum) {
    throw invalidRequest(`Amount must be no more than ${formatted(maximum, currency)} ${currency}`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
  checkMultiple(amount, currency);
}

/** Refuses fractions that the currency does not have: of a payment, a capture or a refund. */
export function checkMultiple(amount: number, currency: string, param = 'amount'): void {
  refuseRemainder(amount, currency, RULES.get(currency)?.multiple, param);
}

/** Forints and Taiwan dollars are paid by the cent and paid out whole. */
export function checkPayoutMultiple(amount: number, currency: string): void {
  const rule = RULES.get(currency);
  refuseRemainder(amount, currency, rule?.payoutMultiple ?? rule?.multiple, 'amount');
}

function refuseRemainder(amount: number, currency: string, multiple = 1, param: string): void {
  if (amount % multiple === 0) return;
  throw invalidRequest(`Amounts in ${currency} must be evenly divisible by ${multiple}.`, { param });
}

/** `1999, 'usd'` → `$19.99`. The decimals are Stripe's: Intl's differ for the forint and thirteen others. */
export function formatted(amount: number, currency: string): string {
  const decimals = RULES.get(currency)?.decimals ?? 2;
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(amount / 10 ** decimals);
}
