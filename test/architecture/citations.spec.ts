import { astray, citations, passages, passagesOfCode, targets } from './citations.js';

const known = targets();
const everything = passages();
const inDocs = (text: string): string[] => astray([{ file: 'docs/planted.md', text }], known);

it('every ruling, contract, decision, fault case, check and page that is cited is in the repository', () => {
  expect(astray(everything, known)).toEqual([]);
});

it('finds what there is to find, in comments, titles and pages', () => {
  const found = everything.flatMap(citations);
  const count = (prefix: RegExp): number => found.filter(({ target }) => prefix.test(target)).length;
  expect(count(/^ruling /)).toBeGreaterThan(80);
  expect(count(/^(storefront|gateway) /)).toBeGreaterThan(30);
  expect(count(/^T-/)).toBeGreaterThan(100);
  expect(count(/^docs\//)).toBeGreaterThan(200);
});

it.each([
  ['ruling 999', 'ruling 999'],
  ['rulings 1 to 3 and 999', 'ruling 999'],
  ['(RULINGS 999)', 'ruling 999'],
  ['decision G999', 'G999'],
  ['contract gateway 99.7', 'gateway 99.7'],
  ['Contract 1.2', 'unnamed contract 1.2'],
  ['The gateway contract says so (contract 99)', 'gateway 99'],
  ['decision 9999', 'decision 9999'],
  ['T-99 is run', 'T-99'],
  ['billing’s RC99', 'RC99'],
  ['PAYMENT_PROTOCOL 2.99', 'payment-protocol 2.99'],
  ['[billing.md](billing.md) 99', 'billing 99'],
  ['check 99 of [security.md](security.md)', 'security 99'],
  ['STACK.md 5.0', 'stack 5.0'],
  ['IDM-99', 'IDM-99'],
  ['[gone](gone.md)', 'docs/gone.md'],
  ['[gone](money.md#gone)', 'docs/money.md#gone'],
])('reports "%s"', (text, target) => {
  expect(inDocs(`What it says, ${text}, is not there.`).join()).toContain(`(${target})`);
});

it('takes what is there, and what is no citation', () => {
  const good =
    'Ruling 4, rulings 1 to 3, decision G76, contract gateway 11.7, T-50, RC21, R6, S4, I2, PAYMENT_PROTOCOL 2.6.';
  expect(inDocs(good)).toEqual([]);
  expect(inDocs('UTF-8, SHA-256, %E0%A4%A, R02, 4.5 MB, node 20.19, three rulings')).toEqual([]);
});

it('looks into comments and titles, over the ends of lines, and not into the program', () => {
  const code = `/**\n * Bound by ruling\n * 999.\n */\nconst zip = 'G998'; // decision G999\nit('T-99 is run', () => zip);\n`;
  const found = astray(passagesOfCode('src/surfaces/gateway/planted.ts', code), known);
  expect(found.map((line) => /\((.*)\)/.exec(line)?.[1])).toEqual(['G999', 'T-99', 'ruling 999']);
});

it('reads a contract without a name as that of its surface', () => {
  const of = (file: string): string[] => citations({ file, text: 'Contract 1.2.' }).map(({ target }) => target);
  expect(of('src/surfaces/gateway/envelope.ts')).toEqual(['gateway 1.2']);
  expect(of('test/surfaces/storefront/user.spec.ts')).toEqual(['storefront 1.2']);
});
