import {
  type Adjuster,
  type Adjusters,
  type AmountFlags,
  type AmountRequest,
  type AmountTerms,
  computeAmounts,
} from './amounts.js';
import type { LineItem } from './line-item.js';

const NOTHING_SENT: Adjusters = {
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
};
const NO_FLAGS: AmountFlags = {
  skipCashDiscount: false,
  skipSurcharge: false,
  skipServiceFee: false,
  skipConsumerChoice: false,
  taxExempt: false,
  addTaxToTotal: false,
};
const NO_TERMS: AmountTerms = {
  surcharge: null,
  serviceFee: null,
  paymentAdjustment: null,
  cashDiscount: null,
  defaultTax: null,
  dualPricing: false,
};
/** The merchant of the contract's sample: a default tax and a service fee. */
const SAMPLE: AmountTerms = {
  ...NO_TERMS,
  serviceFee: { type: 'flat', value: 350 },
  defaultTax: { type: 'percentage', value: 18_000, include: true },
};
const surcharged: AmountTerms = {
  ...NO_TERMS,
  surcharge: { type: 'percentage', value: 3_000, bannedStates: ['CT', 'MA'], exemptBins: [] },
};

type Change = Omit<Partial<AmountRequest>, 'adjusters' | 'flags' | 'payer'> & {
  adjusters?: Partial<Adjusters>;
  flags?: Partial<AmountFlags>;
  payer?: Partial<AmountRequest['payer']>;
};
function asked({ adjusters, flags, payer, ...rest }: Change): AmountRequest {
  return {
    subtotal: 1000,
    lines: [],
    productPrices: [],
    ...rest,
    payer: { method: 'card', state: null, bin: null, isExempt: false, ...payer },
    adjusters: { ...NOTHING_SENT, ...adjusters },
    flags: { ...NO_FLAGS, ...flags },
  };
}
const compute = (change: Change, terms: AmountTerms = NO_TERMS) => computeAmounts(asked(change), terms);
const flat = (value: number, include = false): Adjuster => ({ type: 'flat', value, include });
const percent = (value: number, include = false): Adjuster => ({ type: 'percentage', value, include });
const line = (change: Partial<LineItem>): LineItem => ({
  status: 'pending',
  type: 'flat',
  unitPrice: 100,
  quantity: 1,
  taxable: false,
  ...change,
});

/** Contract gateway 5.4, case 3. */
const LINES: readonly LineItem[] = [
  line({ quantity: 2, unitPrice: 1999, taxable: true, taxRate: '10.25' }),
  line({ quantity: 1, unitPrice: 500, freight: 120 }),
  line({ unitPrice: 9000, status: 'paid' }),
];

describe('the contract’s figures (gateway 5.4)', () => {
  it('1: the sample', () => {
    const { total, figures, included, additionalTotal } = compute({ amount: 1000 }, SAMPLE);
    expect([total, additionalTotal]).toEqual([1530, 0]);
    expect(figures).toMatchObject({ tax: 180, serviceFee: 350, surcharge: null, discount: null });
    expect(included).toMatchObject({ tax: 180, serviceFee: 350, surcharge: null, discount: null });
  });

  it('1: a percentage is of the amount, not of the amount and its tax', () => {
    const terms: AmountTerms = { ...SAMPLE, serviceFee: { type: 'percentage', value: 35_000 } };
    expect(compute({ amount: 1000 }, terms)).toMatchObject({ total: 1530, figures: { serviceFee: 350 } });
  });

  it('2: include flags', () => {
    const adjusters = {
      shipping: [flat(500, true)],
      tip: [percent(15_000, true)],
      discounts: [flat(300, true), percent(2_500)],
      duty: [flat(700)],
    };
    expect(compute({ amount: 10_000, adjusters })).toMatchObject({
      total: 11_700,
      figures: { discount: 550, duty: 700, tip: 1500, shipping: 500 },
      included: { discount: 300, duty: null, tip: 1500, shipping: 500 },
    });
  });

  it('3: line items', () => {
    expect(compute({ lines: LINES }, surcharged)).toMatchObject({
      amount: 5028,
      total: 5179,
      freight: 120,
      figures: { surcharge: 151 },
      lines: [{ gross: 3998, tax: 410, amount: 4408 }, { tax: 0, freight: 120, amount: 620 }, { amount: 9000 }],
    });
  });

  it('4: tax_exempt', () => {
    const { total, figures, included } = compute({ amount: 1000, flags: { taxExempt: true } }, SAMPLE);
    expect(total).toBe(1350);
    expect(figures).toMatchObject({ tax: 0, nationalTax: 0, localTax: 0 });
    expect(included).toMatchObject({ tax: null, nationalTax: null, localTax: null });
  });

  it('5: bank debit', () => {
    expect(compute({ lines: LINES, payer: { method: 'ach' } }, surcharged).total).toBe(5028);
  });
});

describe('A1: the amount', () => {
  it('is the one that is sent, before the lines, before the products', () => {
    const all = { amount: 7, lines: LINES, productPrices: [50, 25] };
    expect(compute(all).amount).toBe(7);
    expect(compute({ ...all, amount: undefined }).amount).toBe(5028);
    expect(compute({ productPrices: [50, 25] }).amount).toBe(75);
    expect(compute({ amount: 0 }).total).toBe(0);
  });

  it('must come from somewhere', () => {
    const messages = ['one of amount, line_items and products is required'];
    expect(() => compute({})).toThrow(expect.objectContaining({ code: 'validation_failed', messages }));
  });

  it('owes nothing for what is paid or rejected', () => {
    const lines = [line({ status: 'paid', freight: 5 }), line({ status: 'rejected' })];
    expect(compute({ lines })).toMatchObject({ amount: 0, freight: 0, total: 0 });
  });
});

describe('A2: a line', () => {
  const one = (change: Partial<LineItem>, more: Change = {}) => compute({ ...more, lines: [line(change)] }).lines[0];

  it('has a percentage of the subtotal, times the quantity, rounded once', () => {
    expect(one({ type: 'percentage', unitPrice: 10_000, quantity: 3 }, { subtotal: 333 })).toMatchObject({
      gross: 100,
    });
  });

  it('loses its discount before its tax', () => {
    expect(one({ unitPrice: 1000, discount: 100, taxable: true, taxRate: '10.00', freight: 50 })).toEqual({
      gross: 1000,
      discount: 100,
      freight: 50,
      tax: 90,
      amount: 1040,
    });
    expect(one({ unitPrice: 1050, discountRate: '10.25' })).toMatchObject({ discount: 108, amount: 942 });
    expect(one({ unitPrice: 1050, discount: 0, discountRate: '10.25' })).toMatchObject({ discount: 0 });
  });

  it('is never less than nothing', () => {
    expect(one({ unitPrice: 100, discount: 500, freight: 7 })).toMatchObject({ discount: 100, amount: 7 });
  });

  it('rounds local and national tax by themselves; they count before tax_rate', () => {
    const rates = { localTaxRate: '0.50', nationalTaxRate: '0.50' };
    expect(one({ unitPrice: 100, taxable: true, ...rates, taxRate: '50' })).toMatchObject({ tax: 2 });
    expect(one({ unitPrice: 100, taxable: true, localTaxRate: '1', taxRate: '50' })).toMatchObject({ tax: 1 });
    expect(one({ unitPrice: 100, taxRate: '50' })).toMatchObject({ tax: 0 });
    expect(one({ unitPrice: 100, taxable: true })).toMatchObject({ tax: 0 });
  });

  it('of somebody who is exempt has no tax', () => {
    const exempt = { flags: { taxExempt: true } };
    expect(one({ unitPrice: 100, taxable: true, taxRate: '50' }, exempt)).toMatchObject({ tax: 0, amount: 100 });
  });

  it('that is too great is named', () => {
    const messages = ['line_items.0.unit_price times quantity must not be greater than 99999999'];
    expect(() => one({ unitPrice: 99_999_999, quantity: 2 })).toThrow(expect.objectContaining({ messages }));
  });
});

describe('A4: what the processor adds', () => {
  it.each<[string, boolean | undefined, boolean, number | null]>([
    ['as the processor says', undefined, true, 180],
    ['as the processor says', undefined, false, null],
    ['by the flag', true, false, 180],
    ['by the flag', false, true, null],
  ])('default tax joins the total %s (%s, %s)', (_name, includeDefaultTax, include, included) => {
    const terms: AmountTerms = { ...NO_TERMS, defaultTax: percent(18_000, include) };
    const answer = compute({ amount: 1000, flags: { includeDefaultTax } }, terms);
    expect(answer).toMatchObject({ figures: { tax: 180 }, included: { tax: included }, total: 1000 + (included ?? 0) });
  });

  it('gives way to what is sent, which says itself whether it is included', () => {
    const adjusters = { tax: [flat(5)], serviceFee: [flat(6, true)], surcharge: [flat(7)] };
    const terms: AmountTerms = { ...surcharged, ...SAMPLE, surcharge: surcharged.surcharge };
    const answer = compute({ amount: 1000, adjusters, flags: { includeDefaultTax: true } }, terms);
    expect(answer).toMatchObject({ figures: { tax: 5, serviceFee: 6, surcharge: 7 }, total: 1006 });
  });

  it('is left out by its flag, what is sent is not', () => {
    const flags = { skipServiceFee: true, skipSurcharge: true, skipCashDiscount: true };
    const terms: AmountTerms = { ...SAMPLE, ...surcharged, serviceFee: flat(1), cashDiscount: flat(1) };
    expect(compute({ amount: 1000, flags }, terms).total).toBe(1000);
    expect(compute({ amount: 1000, flags, payer: { method: 'ach' } }, terms).total).toBe(1000);
    const adjusters = { serviceFee: [flat(50, true)] };
    expect(compute({ amount: 1000, flags, adjusters }, terms).total).toBe(1050);
  });

  it('a payment adjustment is in the additional total', () => {
    const terms: AmountTerms = { ...NO_TERMS, paymentAdjustment: percent(3_500) };
    expect(compute({ amount: 1299 }, terms)).toMatchObject({ additionalTotal: 45, total: 1344 });
    const adjusters = { paymentAdjustment: [flat(9)], addons: [flat(1, true), flat(2)], additional: [flat(4, true)] };
    expect(compute({ amount: 1299, adjusters }, terms)).toMatchObject({
      figures: { addons: 3, additional: 4 },
      additionalTotal: 5,
      total: 1304,
    });
  });

  it('a cash discount is a discount, unless one is sent', () => {
    const terms: AmountTerms = { ...NO_TERMS, cashDiscount: percent(2_000) };
    const ach = { amount: 10_000, payer: { method: 'ach' as const } };
    expect(compute(ach, terms)).toMatchObject({ figures: { discount: 200 }, total: 9800, hasCashDiscount: true });
    const sent = { ...ach, adjusters: { discounts: [flat(1, true)] } };
    expect(compute(sent, terms)).toMatchObject({ total: 9999, hasCashDiscount: false });
    expect(compute({ amount: 10_000 }, terms)).toMatchObject({ total: 10_000, hasCashDiscount: false });
  });
});

it('A5: a total is never below nothing, nor above what an amount may be', () => {
  expect(compute({ amount: 100, adjusters: { discounts: [flat(500, true)] } })).toMatchObject({ total: 0 });
  const messages = ['total must not be greater than 99999999'];
  const tooMuch = { amount: 99_999_999, adjusters: { tip: [flat(1, true)] } };
  expect(() => compute(tooMuch)).toThrow(expect.objectContaining({ messages }));
});

it('A6: add_tax_to_total adds the three taxes; tax_exempt beats it', () => {
  const adjusters = { tax: [flat(1)], nationalTax: [flat(2)], localTax: [flat(4)] };
  expect(compute({ amount: 100, adjusters }).total).toBe(100);
  expect(compute({ amount: 100, adjusters, flags: { addTaxToTotal: true } }).total).toBe(107);
  expect(compute({ amount: 100, adjusters, flags: { addTaxToTotal: true, taxExempt: true } }).total).toBe(100);
});

it('A7: both prices, where the processor has dual pricing', () => {
  const terms: AmountTerms = { ...surcharged, cashDiscount: percent(2_000), dualPricing: true };
  expect(compute({ amount: 1000 }, terms)).toMatchObject({ total: 1030, choice: { card: 1030, ach: 980 } });
  expect(compute({ amount: 1000, payer: { method: 'ach' } }, terms).choice).toEqual({ card: 1030, ach: 980 });
  expect(compute({ amount: 1000, flags: { skipConsumerChoice: true } }, terms).choice).toBeNull();
  expect(compute({ amount: 1000 }).choice).toBeNull();
});
