import type { ProviderCheck as IssuerCheck } from '../../../platform/stripe/provider.types.js';

/** The codes of contract gateway 5.6 that can be told from Stripe's two checks. */
export type AvsCode = 'Y' | 'A' | 'Z' | 'N' | 'U' | '0';

/** Returns the AVS code of `address_line1_check` and `address_postal_code_check`. */
export function avsCodeOf(street: IssuerCheck, postalCode: IssuerCheck): AvsCode {
  if (street === 'pass') return postalCode === 'pass' ? 'Y' : 'A';
  if (postalCode === 'pass') return 'Z';
  if (street === 'unavailable' || postalCode === 'unavailable') return 'U';
  return street === 'fail' && postalCode === 'fail' ? 'N' : '0';
}

export type CvvCode = 'M' | 'N' | 'U' | 'P';

const CVV_CODES: Readonly<Record<NonNullable<IssuerCheck>, CvvCode>> = {
  pass: 'M',
  fail: 'N',
  unavailable: 'U',
  unchecked: 'P',
};

/** Returns the code of `cvc_check`; where Stripe says nothing none was sent, so nothing was processed. */
export const cvvCodeOf = (check: IssuerCheck): CvvCode => CVV_CODES[check ?? 'unchecked'];
