import fc from 'fast-check';
import { formatMoney } from './currency.js';

it.each([
  [2000, 'usd', '20.00 USD'],
  [5, 'usd', '0.05 USD'],
  [500, 'jpy', '500 JPY'],
  [1230, 'kwd', '1.230 KWD'],
  [500, 'isk', '5.00 ISK'],
  [99_999_999, 'eur', '999999.99 EUR'],
  [999_999_999_999, 'idr', '9999999999.99 IDR'],
])('prints %i %s as %s', (amount, currency, text) => expect(formatMoney(amount, currency)).toBe(text));

it('prints every amount with exactly the digits it has', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999_999 }), fc.constantFrom('usd', 'jpy', 'bhd'), (amount, currency) => {
      const digits = formatMoney(amount, currency).replace(/[^0-9]/g, '');
      expect(Number(digits)).toBe(amount);
    }),
  );
});
