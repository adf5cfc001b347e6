import fc from 'fast-check';
import { AppError } from '../../platform/common/app-error.js';
import {
  type Adjuster,
  type Adjusters,
  type AmountRequest,
  type Amounts,
  type AmountTerms,
  computeAmounts,
  type Part,
} from './amounts.js';
import type { LineItem } from './line-item.js';

/**
 * The calculator against a second computation, written from the contract's rules (gateway 5.3 F2, 5.4 A1 to A6) and in another
 * way: fractions that stay whole until a figure is rounded, read from the decimal text of each number.
 * `npm run test:amounts` draws 100,000 requests, `npm test` some of them, new ones every time; a failure prints its seed.
 */
const RUNS = Number(process.env['AMOUNT_RUNS'] ?? 5_000);
const SEED = process.env['AMOUNT_SEED'];

jest.setTimeout(60_000 + RUNS * 10);

class Fraction {
  constructor(
    readonly over: bigint,
    readonly under = 1n,
  ) {}

  /** `10.25`, as it is written. */
  static of(written: string | number): Fraction {
    const [whole = '0', decimals = ''] = String(written).split('.');
    return new Fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
  }

  times(other: Fraction): Fraction {
    return new Fraction(this.over * other.over, this.under * other.under);
  }

  per(divisor: bigint): Fraction {
    return new Fraction(this.over, this.under * divisor);
  }

  /** Looks at what is left over after the whole part, instead of adding a half before it divides. */
  rounded(): bigint {
    const whole = this.over / this.under;
    const left = this.over - whole * this.under;
    return left * 2n >= this.under ? whole + 1n : whole;
  }
}

const figureOf = ({ type, value }: { type: string; value: number }, base: bigint): bigint =>
  type === 'flat' ? BigInt(value) : Fraction.of(value).times(new Fraction(base)).per(100_000n).rounded();
const percentOf = (base: bigint, rate: string): bigint =>
  Fraction.of(rate).times(new Fraction(base)).per(100n).rounded();

interface Expected {
  amount: bigint;
  lines: { gross: bigint; discount: bigint; freight: bigint; tax: bigint; amount: bigint }[];
  figures: Record<string, bigint | null>;
  included: Record<string, bigint | null>;
  additionalTotal: bigint;
  total: bigint;
}

function expectedLine(item: LineItem, subtotal: number, exempt: boolean): Expected['lines'][number] {
  const quantity = Fraction.of(item.quantity);
  const price = Fraction.of(item.unitPrice);
  const gross =
    item.type === 'flat'
      ? price.times(quantity).rounded()
      : price.times(Fraction.of(subtotal)).per(100_000n).times(quantity).rounded();
  const asked = item.discount ?? (item.discountRate === undefined ? 0 : percentOf(gross, item.discountRate));
  const net = gross - BigInt(asked) > 0n ? gross - BigInt(asked) : 0n;
  let tax = 0n;
  if (item.taxable && !exempt) {
    if (item.localTaxRate === undefined && item.nationalTaxRate === undefined)
      tax = item.taxRate === undefined ? 0n : percentOf(net, item.taxRate);
    if (item.localTaxRate !== undefined) tax += percentOf(net, item.localTaxRate);
    if (item.nationalTaxRate !== undefined) tax += percentOf(net, item.nationalTaxRate);
  }
  const freight = BigInt(item.freight ?? 0);
  return { gross, discount: gross - net, freight, tax, amount: net + freight + tax };
}

/** Shares of the total for one way of paying. */
function expected(request: AmountRequest, terms: AmountTerms): Expected {
  const { flags, payer, adjusters } = request;
  const lines = request.lines.map((item) => expectedLine(item, request.subtotal, flags.taxExempt));
  let amount = 0n;
  if (request.amount !== undefined) amount = BigInt(request.amount);
  else if (lines.length > 0)
    lines.forEach((one, index) => (amount += request.lines[index]?.status === 'pending' ? one.amount : 0n));
  else for (const price of request.productPrices) amount += BigInt(price);

  const figures: Record<string, bigint | null> = {};
  const included: Record<string, bigint | null> = {};
  for (const [name, list] of Object.entries(adjusters) as [string, Adjuster[]][]) {
    figures[name] = null;
    included[name] = null;
    for (const one of list) {
      const figure = figureOf(one, amount);
      figures[name] = (figures[name] ?? 0n) + figure;
      if (one.include) included[name] = (included[name] ?? 0n) + figure;
    }
  }
  const add = (name: keyof Adjusters, figure: bigint | null) => {
    if (adjusters[name].length > 0 || figure === null) return;
    figures[name] = figure;
    included[name] = figure;
  };
  const fee = (of: { type: string; value: number } | null) => (of === null ? null : figureOf(of, amount));
  const { surcharge } = terms;
  const mayBe =
    surcharge !== null &&
    payer.method === 'card' &&
    !payer.isExempt &&
    !surcharge.bannedStates.includes(payer.state ?? '') &&
    !surcharge.exemptBins.includes((payer.bin ?? '').slice(0, 6));
  if (mayBe && !flags.skipSurcharge) add('surcharge', fee(surcharge));
  if (!flags.skipServiceFee) add('serviceFee', fee(terms.serviceFee));
  add('paymentAdjustment', fee(terms.paymentAdjustment));
  if (payer.method === 'ach' && !flags.skipCashDiscount && terms.cashDiscount !== null) {
    const discount = fee(terms.cashDiscount) ?? 0n;
    add('discounts', discount < amount ? discount : amount);
  }
  if (adjusters.tax.length === 0 && terms.defaultTax !== null) {
    add('tax', fee(terms.defaultTax));
    if (!(flags.includeDefaultTax ?? terms.defaultTax.include)) included['tax'] = null;
  }
  for (const tax of ['tax', 'nationalTax', 'localTax']) {
    if (flags.addTaxToTotal) included[tax] = figures[tax] ?? null;
    if (flags.taxExempt) [figures[tax], included[tax]] = [0n, null];
  }

  const additionalTotal =
    (included['addons'] ?? 0n) + (included['additional'] ?? 0n) + (included['paymentAdjustment'] ?? 0n);
  let total = amount + additionalTotal - (included['discounts'] ?? 0n);
  for (const name of ['shipping', 'duty', 'tip', 'tax', 'nationalTax', 'localTax', 'serviceFee', 'surcharge'])
    total += included[name] ?? 0n;
  if (total < 0n) total = 0n;
  return { amount, lines, figures, included, additionalTotal, total };
}

/** Amounts of every size, and the values around which rounding turns. */
const minor = fc.oneof(fc.nat({ max: 99 }), fc.nat({ max: 100_000 }), fc.nat({ max: 9_999_999 }));
const thousandths = fc.oneof(
  fc.nat({ max: 100_000 }),
  fc.constantFrom(0, 1, 500, 1_000, 2_500, 3_500, 10_000, 50_000, 100_000),
);
const fee = fc.oneof(
  fc.record({ type: fc.constant('flat' as const), value: minor }),
  fc.record({ type: fc.constant('percentage' as const), value: thousandths }),
);
const adjuster = fc.tuple(fee, fc.boolean()).map(([one, include]) => ({ ...one, include }));
const upTo = (maxLength: number) => fc.array(adjuster, { maxLength });
const rate = fc
  .tuple(fc.nat({ max: 99 }), fc.nat({ max: 999 }), fc.nat({ max: 3 }))
  .map(([whole, thousandth, digits]) => {
    const decimals = String(thousandth).padStart(3, '0').slice(0, digits);
    return decimals === '' ? String(whole) : `${whole}.${decimals}`;
  });
const absent = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });

const lineItem: fc.Arbitrary<LineItem> = fc.record({
  status: fc.constantFrom('paid', 'pending', 'pending', 'pending', 'rejected'),
  type: fc.constantFrom('flat', 'percentage'),
  unitPrice: fc.nat({ max: 50_000 }),
  quantity: fc.nat({ max: 2_000 }).map((hundredths) => hundredths / 100),
  taxable: fc.boolean(),
  localTaxRate: absent(rate),
  nationalTaxRate: absent(rate),
  taxRate: absent(rate),
  discount: absent(fc.nat({ max: 5_000 })),
  discountRate: absent(rate),
  freight: absent(fc.nat({ max: 5_000 })),
});

const request: fc.Arbitrary<AmountRequest> = fc.record({
  subtotal: minor,
  amount: absent(minor),
  lines: fc.array(lineItem, { maxLength: 4 }),
  productPrices: fc.array(minor, { minLength: 1, maxLength: 3 }),
  payer: fc.record({
    method: fc.constantFrom('card', 'ach'),
    state: fc.option(fc.constantFrom('IL', 'CT', 'MA')),
    bin: fc.option(fc.constantFrom('411111', '400005')),
    isExempt: fc.constantFrom(false, false, false, true),
  }),
  adjusters: fc.record({
    paymentAdjustment: upTo(1),
    shipping: upTo(1),
    addons: upTo(3),
    discounts: upTo(3),
    duty: upTo(1),
    tip: upTo(1),
    additional: upTo(3),
    tax: upTo(1),
    nationalTax: upTo(1),
    localTax: upTo(1),
    serviceFee: upTo(1),
    surcharge: upTo(1),
  }),
  flags: fc.record({
    skipCashDiscount: fc.boolean(),
    skipSurcharge: fc.boolean(),
    skipServiceFee: fc.boolean(),
    skipConsumerChoice: fc.boolean(),
    includeDefaultTax: absent(fc.boolean()),
    taxExempt: fc.constantFrom(false, false, true),
    addTaxToTotal: fc.boolean(),
  }),
});

const terms: fc.Arbitrary<AmountTerms> = fc.record({
  surcharge: fc.option(fee.map((one) => ({ ...one, bannedStates: ['CT', 'MA'], exemptBins: ['400005'] }))),
  serviceFee: fc.option(fee),
  paymentAdjustment: fc.option(fee),
  cashDiscount: fc.option(fee),
  defaultTax: fc.option(adjuster),
  dualPricing: fc.boolean(),
});

const PARTS: readonly Part[] = [
  'shipping',
  'duty',
  'tip',
  'tax',
  'nationalTax',
  'localTax',
  'serviceFee',
  'surcharge',
  'discount',
];

/** Throws when the two differ. @returns whether there was an answer: both refuse a figure that is too great. */
function compare(asked: AmountRequest, of: AmountTerms): boolean {
  const wanted = expected(asked, of);
  let got: Amounts;
  try {
    got = computeAmounts(asked, of);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const told = [...Object.values(wanted.figures), ...wanted.lines.map(({ amount }) => amount)];
    const choices = (['card', 'ach'] as const).map(
      (method) => expected({ ...asked, payer: { ...asked.payer, method } }, of).total,
    );
    const greatest = [...told, ...choices, wanted.amount, wanted.total].some(
      (one) => one !== null && one > 99_999_999n,
    );
    expect([error.code, greatest]).toEqual(['validation_failed', true]);
    return false;
  }
  const contractName = (part: string) => (part === 'discount' ? 'discounts' : part);
  const pick = (of_: Record<string, bigint | null>, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, numberOf(of_[contractName(name)] ?? null)]));
  expect(got).toMatchObject({
    amount: Number(wanted.amount),
    lines: wanted.lines.map((line) => Object.fromEntries(Object.entries(line).map(([k, v]) => [k, Number(v)]))),
    figures: pick(wanted.figures, [...PARTS, 'addons', 'additional']),
    included: pick(wanted.included, PARTS),
    additionalTotal: Number(wanted.additionalTotal),
    total: Number(wanted.total),
  });
  return true;
}

const numberOf = (figure: bigint | null): number | null => (figure === null ? null : Number(figure));

const drawn = { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) };

it(`${RUNS} random requests come to what the contract’s rules say, computed in another way`, () => {
  let answered = 0;
  fc.assert(
    fc.property(request, terms, (asked, of) => {
      if (compare(asked, of)) answered++;
    }),
    drawn,
  );
  // Most of what is drawn must be an answer, or the comparison compares refusals.
  expect(answered).toBeGreaterThan(RUNS * 0.8);
});

it('the second computation rounds half up, as the first does', () => {
  expect(new Fraction(1n, 2n).rounded()).toBe(1n);
  const half = { ...EMPTY, amount: 100, adjusters: { ...EMPTY.adjusters, tip: [adjust(500)] } };
  expect(compare(half, NO_TERMS)).toBe(true);
  expect(expected({ ...half, amount: 99 }, NO_TERMS).total).toBe(99n);
});

it('the parts sum to the total, and the lines to the amount', () => {
  fc.assert(
    fc.property(request, terms, (asked, of) => {
      const got = answerOf(asked, of);
      if (got === null) return;
      const { discount, ...added } = got.included;
      const sum = Object.values(added).reduce<number>((total, part) => total + (part ?? 0), 0);
      expect(got.total).toBe(Math.max(0, got.amount + got.additionalTotal + sum - (discount ?? 0)));
      for (const line of got.lines) expect(line.amount).toBe(line.gross - line.discount + line.freight + line.tax);
      if (asked.amount !== undefined || asked.lines.length === 0) return;
      const owed = got.lines.filter((_line, index) => asked.lines[index]?.status === 'pending');
      expect(got.amount).toBe(owed.reduce((total, { amount }) => total + amount, 0));
    }),
  );
});

it('a greater amount never comes to a smaller total, and a greater discount never to a greater one', () => {
  const percentages = fc.array(
    fc.record({ type: fc.constant('percentage' as const), value: fc.nat({ max: 100_000 }), include: fc.boolean() }),
    { maxLength: 2 },
  );
  fc.assert(
    fc.property(request, terms, percentages, fc.nat({ max: 10_000 }), (asked, of, tips, more) => {
      const adjusters = { ...asked.adjusters, tip: tips, discounts: [] };
      const less = answerOf({ ...asked, amount: 5_000, adjusters }, { ...of, cashDiscount: null });
      const greater = answerOf({ ...asked, amount: 5_000 + more, adjusters }, { ...of, cashDiscount: null });
      if (less === null || greater === null) return;
      expect(greater.total).toBeGreaterThanOrEqual(less.total);
      const taken = { ...adjusters, discounts: [{ type: 'flat' as const, value: more, include: true }] };
      const discounted = answerOf({ ...asked, amount: 5_000, adjusters: taken }, of);
      expect(discounted?.total ?? 0).toBeLessThanOrEqual(less.total);
    }),
  );
});

/** Null where a figure is too great. */
function answerOf(asked: AmountRequest, of: AmountTerms): Amounts | null {
  try {
    return computeAmounts(asked, of);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

const adjust = (value: number): Adjuster => ({ type: 'percentage', value, include: true });
const NO_TERMS: AmountTerms = {
  surcharge: null,
  serviceFee: null,
  paymentAdjustment: null,
  cashDiscount: null,
  defaultTax: null,
  dualPricing: false,
};
const EMPTY: AmountRequest = {
  subtotal: 0,
  lines: [],
  productPrices: [],
  payer: { method: 'card', state: null, bin: null, isExempt: false },
  adjusters: {
    paymentAdjustment: [],
    shipping: [],
    addons: [],
    discounts: [],
    duty: [],
    tip: [],
    additional: [],
    tax: [],
    nationalTax: [],
    localTax: [],
    serviceFee: [],
    surcharge: [],
  },
  flags: {
    skipCashDiscount: false,
    skipSurcharge: false,
    skipServiceFee: false,
    skipConsumerChoice: false,
    taxExempt: false,
    addTaxToTotal: false,
  },
};
