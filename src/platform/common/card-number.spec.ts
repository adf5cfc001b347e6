import { containsCardNumber } from './card-number.js';

describe('containsCardNumber', () => {
  it.each([
    '4242424242424242',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '6011111111111117',
    '3056930009020004',
    '36227206271667',
    '3566002020360505',
    '6200000000000005',
    '4222222222222',
    '6304000000000000',
    'My card is 4242 4242 4242 4242, exp 12/34',
    '4242-4242-4242-4242',
    '4242.4242.4242.4242',
    'Grace 3782 822463 10005',
    '12 4242 4242 4242 4242',
    '４２４２４２４２４２４２４２４２',
    'x4242424242424242x',
  ])('finds one in %s', (text) => expect(containsCardNumber(text)).toBe(true));

  it.each([
    'Grace Hopper',
    '4242424242424241', // check digit
    '42424242424242424242424242424242', // too long to be one
    '1234567812345670', // Luhn, but nobody's range
    '0000000000000000',
    '2026-11-21T10:00:00.000Z',
    '+49 170 1234567',
    'order 20261121000018',
    '5f9f1c9b9c9c9c9c9c9c9c9c',
  ])('finds none in %s', (text) => expect(containsCardNumber(text)).toBe(false));

  it('is quick with hostile text', () => {
    const started = performance.now();
    containsCardNumber('4 '.repeat(50_000));
    containsCardNumber('4'.repeat(100_000));
    containsCardNumber('4--- '.repeat(20_000));
    // Milliseconds where quadratic work takes half a minute; the bound is for a busy machine.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
