/**
 * Percentages are whole thousandths of one percent: 10 % is 10000. Rates written as decimals become the same, so that one
 * formula serves both (contract gateway 1.6, formulas P and R).
 */

const HUNDRED_PERCENT = 100_000n;
const RATE_DECIMALS = 3;
const QUANTITY_UNITS = 100;

/** `10`, `10.25`, `8.875`: a percentage of at most three decimals. */
export const RATE_PATTERN = /^\d{1,3}(\.\d{1,3})?$/;

/** Returns the thousandths of a percent that a decimal rate means, exactly. Throws for what RATE_PATTERN refuses. */
export function rateOf(decimal: string): bigint {
  if (!RATE_PATTERN.test(decimal)) throw new Error('not a rate');
  const [whole = '', decimals = ''] = decimal.split('.');
  return BigInt(whole + decimals.padEnd(RATE_DECIMALS, '0'));
}

/** Returns the hundredths that a quantity of at most two decimals means; null for any other number. */
export function quantityOf(quantity: number): bigint | null {
  const units = Math.round(quantity * QUANTITY_UNITS);
  // A quantity is the double nearest to its decimal, and so is this quotient: equal exactly when there are two decimals.
  return units >= 0 && Number.isSafeInteger(units) && units / QUANTITY_UNITS === quantity ? BigInt(units) : null;
}

/** Returns the share of a base, in whole minor units. */
export function shareOf(base: bigint, rate: bigint): bigint {
  return roundedQuotient(base * rate, HUNDRED_PERCENT);
}

/** Returns what a quantity costs in hundredths of the unit. */
export function priceOf(unitPrice: bigint, hundredths: bigint): bigint {
  return roundedQuotient(unitPrice * hundredths, BigInt(QUANTITY_UNITS));
}

/** Returns the share of a base times a quantity in hundredths; rounded once, not once for each factor. */
export function sharesOf(base: bigint, rate: bigint, hundredths: bigint): bigint {
  return roundedQuotient(base * rate * hundredths, HUNDRED_PERCENT * BigInt(QUANTITY_UNITS));
}

/** Half goes up. Neither number is negative. */
function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor;
}
