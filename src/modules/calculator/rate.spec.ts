import fc from 'fast-check';
import { priceOf, quantityOf, rateOf, shareOf, sharesOf } from './rate.js';

it.each<[number, number, number]>([
  [1000, 10_000, 100],
  [1299, 3_500, 45],
  [2999, 43_440, 1303],
  [100, 500, 1],
])('formula P: %i at %i thousandths of a percent is %i (contract gateway 1.6)', (base, rate, share) => {
  expect(shareOf(BigInt(base), BigInt(rate))).toBe(BigInt(share));
});

it.each<[number, string, number]>([
  [2599, '8.875', 231],
  [1050, '10.25', 108],
  [1050, '10.250', 108],
  [199, '0.251', 0],
  [1000, '10', 100],
])('formula R: %i at %s %% is %i', (base, rate, share) => {
  expect(shareOf(BigInt(base), rateOf(rate))).toBe(BigInt(share));
});

it.each(['', '.5', '10.', '-1', '1e2', '10.2505', '1000', ' 1', '١'])('%j is no rate', (text) => {
  expect(() => rateOf(text)).toThrow('not a rate');
});

it('half goes up, less than half goes down', () => {
  expect([49n, 50n, 51n].map((base) => shareOf(base, 1_000n))).toEqual([0n, 1n, 1n]);
  expect([149n, 150n].map((base) => shareOf(base, 1_000n))).toEqual([1n, 2n]);
});

it('every quantity of two decimals is what it is written as, and no other number is one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999_999 }), fc.integer({ min: 1, max: 9 }), (hundredths, third) => {
      const text = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
      expect(quantityOf(Number(text))).toBe(BigInt(hundredths));
      expect(quantityOf(Number(`${text}${third}`))).toBeNull();
      expect(quantityOf(-Number(text) - 1)).toBeNull();
    }),
  );
  expect([Number.NaN, Number.POSITIVE_INFINITY, 1e300].map(quantityOf)).toEqual([null, null, null]);
});

it('price times quantity', () => {
  expect(priceOf(1999n, 200n)).toBe(3998n);
  expect(priceOf(333n, 150n)).toBe(500n);
});

it('a percentage times a quantity is rounded once: 3 times 33.3 is 100, not 99', () => {
  expect(sharesOf(333n, 10_000n, 300n)).toBe(100n);
});

it('a share grows with its base and its rate', () => {
  const amount = fc.bigInt({ min: 0n, max: 99_999_999n });
  fc.assert(
    fc.property(amount, amount, amount, (base, rate, more) => {
      expect(shareOf(base + more, rate)).toBeGreaterThanOrEqual(shareOf(base, rate));
      expect(shareOf(base, rate + more)).toBeGreaterThanOrEqual(shareOf(base, rate));
    }),
  );
});
