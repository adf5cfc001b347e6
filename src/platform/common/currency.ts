import table from './currencies.json';

/** Stripe's rules for the amounts of one currency, in its minor units. Source: the table's `source`. */
export interface CurrencyRule {
  /** Digits after the point when a person reads the amount. */
  readonly decimals: number;
  /** Amounts are whole multiples of it: fils end in 0, krónur and Ugandan shillings are whole hundreds. */
  readonly multiple?: number;
  /** The least charge of an account that settles in this currency; absent where Stripe publishes none. */
  readonly minimum?: number;
  /** The greatest charge, where it is not MAX_AMOUNT_MINOR. */
  readonly maximum?: number;
}

const RULES: ReadonlyMap<string, CurrencyRule> = new Map(Object.entries<CurrencyRule>(table.currencies));

/** Stripe's upper bound of a charge in most currencies: eight digits. */
const MAX_AMOUNT_MINOR = 99_999_999;

/** The greatest amount of any currency, for rules that do not know the currency yet. Today's is the rupiah's. */
export const GREATEST_AMOUNT_MINOR = Math.max(...[...RULES.values()].map(({ maximum }) => maximum ?? MAX_AMOUNT_MINOR));

/** Returns the rule of a lower-case ISO 4217 code, or undefined when Stripe does not charge in it. */
export function currencyRule(code: string): CurrencyRule | undefined {
  return RULES.get(code);
}

/** Returns why Stripe never charges this amount, whatever the account and the method, or null. */
export function whyNotChargeable(amountMinor: number, currency: string): string | null {
  const rule = currencyRule(currency);
  if (rule === undefined) return 'currency must be a lower-case ISO 4217 code that can be charged';
  const { multiple = 1, maximum = MAX_AMOUNT_MINOR } = rule;
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 1 || amountMinor > maximum) {
    return `amount must be a whole number of minor units from 1 to ${maximum}`;
  }
  if (amountMinor % multiple === 0) return null;
  return multiple === 10 ? `amount in ${currency} must end in 0` : `amount in ${currency} must be whole hundreds`;
}

/**
 * Returns why an amount is below the least that Stripe publishes for its currency, or null. Stripe refuses it for cards;
 * some other methods take less, and where no minimum is published the one of the account's own currency holds, converted.
 */
export function whyTooSmall(amountMinor: number, currency: string): string | null {
  const minimum = currencyRule(currency)?.minimum ?? 1;
  return amountMinor < minimum ? `amount in ${currency} must be at least ${minimum}, Stripe’s minimum` : null;
}
