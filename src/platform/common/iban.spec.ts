import * as fc from 'fast-check';
import { isIban } from './iban.js';

it.each([
  ['ES9121000418450200051332', true],
  ['GB82WEST12345698765432', true],
  ['MT84MALT011000012345MTLCAST001S', true],
  ['ES9121000418450200051333', false],
  ['ES91 2100 0418 4502 0005 1332', false],
  ['es9121000418450200051332', false],
  ['ES912100041845020005133', false],
  ['DE9121000418450200051332', false],
  ['US9121000418450200051332', false],
  ['', false],
  ['constructor', false],
  ['ES9121000418450200051332\n', false],
])('%j: %s', (text, expected) => {
  expect(isIban(text)).toBe(expected);
});

it('finds every single wrong digit, and agrees with the rule as the contract writes it (R2)', () => {
  const iban = 'ES9121000418450200051332';
  fc.assert(
    fc.property(fc.integer({ min: 2, max: iban.length - 1 }), fc.integer({ min: 0, max: 9 }), (at, digit) => {
      const other = iban.slice(0, at) + String(digit) + iban.slice(at + 1);
      const moved = (other.slice(4) + other.slice(0, 4))
        .split('')
        .map((one) => String(parseInt(one, 36)))
        .join('');
      expect([isIban(other), isIban(other)]).toEqual([BigInt(moved) % 97n === 1n, other === iban]);
    }),
  );
});
