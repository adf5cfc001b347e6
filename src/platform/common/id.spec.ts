import fc from 'fast-check';
import { CUID_PATTERN, derivedId } from './id.js';

describe('derivedId', () => {
  it('is the same for ever: stored payments and Stripe keys hang on it', () => {
    expect(derivedId('pay', 'merchant:user', 'cjld2cjxh0000qzrmn831i7rn')).toMatchInlineSnapshot(
      `"ng57dfgrmfiyjfevfvtoqyxiqx"`,
    );
  });

  it('is 26 characters of base32, and differs when any part does', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{1,24}$/), fc.stringMatching(/^[0-9a-f]{1,24}$/), (a, b) => {
        const id = derivedId('pay', a, b);
        expect(id).toMatch(/^[a-z2-7]{26}$/);
        expect(derivedId('pay', a, b)).toBe(id);
        expect(derivedId('pay', a, `${b}0`)).not.toBe(id);
      }),
    );
  });
});

it.each(['cjld2cjxh0000qzrmn831i7rn'])('takes the CUID %s', (id) => expect(CUID_PATTERN.test(id)).toBe(true));
