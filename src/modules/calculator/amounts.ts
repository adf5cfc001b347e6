import { invalidRequest } from '../../platform/common/app-error.js';
import { type Fee, feeOf, type FeeTerms, feesOf, type PayerFacts } from './fees.js';
import { lineFigures, type LineFigures, type LineItem } from './line-item.js';
import { sumOf, toFigure } from './money.js';

/** Something that is added to an amount or taken off it. */
export interface Adjuster extends Fee {
  /** Whether it joins the total; otherwise it is only told. */
  readonly include: boolean;
}

/** A list that is empty is one that was not sent. */
export interface Adjusters {
  readonly paymentAdjustment: readonly Adjuster[];
  readonly shipping: readonly Adjuster[];
  readonly addons: readonly Adjuster[];
  readonly discounts: readonly Adjuster[];
  readonly duty: readonly Adjuster[];
  readonly tip: readonly Adjuster[];
  readonly additional: readonly Adjuster[];
  readonly tax: readonly Adjuster[];
  readonly nationalTax: readonly Adjuster[];
  readonly localTax: readonly Adjuster[];
  readonly serviceFee: readonly Adjuster[];
  readonly surcharge: readonly Adjuster[];
}

export interface AmountFlags {
  readonly skipCashDiscount: boolean;
  readonly skipSurcharge: boolean;
  readonly skipServiceFee: boolean;
  readonly skipConsumerChoice: boolean;
  /** Undefined: as the processor says. */
  readonly includeDefaultTax?: boolean;
  readonly taxExempt: boolean;
  readonly addTaxToTotal: boolean;
}

export interface AmountRequest {
  /** Minor units, as all figures here. */
  readonly subtotal: number;
  /** The first of `amount`, `lines` and `productPrices` that is there counts. */
  readonly amount?: number;
  readonly lines: readonly LineItem[];
  readonly productPrices: readonly number[];
  readonly payer: PayerFacts;
  readonly adjusters: Adjusters;
  readonly flags: AmountFlags;
}

/** Fees and taxes that a processor adds by itself. */
export interface AmountTerms extends FeeTerms {
  readonly defaultTax: Adjuster | null;
  /** Card and bank debit have prices of their own, of which the payer is shown both. */
  readonly dualPricing: boolean;
}

/** The parts of a total that have a place of their own in it. */
const PARTS = [
  'shipping',
  'duty',
  'tip',
  'tax',
  'nationalTax',
  'localTax',
  'serviceFee',
  'surcharge',
  'discount',
] as const;
export type Part = (typeof PARTS)[number];
const ADDITIONS = ['addons', 'additional', 'paymentAdjustment'] as const;

/** Figure, and the part of it that joins the total: null for none. */
interface Share {
  readonly figure: bigint;
  readonly joined: bigint | null;
}
type Shares = Readonly<Record<Part | (typeof ADDITIONS)[number], Share | null>>;

export interface Amounts {
  readonly amount: number;
  /** Figures of all lines, in their order, whichever source the amount has. */
  readonly lines: readonly LineFigures[];
  /** Freight of the lines that are owed; null where no line has any. */
  readonly freight: number | null;
  /** Null: not sent, and nothing by default. */
  readonly figures: Readonly<Record<Part | 'addons' | 'additional', number | null>>;
  /** The part of a figure that is in the total; null: it is not. */
  readonly included: Readonly<Record<Part, number | null>>;
  /** Included add-ons, additional amounts and payment adjustment. */
  readonly additionalTotal: number;
  readonly total: number;
  /** Total of each way of paying; null without dual pricing. */
  readonly choice: Readonly<Record<PayerFacts['method'], number>> | null;
  /** A cash discount of the processor's is in the total. */
  readonly hasCashDiscount: boolean;
}

/**
 * Contract gateway 5.4, rules A1 to A6: every percentage is of the amount, each figure is rounded once, and the total is the
 * sum of the rounded ones. Throws AppError `validation_failed` where there is no amount, or a figure is too great.
 */
export function computeAmounts(request: AmountRequest, terms: AmountTerms): Amounts {
  const { subtotal, flags, payer } = request;
  const lines = request.lines.map((line, index) => lineFigures(line, subtotal, flags.taxExempt, `line_items.${index}`));
  const amount = baseOf(request, lines);
  const shares = sharesFor(request, terms, amount, payer);
  const additional = joinedSum(shares, ADDITIONS);
  return {
    amount: toFigure('amount', amount),
    lines,
    freight: freightOf(request.lines, lines),
    figures: figuresOf(shares),
    included: includedOf(shares),
    additionalTotal: toFigure('additional_total', additional),
    total: toFigure('total', totalOf(amount, shares)),
    choice: terms.dualPricing && !flags.skipConsumerChoice ? choiceOf(request, terms, amount) : null,
    hasCashDiscount: request.adjusters.discounts.length === 0 && shares.discount !== null,
  };
}

/** Rule A1. */
function baseOf({ amount, lines, productPrices }: AmountRequest, figures: readonly LineFigures[]): bigint {
  if (amount !== undefined) return BigInt(amount);
  if (lines.length > 0) return sumOf(owed(lines, figures).map((line) => BigInt(line.amount)));
  if (productPrices.length > 0) return sumOf(productPrices.map(BigInt));
  throw invalidRequest('one of amount, line_items and products is required');
}

const owed = (lines: readonly LineItem[], figures: readonly LineFigures[]): readonly LineFigures[] =>
  figures.filter((_figures, index) => lines[index]?.status === 'pending');

function freightOf(lines: readonly LineItem[], figures: readonly LineFigures[]): number | null {
  if (!lines.some(({ freight }) => freight !== undefined)) return null;
  return toFigure('freight_amount', sumOf(owed(lines, figures).map(({ freight }) => BigInt(freight))));
}

/** Rules A3 and A4. */
function sharesFor(request: AmountRequest, terms: AmountTerms, amount: bigint, payer: PayerFacts): Shares {
  const { adjusters: sent, flags } = request;
  const of = (adjusters: readonly Adjuster[]) => shareOfAll(adjusters, amount);
  const fees = feesOf(terms, amount, payer);
  return {
    shipping: of(sent.shipping),
    duty: of(sent.duty),
    tip: of(sent.tip),
    ...taxesOf(request, terms, of),
    serviceFee: of(sent.serviceFee) ?? byDefault(flags.skipServiceFee ? null : fees.serviceFee),
    surcharge: of(sent.surcharge) ?? byDefault(flags.skipSurcharge ? null : fees.surcharge),
    discount: of(sent.discounts) ?? byDefault(flags.skipCashDiscount ? null : fees.cashDiscount),
    addons: of(sent.addons),
    additional: of(sent.additional),
    paymentAdjustment: of(sent.paymentAdjustment) ?? byDefault(fees.paymentAdjustment),
  };
}

/** Rule A6, and the default tax of A4. */
function taxesOf(
  { adjusters: sent, flags }: AmountRequest,
  { defaultTax }: AmountTerms,
  of: (adjusters: readonly Adjuster[]) => Share | null,
): Pick<Shares, 'tax' | 'nationalTax' | 'localTax'> {
  if (flags.taxExempt) return { tax: NO_TAX, nationalTax: NO_TAX, localTax: NO_TAX };
  const merchants =
    defaultTax === null ? [] : [{ ...defaultTax, include: flags.includeDefaultTax ?? defaultTax.include }];
  const joining = (share: Share | null) => (flags.addTaxToTotal && share !== null ? byDefault(share.figure) : share);
  return {
    tax: joining(of(sent.tax.length > 0 ? sent.tax : merchants)),
    nationalTax: joining(of(sent.nationalTax)),
    localTax: joining(of(sent.localTax)),
  };
}

const NO_TAX: Share = { figure: 0n, joined: null };

/** Null when there is none. */
function shareOfAll(adjusters: readonly Adjuster[], amount: bigint): Share | null {
  if (adjusters.length === 0) return null;
  const included = adjusters.filter(({ include }) => include);
  const sum = (some: readonly Adjuster[]) => sumOf(some.map((one) => feeOf(one, amount)));
  return { figure: sum(adjusters), joined: included.length > 0 ? sum(included) : null };
}

/** Returns a figure that the processor adds by itself, which is always in the total. */
const byDefault = (figure: bigint | null): Share | null => (figure === null ? null : { figure, joined: figure });

const joinedSum = (shares: Shares, names: readonly (keyof Shares)[]): bigint =>
  sumOf(names.map((name) => shares[name]?.joined ?? 0n));

/** Rule A5. */
function totalOf(amount: bigint, shares: Shares): bigint {
  const added = PARTS.filter((part) => part !== 'discount');
  const total = amount + joinedSum(shares, [...ADDITIONS, ...added]) - joinedSum(shares, ['discount']);
  return total < 0n ? 0n : total;
}

function choiceOf(request: AmountRequest, terms: AmountTerms, amount: bigint): { card: number; ach: number } {
  const totalBy = (method: PayerFacts['method']) =>
    toFigure(
      `consumer_choice.${method}`,
      totalOf(amount, sharesFor(request, terms, amount, { ...request.payer, method })),
    );
  return { card: totalBy('card'), ach: totalBy('ach') };
}

/** Names of the contract, for refusals. */
const NAMES: Readonly<Record<Part | 'addons' | 'additional', string>> = {
  shipping: 'shipping_amount',
  duty: 'duty_amount',
  tip: 'tip_amount',
  tax: 'tax_amount',
  nationalTax: 'national_tax_amount',
  localTax: 'local_tax_amount',
  serviceFee: 'service_fee',
  surcharge: 'surcharge',
  discount: 'discount_amount',
  addons: 'addon_amount',
  additional: 'additional_amounts',
};

function figuresOf(shares: Shares): Amounts['figures'] {
  const of = (name: keyof typeof NAMES) => {
    const share = shares[name];
    return share === null ? null : toFigure(NAMES[name], share.figure);
  };
  return { ...byPart(of), addons: of('addons'), additional: of('additional') };
}

const includedOf = (shares: Shares): Amounts['included'] =>
  byPart((part) => {
    const joined = shares[part]?.joined ?? null;
    return joined === null ? null : toFigure(NAMES[part], joined);
  });

function byPart(of: (part: Part) => number | null): Record<Part, number | null> {
  return {
    shipping: of('shipping'),
    duty: of('duty'),
    tip: of('tip'),
    tax: of('tax'),
    nationalTax: of('nationalTax'),
    localTax: of('localTax'),
    serviceFee: of('serviceFee'),
    surcharge: of('surcharge'),
    discount: of('discount'),
  };
}
