import fc from 'fast-check';
import { currencyRule, GREATEST_AMOUNT_MINOR, whyNotChargeable, whyTooSmall } from './currency.js';

it.each([
  [1, 'usd', true],
  [0, 'usd', false],
  [-5, 'usd', false],
  [0.1, 'usd', false],
  [Number.POSITIVE_INFINITY, 'usd', false],
  [Number.NaN, 'usd', false],
  [2 ** 53, 'usd', false],
  [99_999_999, 'usd', true],
  [100_000_000, 'usd', false],
  [1234, 'kwd', false],
  [1230, 'kwd', true],
  [150, 'ugx', false],
  [200, 'ugx', true],
  [150, 'isk', false],
  [500, 'isk', true],
  [150, 'huf', true], // whole forints are a rule of payouts only
  [100_000_000, 'idr', true],
  [999_999_999_999, 'idr', true],
  [1_000_000_000_000, 'idr', false],
  [100, 'xcg', true],
  [100, 'xxx', false],
  [100, 'USD', false],
  [100, '__proto__', false],
  [100, 'toString', false],
])('%d %s can be charged: %s', (amount, currency, ok) => expect(whyNotChargeable(amount, currency) === null).toBe(ok));

it.each([
  [49, 'usd', false],
  [50, 'usd', true],
  [29, 'gbp', false],
  [17_499, 'huf', false],
  [1, 'idr', true], // no minimum is published
])('%d %s reaches the published minimum: %s', (amount, currency, ok) =>
  expect(whyTooSmall(amount, currency) === null).toBe(ok),
);

it('names a greatest amount that every chargeable amount is below', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.constantFrom('usd', 'idr', 'jpy', 'ugx'), (amount, currency) => {
      if (whyNotChargeable(amount, currency) === null) expect(amount).toBeLessThanOrEqual(GREATEST_AMOUNT_MINOR);
    }),
  );
  expect(Number.isSafeInteger(GREATEST_AMOUNT_MINOR)).toBe(true);
});

it('has three decimals only with a last digit of 0, and no decimals only without a multiple', () => {
  for (const code of ['bhd', 'jod', 'kwd', 'omr', 'tnd']) expect(currencyRule(code)?.multiple).toBe(10);
  expect(currencyRule('jpy')).toEqual({ decimals: 0, minimum: 50 });
});
