import fc from 'fast-check';
import { formatMoney, isCurrency, whyNotChargeable } from './currency.js';

describe('currency', () => {
  it.each([
    [2000, 'usd', '20.00 USD'],
    [5, 'usd', '0.05 USD'],
    [500, 'jpy', '500 JPY'],
    [1230, 'kwd', '1.230 KWD'],
    [99_999_999, 'eur', '999999.99 EUR'],
  ])('prints %i %s as %s', (amount, currency, text) => expect(formatMoney(amount, currency)).toBe(text));

  it('prints every amount with exactly the digits it has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), fc.constantFrom('usd', 'jpy', 'bhd'), (amount, currency) => {
        const digits = formatMoney(amount, currency).replace(/[^0-9]/g, '');
        expect(Number(digits)).toBe(amount);
      }),
    );
  });

  it.each([
    [1, 'usd', true],
    [0, 'usd', false],
    [-5, 'usd', false],
    [0.1, 'usd', false],
    [Number.POSITIVE_INFINITY, 'usd', false],
    [2 ** 53, 'usd', false],
    [100_000_000, 'usd', false],
    [1234, 'kwd', false],
    [1230, 'kwd', true],
    [100, 'xxx', false],
    [100, 'USD', false],
  ])('%d %s can be charged: %s', (amount, currency, ok) =>
    expect(whyNotChargeable(amount, currency) === null).toBe(ok),
  );

  it('knows no currency twice or by another case', () => {
    expect(isCurrency('usd')).toBe(true);
    expect(isCurrency('__proto__')).toBe(false);
  });
});
