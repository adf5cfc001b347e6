import { toFigure } from './money.js';
import { priceOf, quantityOf, rateOf, shareOf, sharesOf } from './rate.js';

/** A line of what is bought, as far as it is money. */
export interface LineItem {
  /** State of the line, of which only `pending` is owed now. */
  readonly status: 'paid' | 'pending' | 'rejected';
  /** `percentage`: `unitPrice` is thousandths of one percent of the subtotal. */
  readonly type: 'flat' | 'percentage';
  readonly unitPrice: number;
  /** At most two decimals. */
  readonly quantity: number;
  readonly taxable: boolean;
  /** Decimal percentages. `taxRate` counts where both others are absent. */
  readonly localTaxRate?: string;
  readonly nationalTaxRate?: string;
  readonly taxRate?: string;
  readonly discount?: number;
  /** A decimal percentage; counts where there is no `discount`. */
  readonly discountRate?: string;
  readonly freight?: number;
}

/** `amount = gross - discount + freight + tax`, all in minor units. */
export interface LineFigures {
  readonly gross: number;
  /** Amount that is really taken off: never more than the gross. */
  readonly discount: number;
  readonly freight: number;
  readonly tax: number;
  readonly amount: number;
}

/** Contract gateway 5.4, rule A2. Throws AppError `validation_failed`, naming the line, when a figure is too great. */
export function lineFigures(line: LineItem, subtotal: number, isTaxExempt: boolean, name: string): LineFigures {
  const gross = grossOf(line, subtotal);
  const wanted = discountOf(line, gross);
  const discount = wanted > gross ? gross : wanted;
  const freight = BigInt(line.freight ?? 0);
  const tax = line.taxable && !isTaxExempt ? taxOf(line, gross - discount) : 0n;
  return {
    gross: toFigure(`${name}.unit_price times quantity`, gross),
    discount: toFigure(`${name}.discount_amount`, discount),
    freight: toFigure(`${name}.freight_amount`, freight),
    tax: toFigure(`${name}.tax_amount`, tax),
    amount: toFigure(`${name}.amount`, gross - discount + freight + tax),
  };
}

function grossOf({ type, unitPrice, quantity }: LineItem, subtotal: number): bigint {
  const hundredths = quantityOf(quantity);
  if (hundredths === null) throw new Error('a quantity has at most two decimals');
  return type === 'flat'
    ? priceOf(BigInt(unitPrice), hundredths)
    : sharesOf(BigInt(subtotal), BigInt(unitPrice), hundredths);
}

function discountOf({ discount, discountRate }: LineItem, gross: bigint): bigint {
  if (discount !== undefined) return BigInt(discount);
  return discountRate === undefined ? 0n : shareOf(gross, rateOf(discountRate));
}

function taxOf({ localTaxRate, nationalTaxRate, taxRate }: LineItem, net: bigint): bigint {
  const rates = [localTaxRate, nationalTaxRate].filter((rate) => rate !== undefined);
  const counting = rates.length > 0 || taxRate === undefined ? rates : [taxRate];
  return counting.reduce((sum, rate) => sum + shareOf(net, rateOf(rate)), 0n);
}
