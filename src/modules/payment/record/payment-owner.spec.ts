import fc from 'fast-check';
import { isKeyOf, ownerIn, ownerOf, type PaymentOwner, paymentIdOf, scopeOf, shopperOf } from './payment-owner.js';

const DEPLOYMENT = '0123456789abcdef01234567';
const USER = 'a1b2c3d4e5f60718293a4b5c';
const CUID = 'cjld2cjxh0000qzrmn831i7rn';

describe('a storefront payment', () => {
  // Written down from release 0.1.0: another id would be another payment, and its key another charge.
  it('has the scope and the id that release 0.1.0 gave it', () => {
    expect(paymentIdOf(DEPLOYMENT, { surface: 'storefront', userId: USER }, CUID)).toEqual({
      scope: '0123456789abcdef01234567:storefront:a1b2c3d4e5f60718293a4b5c',
      paymentId: 't35ogrlhue2sgtyv7x5ihmidf4',
    });
  });

  it('belongs to its user', () => {
    const { scope } = paymentIdOf(DEPLOYMENT, { surface: 'storefront', userId: USER }, CUID);
    expect(ownerOf({ scope })).toEqual({ surface: 'storefront', userId: USER });
    expect(shopperOf({ scope })).toBe(USER);
  });

  it('takes cuids only as its key', () => {
    const owner = { surface: 'storefront', userId: USER } as const;
    expect([CUID, `${CUID}x`, 'sub_1:1:1', ''].map((key) => isKeyOf(owner, key))).toEqual([true, false, false, false]);
  });
});

const accounts: fc.Arbitrary<PaymentOwner> = fc.record({
  surface: fc.constantFrom('gateway', 'ghost', 'census', 'billing', 'invoice'),
  accountId: fc.stringMatching(/^[\w-]{1,64}$/),
});

describe('an account’s payment', () => {
  it('is told from its scope alone', () => {
    fc.assert(
      fc.property(accounts, (owner) => {
        const scope = scopeOf(DEPLOYMENT, owner);
        expect(ownerOf({ scope })).toEqual(owner);
        expect(shopperOf({ scope })).toBeNull();
      }),
    );
  });

  it('has an id of its own for every owner and key', () => {
    const key = fc.stringMatching(/^[\w:.-]{1,200}$/);
    fc.assert(
      fc.property(accounts, key, accounts, key, (one, keyOfOne, other, keyOfOther) => {
        const same = scopeOf(DEPLOYMENT, one) === scopeOf(DEPLOYMENT, other) && keyOfOne === keyOfOther;
        const ids = [paymentIdOf(DEPLOYMENT, one, keyOfOne), paymentIdOf(DEPLOYMENT, other, keyOfOther)];
        expect(ids[0]?.paymentId === ids[1]?.paymentId).toBe(same);
      }),
    );
  });

  it.each([
    ['of another deployment', `${USER}:ghost:acc1`],
    ['of no surface', `${DEPLOYMENT}:loyalty:acc1`],
    ['of a user that cannot be', `${DEPLOYMENT}:storefront:acc1`],
    ['without an account', `${DEPLOYMENT}:ghost:`],
    ['with more behind it', `${DEPLOYMENT}:ghost:acc1:x`],
  ])('is nobody’s when its scope is one %s', (_what, scope) => {
    expect(ownerIn(scope, DEPLOYMENT)).toBeNull();
  });
});
