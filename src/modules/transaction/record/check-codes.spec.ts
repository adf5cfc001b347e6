import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderCheck as IssuerCheck } from '../../../platform/stripe/provider.types.js';
import { avsCodeOf, cvvCodeOf } from './check-codes.js';

const CHECKS: readonly IssuerCheck[] = ['pass', 'fail', 'unavailable', 'unchecked', null];

/** A row for each check of the street, a letter for each check of the postal code, both in the order of CHECKS. */
const AVS = ['YAAAA', 'ZNU00', 'ZUUUU', 'Z0U00', 'Z0U00'];

describe.each(CHECKS.map((street, row) => [street, row] as const))('street %s', (street, row) => {
  it.each(CHECKS.map((postal, column) => [postal, AVS[row]?.[column]] as const))(
    'postal code %s: %s',
    (postal, code) => {
      expect(avsCodeOf(street, postal)).toBe(code);
    },
  );
});

it.each([
  ['pass', 'M'],
  ['fail', 'N'],
  ['unavailable', 'U'],
  ['unchecked', 'P'],
  [null, 'P'],
] as const)('CVC %s: %s', (check, code) => {
  expect(cvvCodeOf(check)).toBe(code);
});

it('each is in the contract’s table', () => {
  const contract = readFileSync(join(__dirname, '../../../../docs/contracts/gateway.md'), 'utf8');
  const section = contract.slice(contract.indexOf('### 5.6 AVS'), contract.indexOf('### 5.7 '));
  const codes = [...section.matchAll(/^\| `(.)` \|/gm)].map(([, code]) => code);
  expect(codes).toHaveLength(27);
  for (const code of AVS.join('')) expect(codes).toContain(code);
});
