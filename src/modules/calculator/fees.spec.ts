import fc from 'fast-check';
import { type FeeTerms, type PayerFacts, quoteFees } from './fees.js';

const NONE: FeeTerms = { surcharge: null, serviceFee: null, paymentAdjustment: null, cashDiscount: null };
const CARD: PayerFacts = { method: 'card', state: null, bin: null, isExempt: false };
const bans = { bannedStates: ['CT', 'MA'], exemptBins: ['400005', '4242'] };
const SURCHARGE: FeeTerms = { ...NONE, surcharge: { type: 'percentage', value: 3_000, ...bans } };
const FLAT: FeeTerms = { ...NONE, surcharge: { type: 'flat', value: 350, ...bans } };
const BOTH: FeeTerms = { ...SURCHARGE, cashDiscount: { type: 'percentage', value: 2_000 } };

describe('the contract’s figures (gateway 5.3)', () => {
  it.each<[string, FeeTerms, number, Partial<PayerFacts>, object]>([
    [
      '1: the sample',
      FLAT,
      1000,
      { state: 'IL', bin: '517246700' },
      { surcharge: 350, discount: null, requested: 1350 },
    ],
    ['2: a percentage', SURCHARGE, 2599, {}, { surcharge: 78, requested: 2677 }],
    ['3: bank debit', BOTH, 10_000, { method: 'ach' }, { surcharge: 0, discount: 200, requested: 9800 }],
    ['4: a state that bans it', SURCHARGE, 2599, { state: 'CT' }, { surcharge: 0, requested: 2599 }],
    ['5.1.2, 2: base 1000', SURCHARGE, 1000, {}, { surcharge: 30, requested: 1030 }],
  ])('%s', (_name, terms, base, payer, figures) => {
    expect(quoteFees(terms, base, { ...CARD, ...payer })).toMatchObject(figures);
  });
});

it.each<[string, Partial<PayerFacts>, number]>([
  ['a credit card', {}, 30],
  ['a card of another BIN', { bin: '517246700' }, 30],
  ['a debit card by its BIN', { bin: '4000056655' }, 0],
  ['one whose first digits are fewer than the BIN’s', { bin: '4242424242424242' }, 0],
  ['a state in lower case', { state: 'ma' }, 0],
  ['another state', { state: 'IL' }, 30],
  ['somebody who is exempt', { isExempt: true }, 0],
  ['bank debit', { method: 'ach' }, 0],
])('surcharge of %s', (_name, payer, surcharge) => {
  expect(quoteFees(SURCHARGE, 1000, { ...CARD, ...payer }).surcharge).toBe(surcharge);
});

it('a cash discount is not given for cards, and is never more than the base', () => {
  const terms: FeeTerms = {
    ...NONE,
    serviceFee: { type: 'flat', value: 5 },
    cashDiscount: { type: 'flat', value: 500 },
  };
  expect(quoteFees(terms, 100, CARD)).toMatchObject({ discount: null, requested: 105 });
  expect(quoteFees(terms, 100, { ...CARD, method: 'ach' })).toMatchObject({ discount: 100, requested: 5 });
});

it('a sum that no amount may be is refused', () => {
  const refusal = { code: 'validation_failed', messages: ['requested_amount must not be greater than 99999999'] };
  expect(() => quoteFees(FLAT, 99_999_999, CARD)).toThrow(expect.objectContaining(refusal));
  expect(quoteFees(FLAT, 99_999_649, CARD).requested).toBe(99_999_999);
});

it('rule F1: the sum of the parts, whatever is configured; percentages never compound', () => {
  const fee = fc.option(
    fc.record({ type: fc.constantFrom('flat' as const, 'percentage' as const), value: fc.nat({ max: 100_000 }) }),
  );
  const payers = fc.record({
    method: fc.constantFrom('card' as const, 'ach' as const),
    state: fc.option(fc.constantFrom('CT', 'IL')),
    bin: fc.option(fc.constantFrom('424242', '511111')),
    isExempt: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fee,
      fee,
      fee,
      fee,
      fc.nat({ max: 10_000_000 }),
      payers,
      (a, serviceFee, c, cashDiscount, base, payer) => {
        const terms = { surcharge: a && { ...a, ...bans }, serviceFee, paymentAdjustment: c, cashDiscount };
        const quote = quoteFees(terms, base, payer);
        const { discount, surcharge } = quote;
        expect(quote.requested).toBe(base + quote.serviceFee + quote.paymentAdjustment + surcharge - (discount ?? 0));
        expect(surcharge > 0 && (discount ?? 0) > 0).toBe(false);
        const alone = quoteFees({ ...NONE, serviceFee }, base, payer);
        expect(quote.serviceFee).toBe(alone.serviceFee);
      },
    ),
  );
});
